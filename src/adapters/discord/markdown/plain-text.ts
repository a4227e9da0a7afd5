/** Text in which nothing is a mark of Discord's. */

/**
 * Escapes each character that Discord could read as a mark. An escaped colon keeps an address from becoming a link, and
 * an escaped `@` or `<` a mention (paradoxv5.github.io/Discord-Markdown, escapes).
 */
export function plainText(text: string): string {
  return text.replace(/[\\*_~`|>#[\]()<:@-]/g, '\\$&');
}
