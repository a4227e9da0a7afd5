/**
 * What of a conversation the model is shown. The oldest turns are let go in one large step each time the
 * budget is full, down to half of it: in between, every prompt begins with the one before, which is what a
 * provider's prompt cache needs.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { MOST_FILE_CHARACTERS, MOST_QUOTE_CHARACTERS } from './context-size.ts';
import type { Image, ModelMessage } from './models/model.ts';
import type { Attachments, StoredTurn, Transcripts } from './ports.ts';
import type { Message } from './types.ts';
import { isAudio, UNHEARD } from './voice.ts';

/** UTF-8 bytes a token stands for on average; low, so that no script is under-counted. */
const BYTES_PER_TOKEN = 3.5;
/** Turns read at first, and at most; each further page is twice as long, so that little is read in vain. */
const FIRST_PAGE = 16;
const LONGEST_PAGE = 128;
/** Of the images in the conversation, the newest so many bytes are sent; of older ones the name. */
const MOST_IMAGE_BYTES = 20 * 2 ** 20;

export interface ContextOptions {
  transcripts: Transcripts;
  attachments: Attachments;
  /** How much history goes along, tokens. */
  budgetTokens: number;
}

/** The finished turns before this message that fit the budget, then the message. */
export async function buildContext(message: Message, options: ContextOptions): Promise<ModelMessage[]> {
  const { transcripts, attachments, budgetTokens } = options;
  const turns: StoredTurn[] = [];
  let before: number | undefined;
  for (let limit = FIRST_PAGE; ; limit = Math.min(limit * 2, LONGEST_PAGE)) {
    const page = await transcripts.read(message.conversation, {
      limit,
      ...(before !== undefined && { before }),
    });
    const start = windowStart(page.bytes, budgetTokens * BYTES_PER_TOKEN);
    const within = page.turns.filter((turn) => turn.offset >= start);
    turns.unshift(...within);
    before = page.turns[0]?.seq;
    if (!page.more || before === undefined || within.length < page.turns.length) break;
    // The store may answer within the same turn of the event loop; others shall have theirs.
    await turnOfTheLoop();
  }
  const place = turns.findIndex((turn) => turn.message.id === message.id);
  // What got no answer is not brought up again: it would run into the next message.
  const history = (place < 0 ? turns : turns.slice(0, place)).filter(
    (turn) => turn.end !== null && turn.answer !== '' && !turn.omit,
  );

  const images = { left: MOST_IMAGE_BYTES };
  const newest = await userMessage(message, attachments, images);
  // Backwards, so that the images that are left go to the newest turns.
  const older: ModelMessage[] = [];
  for (const turn of history.reverse()) {
    older.unshift({ role: 'assistant', text: turn.answer });
    older.unshift(await userMessage(turn.message, attachments, images));
  }
  return [...older, newest];
}

/**
 * Where the window begins, in bytes from the transcript's start: it moves by half a budget at a time, so the
 * window holds between half and all of it, and the same prefix until it moves again.
 */
export function windowStart(bytes: number, budget: number): number {
  const step = budget / 2;
  return Math.max(0, Math.ceil((bytes - budget) / step)) * step;
}

async function userMessage(
  message: Message,
  files: Attachments,
  images: { left: number },
): Promise<ModelMessage> {
  const [audio, others] = [
    message.attachments.filter(isAudio),
    message.attachments.filter((one) => !isAudio(one)),
  ];
  const said = [message.text, ...audio.map(() => UNHEARD)].filter(Boolean).join('\n\n');
  const texts = [message.author.name ? `${message.author.name}: ${said}`.trimEnd() : said];
  if (message.topic) texts.push(quoted('Title of this thread', message.topic, MOST_QUOTE_CHARACTERS));
  for (const { from, text } of message.quotes ?? [])
    texts.push(quoted(`Message from ${JSON.stringify(from)}`, text, MOST_QUOTE_CHARACTERS));
  const shown: Image[] = [];
  for (const attachment of others) {
    const isImage = attachment.type.startsWith('image/');
    const isTooMuch = isImage && attachment.size > images.left;
    const file = isTooMuch ? undefined : await files.get(message.conversation, attachment.id);
    if (!file) texts.push(`[file no longer shown to you: ${attachment.name}]`);
    else if (isImage) {
      images.left -= attachment.size;
      shown.push({ name: attachment.name, type: attachment.type, base64: file.bytes.toString('base64') });
    } else {
      const text = file.bytes.toString('utf8');
      texts.push(quoted(`File ${JSON.stringify(attachment.name)}`, text, MOST_FILE_CHARACTERS));
    }
  }
  return {
    role: 'user',
    text: texts.filter(Boolean).join('\n\n'),
    ...(shown.length > 0 && { images: shown }),
  };
}

/** Data, not speech: inside a fence longer than any run of backticks in it. */
function quoted(title: string, text: string, most: number): string {
  const part = text.slice(0, most).toWellFormed();
  const longest = Math.max(2, ...(part.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const rest =
    text.length > part.length ? `\n[it goes on; ${text.length - part.length} characters not shown]` : '';
  return `${title}:\n${fence}\n${part}\n${fence}${rest}`;
}
