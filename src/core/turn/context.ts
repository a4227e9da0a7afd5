/**
 * Chooses the turns of a conversation that the model reads. When the budget is full, the oldest turns are dropped in
 * one large step, down to half of it. Until then, every prompt begins with the one before it, as a provider's prompt
 * cache needs.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import type { Image, ModelMessage } from '../models/model.ts';
import type { Attachments, StoredTurn, TranscriptPage, Transcripts } from '../storage.ts';
import type { Attachment, Message, Origin, Quote } from '../types.ts';
import { MOST_FILE_CHARACTERS, MOST_QUOTE_CHARACTERS } from './context-size.ts';
import { barred, quotedName, speech, textLines, unnamedSpeech } from './speech.ts';
import { isAudio } from './voice.ts';

/** UTF-8 bytes of an average token. The figure is low, so that no script is under-counted. */
const BYTES_PER_TOKEN = 3.5;
/**
 * Turns on the first page and on the longest. Each page is twice as long as the last, so that few turns are read in
 * vain.
 */
const FIRST_PAGE = 16;
const LONGEST_PAGE = 128;
/** Most bytes of images that are sent along, the newest first. Older ones are named. */
const MOST_IMAGE_BYTES = 20 * 2 ** 20;

export interface ContextOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  /** Most tokens of history that the model is sent. */
  budgetTokens: number;
}

/** The finished turns before this message that fit the budget, then the message. */
export async function buildContext(message: Message, options: ContextOptions): Promise<ModelMessage[]> {
  const { transcripts, attachments, budgetTokens } = options;
  const turns: StoredTurn[] = [];
  let from = 0;
  let before: number | undefined;
  for (let limit = FIRST_PAGE; ; limit = Math.min(limit * 2, LONGEST_PAGE)) {
    const page = await transcripts.read(message.conversation, {
      limit,
      ...(before !== undefined && { before }),
    });
    from = await firstSeq(page, message, transcripts);
    const start = windowFrom(page, from, budgetTokens * BYTES_PER_TOKEN);
    const within = page.turns.filter(({ seq, offset }) => seq >= from && offset >= start);
    turns.unshift(...within);
    before = page.turns[0]?.seq;
    if (!page.more || before === undefined || within.length < page.turns.length) break;
    // Some stores answer without a turn of the event loop, so other tasks get their turn here.
    await turnOfTheLoop();
  }
  const place = turns.findIndex((turn) => turn.message.id === message.id);
  // A message without an answer is left out: it would run into the next message.
  const history = (place < 0 ? turns : turns.slice(0, place)).filter(
    (turn) => turn.end !== null && turn.answer !== '' && !turn.omit,
  );

  const images = { left: MOST_IMAGE_BYTES };
  const numberOf = numberNamesakes([...history.map((turn) => turn.message), message]);
  const show = (one: Message) => userMessage(one, numberOf(one), attachments, images);
  const newest = await show(message);
  // Newest first, so that the remaining image bytes go to the newest turns.
  const older: ModelMessage[] = [];
  for (const turn of history.reverse()) {
    older.unshift({ role: 'assistant', text: turn.answer });
    older.unshift(await show(turn.message));
  }
  return [...older, newest];
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

/** The `seq` from which turns are read. A beginning that came after the message does not count. */
async function firstSeq(
  { afresh }: TranscriptPage,
  { conversation, id }: Message,
  transcripts: Transcripts,
): Promise<number> {
  if (!afresh) return 0;
  const turn = await transcripts.find(conversation, id);
  return turn && turn.seq < afresh.seq ? 0 : afresh.seq;
}

function windowFrom({ bytes, afresh }: TranscriptPage, from: number, budget: number): number {
  const before = from > 0 ? (afresh?.bytes ?? 0) : 0;
  const start = windowStart(bytes - before, budget);
  // The first turn may stand before its byte, since an earlier turn became shorter after it was counted.
  return start === 0 ? 0 : before + start;
}

/**
 * The byte of the transcript at which the window begins. It moves by half a budget at a time, so the window holds
 * between half a budget and all of it, and its prefix stays the same until the next move.
 */
export function windowStart(bytes: number, budget: number): number {
  const step = budget / 2;
  return Math.max(0, Math.ceil((bytes - budget) / step)) * step;
}

async function userMessage(
  message: Message,
  number: number,
  files: Attachments,
  images: { left: number },
): Promise<ModelMessage> {
  const { author, text: said, topic, quotes = [], attachments } = message;
  const note = number > 1 ? `number ${number} of that name` : '';
  const texts = [author.name ? speech(author.name, said, note) : unnamedSpeech(said)];
  texts.push(...attachments.filter(isAudio).map(({ origin }) => unheard(origin)));
  if (topic) texts.push(`Title of this thread: ${quotedName(topic, MOST_QUOTE_CHARACTERS)}`);
  texts.push(...quotes.map(quoteOf));
  const shown: Image[] = [];
  for (const attachment of attachments.filter((one) => !isAudio(one))) {
    const isImage = attachment.type.startsWith('image/');
    const isTooMuch = isImage && attachment.size > images.left;
    const file = isTooMuch ? undefined : await files.get(message.conversation, attachment.id);
    if (!file) texts.push(`[file no longer shown to you: ${quotedName(attachment.name)}]`);
    else if (isImage) {
      images.left -= attachment.size;
      shown.push({ name: attachment.name, type: attachment.type, base64: file.bytes.toString('base64') });
    } else {
      texts.push(fenced(fileTitle(attachment), file.bytes.toString('utf8')));
    }
  }
  return {
    role: 'user',
    text: texts.filter(Boolean).join('\n\n'),
    ...(shown.length > 0 && { images: shown }),
  };
}

/** The source of a quote or a file, in words. */
const ofWhom = ({ from, note = '' }: Origin) =>
  from === '' ? `what is quoted (${note})` : `the message from ${quotedName(from)}${note && `, ${note}`}`;

const titleOf = ({ from, note = '' }: Origin) =>
  from === '' ? `Quoted (${note})` : `Message from ${quotedName(from)}${note && `, ${note}`}`;

const fileTitle = ({ name, origin }: Attachment) =>
  `File ${quotedName(name)}${origin ? ` of ${ofWhom(origin)}` : ''}`;

const unheard = (origin: Origin | undefined) =>
  `[a voice message${origin ? ` of ${ofWhom(origin)}` : ''} that could not be written down]`;

/** A quote with each line marked as material. Without a text, it is a note of Parley's. */
function quoteOf({ text, ...origin }: Quote): string {
  if (text === '' && origin.from === '') return `[${origin.note}]`;
  const shown = barred(text.slice(0, MOST_QUOTE_CHARACTERS));
  return `${titleOf(origin)}:\n${shown}${restOf(text, MOST_QUOTE_CHARACTERS)}`;
}

/** A file as it is, inside a fence longer than any run of backticks in it. */
function fenced(title: string, text: string): string {
  const part = textLines(text.slice(0, MOST_FILE_CHARACTERS));
  let longest = 2;
  for (const [run] of part.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return `${title}:\n${fence}\n${part}\n${fence}${restOf(text, MOST_FILE_CHARACTERS)}`;
}

const restOf = (text: string, most: number) =>
  text.length > most ? `\n[it goes on; ${text.length - most} characters not shown]` : '';
