/** The port of the reader of documents: files that become text before a model reads them. `src/documents` implements it. */

/**
 * Why a document gives no text. `password`: it is encrypted. `old`: a format of Office before 2007. `broken`: it is cut
 * off or damaged. `empty`: it holds no text, such as a scan. `large`: it unpacks to more than is read. `slow`: reading
 * took too long. `archive`: an archive of a format that is not opened.
 */
export type WhyUnread = 'password' | 'old' | 'broken' | 'empty' | 'large' | 'slow' | 'archive';

export type ReadDocument = { text: Uint8Array; characters: number } | { unread: WhyUnread };

export interface Documents {
  /**
   * The document as Markdown in UTF-8, or why there is none. Aborted, it says `slow`. Never throws.
   * @param type as `readKind` tells it
   */
  read(bytes: Uint8Array, type: string, signal: AbortSignal): Promise<ReadDocument>;
}
