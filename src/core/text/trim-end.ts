/**
 * The text without the characters at its end that match. A pattern such as `/\s+$/` would try again at each of them
 * wherever they stand: that is quadratic.
 * @param characters matches one character
 */
export function trimEndOf(text: string, characters: RegExp): string {
  let end = text.length;
  while (end > 0 && characters.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
