/** English lines that people read while a tool runs. What a model or a file chose stands in them as a name does. */
import { seenName } from '../../../text/unseen.ts';

/** Most characters of a name, or of words that are looked for. */
const SHOWN_CHARACTERS = 80;

const shown = (text: string) => seenName(text, SHOWN_CHARACTERS);

/** @param part from 1 */
export const reading = (file: string, part: number) =>
  part > 1 ? `Reading ${shown(file)}, part ${part}` : `Reading ${shown(file)}`;

export const searching = (file: string, words: string) => `Searching ${shown(file)} for “${shown(words)}”`;
