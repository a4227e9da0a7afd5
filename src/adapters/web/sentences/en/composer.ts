/** English sentences around the message box of the page. */
import { labels } from '../../../../core/sentences/en/buttons.ts';
import { plural } from '../../../../core/sentences/en/plural.ts';
import { sizeOf } from './sizes.ts';

export const MESSAGE = 'Message';
export const PLACEHOLDER = 'Write to Parley…';
export const SEND = 'Send';
export const STOP = labels.stop;
export const DISMISS = 'Dismiss';

export const files = {
  attach: 'Attach files',
  photo: 'Take a photo',
  drop: 'Drop the files to attach them',
  /** The name of a long pasted text; some have a number. */
  pastedText: (number: number) => (number === 1 ? 'Pasted text.txt' : `Pasted text ${number}.txt`),
  asText: 'Put back as text',
  asTextOf: (file: string) => `Put back as text: ${file}`,
  name: 'Files to send',
  remove: (file: string) => `Remove ${file}`,
  /** The name of a file that was pasted without one. */
  pasted: 'pasted',
  problemWith: (file: string, sentence: string) => `${file}: ${sentence}`,
  tooMany: (most: number) =>
    `A message can have ${plural(most, { one: 'one file', other: `${most} files` })} at most. The others were left out.`,
  tooLarge: (file: string, mostBytes: number) =>
    `${file} is too large: a file can have ${sizeOf(mostBytes)} at most.`,
  unreadableImage: (file: string) => `${file} could not be read as an image.`,
  wrongType: (file: string) =>
    `${file} can’t be read here. Parley takes images (PNG, JPEG, WebP, GIF), text and documents such as PDF, Word or Excel.`,
  lost: (file: string) => `${file} is no longer there. Attach it again.`,
};

export const tooLong = (characters: number, most: number) =>
  `This message is too long: ${inFigures(characters)} characters, and ${inFigures(most)} fit. Shorten it, or attach it as a file.`;

export const SENT_LATER = 'Parley cannot be reached. Your message is sent once it can be.';

const inFigures = (count: number) => count.toLocaleString('en');
