/** A page of the web as bytes for its reader: its address and its media type in a line, then the page as it came. */

/** The type of such bytes, for `Documents.read`. */
export const PAGE_TYPE = 'text/html';

/** Stands before the title, in the first line of a page's text. */
export const TITLE = 'Title: ';

export interface PageHead {
  url: string;
  /** As the server named it, possibly empty. */
  type: string;
}

const LINE_FEED = 0x0a;

export function pageBytes(head: PageHead, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), bytes]);
}

export function openPageBytes(given: Uint8Array): PageHead & { bytes: Buffer } {
  const all = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  const end = all.indexOf(LINE_FEED);
  const { url, type } = JSON.parse(all.subarray(0, end).toString());
  return { url: String(url), type: String(type), bytes: all.subarray(end + 1) };
}
