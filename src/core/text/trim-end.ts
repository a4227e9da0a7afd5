/**
 * The text without the matching characters at its end. A pattern such as `/\s+$/` is quadratic: it tries again at
 * each matching character, wherever it stands.
 * @param characters matches one character
 */
export function trimEndOf(text: string, characters: RegExp): string {
  let end = text.length;
  while (end > 0 && characters.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
