/** The size of a turn in a model's context. */

import type { Attachment, Quote, Turn } from '../types.ts';
import { isImage } from './past/picture-numbers.ts';
import { BAR } from './speech.ts';
import type { Round } from './tools/step.ts';

/** UTF-8 bytes of an average token. The figure is low, so that no script is under-counted. */
export const BYTES_PER_TOKEN = 3.5;
/** Most characters of one text file that the model is shown. */
export const MOST_FILE_CHARACTERS = 100_000;
/** Most characters of one quoted message. */
export const MOST_QUOTE_CHARACTERS = 8_000;

/** Bytes of the line with a message's time, in a zone with a name of usual length. */
const TIME_BYTES = 48;
/** Bytes that each turn costs besides its text, so that many short turns are not free. */
const TURN_BYTES = 64 + TIME_BYTES;
/** Bytes that an image counts as. To a model, an image is some thousand tokens. */
const IMAGE_BYTES = 3_500;

/** UTF-8 bytes of a turn: its message's text, quotes and files, its answer with calls and files, and
 * `TURN_BYTES` with its time. */
export function contextBytes({ message, answer, rounds = [], files: made = [] }: Turn): number {
  const files = [...message.attachments, ...made.filter(isImage)].reduce(
    (sum, attachment) => sum + fileBytes(attachment),
    0,
  );
  const quotes = (message.quotes ?? []).reduce((sum, quote) => sum + quoteBytes(quote), 0);
  const said = message.author.name === '' ? Buffer.byteLength(message.text) : markedBytes(message.text);
  const texts = Buffer.byteLength(message.topic ?? '') + Buffer.byteLength(answer);
  const calls = rounds.reduce((sum, round) => sum + roundBytes(round), 0);
  return TURN_BYTES + said + texts + files + quotes + calls;
}

/** Items as the API sent them have the arguments, and often reasoning besides. */
function roundBytes({ steps, sent }: Round): number {
  const own = steps.filter(({ isHosted }) => !isHosted);
  const outputs = own.reduce((sum, { output = '' }) => sum + TURN_BYTES + Buffer.byteLength(output), 0);
  const asked = own.reduce((sum, step) => sum + Buffer.byteLength(step.arguments), 0);
  return outputs + (sent ? Buffer.byteLength(JSON.stringify(sent.items)) : asked);
}

/** UTF-8 bytes of a text with a bar before each further line. */
function markedBytes(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return Buffer.byteLength(text) + lines * BAR.length;
}

function fileBytes({ type, size, text, unread }: Attachment): number {
  if (unread !== undefined) return 0;
  if (isImage({ type })) return IMAGE_BYTES;
  // The model only reads that there is audio.
  return type.startsWith('audio/') ? 0 : Math.min(text ?? size, MOST_FILE_CHARACTERS);
}

function quoteBytes({ from, note = '', text }: Quote): number {
  return Buffer.byteLength(from + note) + markedBytes(text.slice(0, MOST_QUOTE_CHARACTERS));
}
