/**
 * Whether anything of a text can be seen: Discord answers "Cannot send an empty message" (50006) to white space, and
 * to what has no shape.
 */
export function isVisible(text: string): boolean {
  return /[^\s\p{Cc}\p{Cf}]/u.test(text);
}
