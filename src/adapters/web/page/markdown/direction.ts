const LETTER = /\p{L}/u;
/** Hebrew, Arabic and related scripts, to the last of Unicode's right-to-left blocks. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * The direction of the first letter outside code, for boxes that hold blocks: `dir="auto"` ignores children
 * with their own direction.
 */
export function directionOf(markdown: string): 'rtl' | 'ltr' {
  const prose = markdown.slice(0, 2000).replace(/`[^`]*`/g, '');
  return RIGHT_TO_LEFT.test(LETTER.exec(prose)?.[0] ?? '') ? 'rtl' : 'ltr';
}
