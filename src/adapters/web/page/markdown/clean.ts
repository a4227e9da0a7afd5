/**
 * Removes invisible characters that break text: control characters, direction embeddings and overrides, and
 * zero-width characters. Characters that people need stay: tab and line end, the joiners of emoji and Persian
 * (U+200C, U+200D), right-to-left marks (U+200E, U+200F, U+061C), and isolates (U+2066 to U+2069), which end
 * with their line.
 */
export function clean(text: string): string {
  return text.toWellFormed().replace(LINE_ENDS, '\n').replace(UNSEEN, '');
}

/** Line ends of Windows, of the old Macintosh, of Unicode and of EBCDIC. */
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 and C1, DEL, zero width space, word joiner, byte order mark, LRE, RLE, PDF, LRO and RLO, interlinear annotation. */
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\ufff9-\ufffb]/g;
