/** How much of a model's context a turn fills. */
import type { Attachment, Quote, Turn } from './types.ts';

/** Of one text file, what the model is shown. */
export const MOST_FILE_CHARACTERS = 100_000;
/** Of one quoted message. */
export const MOST_QUOTE_CHARACTERS = 8_000;

/** What a turn costs beside its text, so that many short ones are not free. */
const TURN_BYTES = 64;
/** An image is some thousand tokens to a model. */
const IMAGE_BYTES = 3_500;

/** As UTF-8 bytes of text: what it says, quotes and has attached, and that it is one. */
export function contextBytes({ message, answer }: Turn): number {
  const files = message.attachments.reduce((sum, attachment) => sum + fileBytes(attachment), 0);
  const quotes = (message.quotes ?? []).reduce((sum, quote) => sum + quoteBytes(quote), 0);
  const texts = [message.text, message.topic ?? '', answer].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
  return TURN_BYTES + texts + files + quotes;
}

function fileBytes({ type, size }: Attachment): number {
  if (type.startsWith('image/')) return IMAGE_BYTES;
  // Of audio a model reads no more than that it is there.
  return type.startsWith('audio/') ? 0 : Math.min(size, MOST_FILE_CHARACTERS);
}

function quoteBytes({ from, note = '', text }: Quote): number {
  return Buffer.byteLength(from + note) + Buffer.byteLength(text.slice(0, MOST_QUOTE_CHARACTERS));
}
