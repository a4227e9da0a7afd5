import { useEffect, useState } from 'preact/hooks';
import { attachedBytes } from '../../connection/server.ts';

/**
 * An object URL of a file that the server keeps. It is null while the file loads and where it is missing; the URL
 * ends with the component.
 * @param url undefined: it is not loaded yet
 * A picture or a link can't ask the API itself: browsers don't send the page's own headers for them.
 */
export function useAttachedFile(url: string | undefined): string | null {
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (url === undefined || url.startsWith('blob:')) return;
    let made: string | undefined;
    let isGone = false;
    attachedBytes(url).then(
      (bytes) => {
        if (isGone) return;
        made = URL.createObjectURL(bytes);
        setShown(made);
      },
      () => {},
    );
    return () => {
      isGone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [url]);
  return url?.startsWith('blob:') ? url : shown;
}

/** A picture, from this page or from the server. */
export function Picture({ url, alt }: { url: string; alt: string }) {
  const src = useAttachedFile(url);
  return <img {...(src !== null && { src })} alt={alt} />;
}
