import { CONTINUE_PROMPT } from '../../../../core/sentences/prompts.ts';
import type { AttachmentView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { attachmentUrl } from '../connection/server.ts';
import type { PickedFile } from '../drafts/attachments.ts';
import { FileIcon } from '../icons.tsx';
import { Picture, useAttachedFile } from './files/attached-file.tsx';

const words = onPage.conversation.message;

interface SaidProps {
  text: string;
  attachments?: AttachmentView[];
  /** The conversation that the attachments belong to. */
  conversation?: string;
  /** Attachments that are not sent yet. */
  files?: PickedFile[];
  sending?: boolean;
  /** The turn's id. */
  id?: string;
}

/** A person's message with its attachments. */
export function Said({
  text,
  attachments = [],
  conversation = '',
  files = [],
  sending = false,
  id,
}: SaidProps) {
  return (
    <article class="said" aria-label={words.name} data-turn={id} tabIndex={-1}>
      {attachments.length + files.length > 0 && (
        <ul class="attached" aria-label={words.files}>
          {attachments.map((attachment) => (
            <li key={attachment.id}>
              <Attached attachment={attachment} url={attachmentUrl(conversation, attachment.id)} />
            </li>
          ))}
          {files.map((file) => (
            <li key={file.key}>
              {file.preview ? <Picture url={file.preview} alt={file.name} /> : <FileChip name={file.name} />}
            </li>
          ))}
        </ul>
      )}
      {text !== '' && (
        <div class="bubble" dir="auto">
          {text === CONTINUE_PROMPT ? words.continued : text}
        </div>
      )}
      {sending && <p class="progress">{words.sending}</p>}
    </article>
  );
}

function Attached({ attachment, url }: { attachment: AttachmentView; url: string }) {
  const file = useAttachedFile(url);
  return (
    <a {...(file !== null && { href: file })} {...saving(attachment)} target="_blank" rel="noopener">
      {attachment.type.startsWith('image/') ? (
        <img {...(file !== null && { src: file })} alt={attachment.name} />
      ) : (
        <FileChip name={attachment.name} />
      )}
    </a>
  );
}

/** A document is saved under its name, since a browser may not show it. */
const saving = ({ name, type }: AttachmentView) => (isShownByBrowser(type) ? {} : { download: name });

const isShownByBrowser = (type: string) => type.startsWith('image/') || type.startsWith('text/');

export function FileChip({ name }: { name: string }) {
  return (
    <span class="chip">
      <FileIcon />
      <span class="chip-name one-line" dir="auto">
        {name}
      </span>
    </span>
  );
}
