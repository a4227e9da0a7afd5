/** Turns as the model reads them: who says what, with quotes, files and images. */

import type { Image, ModelMessage } from '../../models/model.ts';
import { NO_WORDS_PROMPT } from '../../sentences/step-prompts.ts';
import type { Attachments } from '../../storage.ts';
import type { Attachment, MadeFile, Message, Origin, Quote, Turn } from '../../types.ts';
import type { WhyUnread } from '../asking/documents.ts';
import { partFrom, partsIn } from '../asking/file-parts.ts';
import { isUnread } from '../asking/read-documents.ts';
import { timeLineOf, timeLineOfNewest } from '../asking/time-line.ts';
import { isAudio } from '../asking/voice.ts';
import { MOST_FILE_CHARACTERS, MOST_QUOTE_CHARACTERS } from '../context-size.ts';
import { roundMessages } from '../rounds/round-messages.ts';
import { barred, quotedName, speech, textLines, unnamedSpeech } from '../speech.ts';
import { withoutSourceList } from '../tools/citing/source-list.ts';
import { isImage, type PictureNumbers } from './picture-numbers.ts';

/** Most characters of what a made picture shows, in words. */
const MOST_ALT_CHARACTERS = 1_000;
/** Most bytes of images that are sent along. Older ones are named. */
const MOST_IMAGE_BYTES = 20 * 2 ** 20;

/** Whether a turn is shown to the model with later ones. A message without an answer would run into the next one. */
export const isShown = ({ end, answer, files = [], omit }: Turn) =>
  end !== null && (answer !== '' || files.length > 0) && !omit;

export interface ShownFiles {
  attachments: Pick<Attachments, 'get' | 'text'>;
  /** The model has the tool `read_file`. */
  canReadOn?: boolean;
  /** The numbers of pictures, if the model has a tool that takes them. */
  numbers?: PictureNumbers;
  /** IANA. Absent: the model is not told when messages were sent. */
  timeZone?: string | undefined;
}

/** A message with the files that the answer before it shows: a model's own words cannot hold pictures. */
interface Said {
  message: Message;
  made: MadeFile[];
}

/**
 * The messages of answered turns, and the one that is to be answered. With one turn more, they begin the same, unless
 * images are let go.
 */
export async function showTurns(
  turns: Turn[],
  newest: Message | undefined,
  files: ShownFiles,
): Promise<ModelMessage[]> {
  const messages = [...turns.map(({ message }) => message), ...(newest ? [newest] : [])];
  const said = messages.map((message, i): Said => ({ message, made: turns[i - 1]?.files ?? [] }));
  const numberOf = numberNamesakes(messages);
  const images = shownImages(said);
  const { timeZone } = files;
  const shown: ModelMessage[] = [];
  for (const [i, one] of said.entries()) {
    const turn = turns[i];
    const lineOf = turn ? timeLineOf : timeLineOfNewest;
    shown.push({
      ...(await userMessage(one, numberOf(one.message), images, files)),
      ...(timeZone !== undefined && { time: lineOf(one.message, timeZone) }),
    });
    if (turn) shown.push(...answerMessages(turn));
  }
  return shown;
}

/** The calls of an answer as they were within its turn, then its words without the list of its sources. */
function answerMessages({ answer, rounds = [] }: Turn): ModelMessage[] {
  const { messages, upTo } = roundMessages(answer, rounds);
  const rest = withoutSourceList(answer.slice(upTo));
  // Some servers want words of the model before the next message (Mistral: `tool` must be followed by `assistant`).
  return [...messages, { role: 'assistant', text: rest || NO_WORDS_PROMPT }];
}

/** Tells people of the same name apart: the second one to speak is number 2. */
function numberNamesakes(messages: Message[]): (message: Message) => number {
  const ids = new Map<string, string[]>();
  const idsFor = ({ author }: Message) => {
    const key = quotedName(author.name).normalize('NFKC').toLowerCase();
    const known = ids.get(key) ?? [];
    ids.set(key, known);
    return known;
  };
  for (const message of messages) {
    const known = idsFor(message);
    if (!known.includes(message.author.id)) known.push(message.author.id);
  }
  return (message) => idsFor(message).indexOf(message.author.id) + 1;
}

/**
 * The images that are sent along. When they are too large together, the oldest are let go in one step, down to half, so
 * that most prompts begin with the one before.
 */
function shownImages(said: Said[]): Set<Attachment> {
  const shown: Attachment[] = [];
  let bytes = 0;
  for (const { message, made } of said) {
    const added: Attachment[] = [];
    let addedBytes = 0;
    for (const image of [...made, ...message.attachments].filter(isImage)) {
      if (addedBytes + image.size > MOST_IMAGE_BYTES) continue;
      added.push(image);
      addedBytes += image.size;
    }
    if (bytes + addedBytes > MOST_IMAGE_BYTES) {
      const room = Math.max(0, MOST_IMAGE_BYTES / 2 - addedBytes);
      while (bytes > room) bytes -= shown.shift()?.size ?? bytes;
    }
    shown.push(...added);
    bytes += addedBytes;
  }
  return new Set(shown);
}

async function userMessage(
  { message, made }: Said,
  number: number,
  images: Set<Attachment>,
  files: ShownFiles,
): Promise<ModelMessage> {
  const { author, text: said, topic, quotes = [], attachments } = message;
  const note = number > 1 ? `number ${number} of that name` : '';
  const shown: Image[] = [];
  const texts = await madeBefore({ message, made }, shown, images, files);
  texts.push(author.name ? speech(author.name, said, note) : unnamedSpeech(said));
  texts.push(...attachments.filter(isAudio).map(({ origin }) => unheard(origin)));
  if (topic) texts.push(`Title of this thread: ${quotedName(topic, MOST_QUOTE_CHARACTERS)}`);
  texts.push(...quotes.map(quoteOf));
  for (const attachment of attachments.filter((one) => !isAudio(one))) {
    if (attachment.unread !== undefined) {
      texts.push(unreadable(attachment, attachment.unread));
      continue;
    }
    const isLetGo = isImage(attachment) && !images.has(attachment);
    const isText = !isImage(attachment);
    const file = isLetGo ? undefined : await fileOf(message, attachment, files);
    const number = isText ? undefined : files.numbers?.of(attachment);
    if (isText && file) texts.push(file);
    else if (file) shown.push({ name: attachment.name, type: attachment.type, base64: file });
    if (number !== undefined) texts.push(`[picture ${number}${file ? '' : GONE}: ${nameOf(attachment)}]`);
    else if (!file) texts.push(notShown(attachment, files));
  }
  return {
    role: 'user',
    text: texts.filter(Boolean).join('\n\n'),
    ...(shown.length > 0 && { images: shown }),
  };
}

/** Stands where a picture is not sent along any more. */
const GONE = ', no longer shown to you';

/** Lines about the files that the answer before shows. Its pictures are added to those that are shown. */
async function madeBefore(
  { message, made }: Said,
  shown: Image[],
  images: Set<Attachment>,
  files: ShownFiles,
): Promise<string[]> {
  const lines: string[] = [];
  for (const file of made) {
    const { name, type, alt, number } = file;
    const base64 = images.has(file) ? await fileOf(message, file, files) : undefined;
    if (base64 !== undefined) shown.push({ name, type, base64 });
    const isNumbered = number !== undefined;
    const gone = isNumbered && base64 === undefined ? GONE : '';
    const words = quotedName(isNumbered ? alt : name, MOST_ALT_CHARACTERS);
    lines.push(`[${isNumbered ? `picture ${number}` : 'file'}, which you made${gone}: ${words}]`);
  }
  return lines;
}

/** The beginning of a file's text; of an image, its bytes as base64. Undefined: it is gone. */
async function fileOf(
  { conversation }: Message,
  attachment: Attachment,
  { attachments, canReadOn = false }: ShownFiles,
): Promise<string | undefined> {
  if (isImage(attachment))
    return (await attachments.get(conversation, attachment.id))?.bytes.toString('base64');
  const file = await attachments.text(conversation, attachment);
  if (!file) return undefined;
  const text = file.bytes.toString('utf8');
  const length = attachment.text ?? text.length + file.size - file.bytes.length;
  return fenced(fileTitle(attachment), text, length, canReadOn ? file.size : undefined);
}

/** Why a document has no text, as the model is told. */
export const WHY_UNREAD: Record<WhyUnread, string> = {
  password: 'it is protected by a password',
  old: 'it has an old format of Office, such as doc, xls or ppt',
  broken: 'it is damaged, or has a format that Parley does not read',
  empty: 'it holds no text, such as a scan',
  large: 'it unpacks to more than Parley reads',
  slow: 'reading it took too long',
  archive: 'it is an archive of a format that Parley does not open, such as 7z or rar',
};

const unreadable = ({ name, origin }: Attachment, why: WhyUnread) =>
  `[attached, but could not be read: ${quotedName(name)}${origin ? ` of ${ofWhom(origin)}` : ''}: ${WHY_UNREAD[why]}]`;

/** A file without a text: it is gone, or its message was stopped before it was read. */
function notShown(attachment: Attachment, { canReadOn = false }: ShownFiles): string {
  const name = quotedName(attachment.name);
  if (canReadOn && isUnread(attachment)) return `[file not read yet; read_file reads it now: ${name}]`;
  return `[file no longer shown to you: ${name}]`;
}

/** The source of a quote or a file, in words. */
const ofWhom = ({ from, note = '' }: Origin) =>
  from === '' ? `what is quoted (${note})` : `the message from ${quotedName(from)}${note && `, ${note}`}`;

const titleOf = ({ from, note = '' }: Origin) =>
  from === '' ? `Quoted (${note})` : `Message from ${quotedName(from)}${note && `, ${note}`}`;

const nameOf = ({ name, origin }: Attachment) =>
  `${quotedName(name)}${origin ? ` of ${ofWhom(origin)}` : ''}`;

const fileTitle = (attachment: Attachment) => `File ${nameOf(attachment)}`;

const unheard = (origin: Origin | undefined) =>
  `[a voice message${origin ? ` of ${ofWhom(origin)}` : ''} that could not be written down]`;

/** A quote with each line marked as material. Without a text, it is a note of Parley's. */
function quoteOf({ text, ...origin }: Quote): string {
  if (text === '' && origin.from === '') return `[${origin.note}]`;
  const shown = barred(text.slice(0, MOST_QUOTE_CHARACTERS));
  return `${titleOf(origin)}:\n${shown}${restOf(text.length, MOST_QUOTE_CHARACTERS)}`;
}

/**
 * A file as it is, inside a fence longer than any run of backticks in it.
 * @param length characters of the whole text, whose beginning `text` is
 * @param size bytes of the whole text, if the model can read on
 */
function fenced(title: string, text: string, length: number, size?: number): string {
  const part = textLines(text.slice(0, MOST_FILE_CHARACTERS));
  let longest = 2;
  for (const [run] of part.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${title}:\n${fence}\n${part}\n${fence}${restOf(length, MOST_FILE_CHARACTERS, size === undefined ? '' : readOn(text, size))}`;
}

function readOn(text: string, size: number): string {
  const part = partFrom(Buffer.byteLength(text.slice(0, MOST_FILE_CHARACTERS)));
  return `; read on with read_file, from part ${part} of ${partsIn(size)}`;
}

const restOf = (length: number, most: number, how = '') =>
  length > most ? `\n[it goes on; ${length - most} characters not shown${how}]` : '';
