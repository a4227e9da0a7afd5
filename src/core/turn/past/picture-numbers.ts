/** The numbers of the pictures of a conversation, by which a model names them. */
import type { Attachment, Message, Turn } from '../../types.ts';

export const isImage = ({ type }: Pick<Attachment, 'type'>): boolean => type.startsWith('image/');

export interface PictureNumbers {
  /** Undefined: it is no picture that is shown. */
  of(attachment: Attachment): number | undefined;
  /** The number of the next picture. */
  next(): number;
}

/**
 * A picture keeps the number that is stored with it. One that has none yet gets a free one.
 * @param turns oldest first
 */
export function numberPictures(turns: Turn[], newest?: Message): PictureNumbers {
  const before = turns.flatMap(({ message, files = [] }) => [...message.attachments, ...files]);
  const pictures = [...before, ...(newest?.attachments ?? [])].filter(isImage);
  const stored = pictures.flatMap(({ number }) => number ?? []);
  const taken = new Set(stored);
  const numbers = new Map<string, number>();
  let last = 0;
  for (const { id, number } of pictures) {
    let own = number ?? last + 1;
    while (number === undefined && taken.has(own)) own++;
    numbers.set(id, own);
    last = Math.max(last, own);
  }
  return {
    of: ({ id }) => numbers.get(id),
    next: () => ++last,
  };
}

/** The message with its pictures' numbers, which stay with it. */
export function withNumbers(message: Message, numbers: PictureNumbers): Message {
  if (!message.attachments.some(isImage)) return message;
  const attachments = message.attachments.map((attachment) => {
    const number = numbers.of(attachment);
    return number === undefined ? attachment : { ...attachment, number };
  });
  return { ...message, attachments };
}
