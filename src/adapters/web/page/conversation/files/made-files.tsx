import { useEffect, useRef, useState } from 'preact/hooks';
import type { MadeFileView } from '../../../api.ts';
import { onPage } from '../../../sentences/en.ts';
import { attachmentUrl } from '../../connection/server.ts';
import { FileChip } from '../person-message.tsx';
import { useAttachedFile } from './attached-file.tsx';

const words = onPage.conversation.answer;

/** Kinds that a browser shows and that hold no script. */
const SHOWN = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];

/** The pictures and files of an answer. */
export function MadeFiles({ conversation, files }: { conversation: string; files: MadeFileView[] }) {
  return (
    <ul class="made" aria-label={words.files}>
      {files.map((file) => {
        const url = attachmentUrl(conversation, file.id);
        return (
          <li key={file.id}>
            {SHOWN.includes(file.type) ? (
              <MadePicture file={file} url={url} />
            ) : (
              <Saved file={file} url={url} />
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** A picture that opens in a window of its own, and can be saved. It is loaded once it is nearly in view. */
function MadePicture({ file, url }: { file: MadeFileView; url: string }) {
  const place = useRef<HTMLElement>(null);
  const src = useAttachedFile(useIsNear(place) ? url : undefined);
  return (
    <figure ref={place}>
      <a {...(src !== null && { href: src })} target="_blank" rel="noopener">
        <img {...(src !== null && { src })} alt={file.alt} decoding="async" />
      </a>
      <a class="quiet" {...(src !== null && { href: src })} download={file.name}>
        {words.save}
      </a>
    </figure>
  );
}

/** A file that is only ever saved, whatever it holds. */
function Saved({ file, url }: { file: MadeFileView; url: string }) {
  const href = useAttachedFile(url);
  return (
    <a {...(href !== null && { href })} download={file.name}>
      <FileChip name={file.name} />
    </a>
  );
}

/** Distance from the edge of the window at which a picture is loaded. */
const NEAR = '600px';

function useIsNear(place: { current: HTMLElement | null }): boolean {
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some(({ isIntersecting }) => isIntersecting) && setNear(true),
      { rootMargin: NEAR },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isNear]);
  return isNear;
}
