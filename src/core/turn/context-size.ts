/** How much of a model's context a turn fills. */

import type { Attachment, Quote, Turn } from '../types.ts';
import { BAR } from './speech.ts';

/** Most characters of one text file that the model is shown. */
export const MOST_FILE_CHARACTERS = 100_000;
/** Most characters of one quoted message. */
export const MOST_QUOTE_CHARACTERS = 8_000;

/** What a turn costs beside its text, so that many short ones are not free. */
const TURN_BYTES = 64;
/** An image is some thousand tokens to a model. */
const IMAGE_BYTES = 3_500;

/** Size in UTF-8 bytes: what a message says, quotes and has attached, and that it is one. */
export function contextBytes({ message, answer }: Turn): number {
  const files = message.attachments.reduce((sum, attachment) => sum + fileBytes(attachment), 0);
  const quotes = (message.quotes ?? []).reduce((sum, quote) => sum + quoteBytes(quote), 0);
  const said = message.author.name === '' ? Buffer.byteLength(message.text) : markedBytes(message.text);
  const texts = Buffer.byteLength(message.topic ?? '') + Buffer.byteLength(answer);
  return TURN_BYTES + said + texts + files + quotes;
}

/** Size of a text each of whose lines is marked as somebody's. */
function markedBytes(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return Buffer.byteLength(text) + lines * BAR.length;
}

function fileBytes({ type, size }: Attachment): number {
  if (type.startsWith('image/')) return IMAGE_BYTES;
  // Of audio a model reads no more than that it is there.
  return type.startsWith('audio/') ? 0 : Math.min(size, MOST_FILE_CHARACTERS);
}

function quoteBytes({ from, note = '', text }: Quote): number {
  return Buffer.byteLength(from + note) + markedBytes(text.slice(0, MOST_QUOTE_CHARACTERS));
}
