/** Files that a person sends. */
import { snowflake } from '../world/snowflake.ts';
import type { StoredAttachment } from '../world/world.ts';

export interface FileToSend {
  name: string;
  /** Content: bytes, or text that becomes UTF-8. */
  data: string | Uint8Array;
  /** Media type. Default: `text/plain` for text, else `application/octet-stream`. */
  type?: string;
}

/** The file as an attachment of a message. */
export function stored(file: FileToSend): StoredAttachment {
  const text = typeof file.data === 'string';
  return {
    id: snowflake(),
    name: file.name,
    type: file.type ?? (text ? 'text/plain; charset=utf-8' : 'application/octet-stream'),
    bytes: typeof file.data === 'string' ? new TextEncoder().encode(file.data) : file.data,
    description: undefined,
  };
}
