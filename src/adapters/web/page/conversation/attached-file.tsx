import { useEffect, useState } from 'preact/hooks';
import { attachedBytes } from '../connection/server.ts';

/**
 * An object URL of a file that the server keeps, until what shows it is gone; null while it loads and where it is not
 * there. A picture or a link can't ask the API itself: browsers send no header of the page's own for them.
 */
export function useAttachedFile(url: string): string | null {
  const [shown, setShown] = useState<string | null>(null);
  useEffect(() => {
    if (url.startsWith('blob:')) return;
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
  return url.startsWith('blob:') ? url : shown;
}

/** A picture of this page, or one that the server keeps. */
export function Picture({ url, alt }: { url: string; alt: string }) {
  const src = useAttachedFile(url);
  return <img {...(src !== null && { src })} alt={alt} />;
}
