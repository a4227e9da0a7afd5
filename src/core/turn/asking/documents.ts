/** The port of the reader of documents: files that become text before a model reads them. `src/documents` implements it. */

/**
 * Why a document gives no text. `password`: it is encrypted. `old`: a format of Office before 2007. `broken`: it is cut
 * off or damaged. `empty`: it holds no text, such as a scan. `large`: it unpacks to more than is read. `slow`: reading
 * took too long. `archive`: an archive of a format that is not opened.
 */
export type WhyUnread = 'password' | 'old' | 'broken' | 'empty' | 'large' | 'slow' | 'archive';

export type ReadDocument = { text: Uint8Array; characters: number } | { unread: WhyUnread };

/** A document that is fetched only once its turn has come, so that many that wait take no memory. */
export interface DocumentSource {
  /** Undefined: it is gone, which counts as `broken`. What it throws, `read` throws. */
  load(): Promise<Uint8Array | undefined>;
  /** Persons take turns; the id of the one who waits. */
  person: string;
}

export interface Documents {
  /**
   * The document as Markdown in UTF-8, or why there is none. Aborted, or after a long wait, it says `slow`. Never throws
   * by itself.
   * @param type as `readKind` tells it
   */
  read(source: Uint8Array | DocumentSource, type: string, signal: AbortSignal): Promise<ReadDocument>;
}
