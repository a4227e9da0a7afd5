/**
 * Text without what nobody sees and what breaks it: control characters, embeddings and overrides of the direction, and
 * characters without a width. What people need stays: tab and line end, the joiners that emoji and Persian are written
 * with (U+200C, U+200D), the marks of right-to-left text (U+200E, U+200F, U+061C) and isolates (U+2066 to U+2069), which
 * reach no farther than their line.
 */
export function clean(text: string): string {
  return text.toWellFormed().replace(LINE_ENDS, '\n').replace(UNSEEN, '');
}

/** Windows', the old Macintosh's, and those of Unicode and of EBCDIC. */
const LINE_ENDS = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 and C1, DEL, zero width space, word joiner, byte order mark, LRE, RLE, PDF, LRO and RLO, interlinear annotation. */
const UNSEEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\u202a-\u202e\ufff9-\ufffb]/g;
