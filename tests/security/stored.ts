/** The contents of a store's files, as a person reads them who got hold of the folder. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Which of the words stand in some file of the folder, plain or as the beginning of a file that was attached. */
export function standingIn(folder: string, words: string[]): string[] {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'latin1'));
  return words.filter((word) => files.some((text) => text.includes(word) || text.includes(base64(word))));
}

/** Without the last characters, which what follows changes. */
function base64(word: string): string {
  const bytes = Buffer.from(word);
  return bytes.subarray(0, bytes.length - (bytes.length % 3)).toString('base64');
}
