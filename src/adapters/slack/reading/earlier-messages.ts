/** Messages of a thread from before Parley was called into it, as material for the model. */

import type { Forgotten } from '../../../chat/forgotten.ts';
import { quoteOfLines, type SaidLine } from '../../../core/text/quoted-lines.ts';
import { speech } from '../../../core/turn/speech.ts';
import type { Origin, Quote } from '../../../core/types.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import type { Reading } from './reading.ts';
import type { SlackFile, SlackMessage } from './slack-message.ts';
import { readThread } from './thread-reading.ts';
import { filesIn, visibleIn } from './visible.ts';

export interface Earlier {
  quotes: Quote[];
  /** Files of the quoted messages: those of the first message, then those of the others, newest first. */
  files: QuotedFile[];
}

/** A file. It has an origin if it is not the message's own. */
export interface QuotedFile {
  file: SlackFile;
  origin?: Origin;
}

/** Most characters of a thread for the model. Core would cut a longer quote. */
const MOST_CHARACTERS = 7_800;
/** Most of these characters for the thread's first message. */
const FIRST_CHARACTERS = 3_000;
const MESSAGE_CHARACTERS = 2_000;
const NOTE = 'this thread, before you were called';
const CUT = '[what was said after this could not be read]';

/** Whether a quote holds the earlier messages of the thread. */
export const isOfThread = ({ note }: Quote): boolean => note === NOTE;

interface Line {
  message: SlackMessage;
  origin: Origin;
  /** The lines, each with its author. */
  said: SaidLine[];
  characters: number;
}

export interface EarlierOptions {
  /** Whether Parley's own answers are read, because the conversation does not hold them. */
  withOwn: boolean;
  forgotten: Forgotten;
  /** The message without copies of forgotten messages. */
  told(message: SlackMessage): Promise<SlackMessage>;
}

/** Reads the thread before a message, without forgotten messages. */
export async function earlierMessages(
  { channel = '', ts, thread_ts: thread = ts }: SlackMessage,
  workspace: Workspace,
  reading: Reading,
  { withOwn, forgotten, told: withoutForgotten }: EarlierOptions,
): Promise<Earlier> {
  const { edits, botId } = workspace;
  const { first, last, between, isCut } = await readThread(
    edits,
    channel,
    thread,
    ts,
    forgotten.historyUntil,
  );
  const isTold = ({ subtype, bot_id, ts: id, user = '' }: SlackMessage) =>
    subtype !== 'tombstone' &&
    (withOwn || bot_id !== botId) &&
    !forgotten.asHistory({ id, author: bot_id === botId ? workspace.botUserId : user });

  async function lineOf(sent: SlackMessage, most: number): Promise<Line | undefined> {
    if (!isTold(sent)) return undefined;
    const message = await withoutForgotten(sent);
    const said = await reading.whole({ ...message, channel }, workspace);
    if (said.length === 0) return undefined;
    const lines = said.map(({ from, note, text, by }) => ({
      by,
      text: speech(from, shortened(text, most), note),
    }));
    const characters = lines.reduce((sum, { text }) => sum + text.length + 1, 0);
    return { message, origin: await reading.author(message, workspace), said: lines, characters };
  }

  const top = first && (await lineOf(first, FIRST_CHARACTERS));
  const told = last.filter(isTold);
  const near = nearTheEnd(told);
  const all = (await Promise.all(near.map((one) => lineOf(one, MESSAGE_CHARACTERS)))).filter(
    (line) => line !== undefined,
  );
  const shown = lastOf(all, MOST_CHARACTERS - (top?.characters ?? 0));
  const left = between + (told.length - near.length) + (all.length - shown.length);
  const lines: SaidLine[] = [
    ...(top?.said ?? []),
    ...(left > 0 ? [{ text: `[… ${left} messages left out …]` }] : []),
    ...shown.flatMap(({ said }) => said),
    ...(isCut && (top || shown.length > 0) ? [{ text: CUT }] : []),
  ];
  const newestFirst = [...(top ? [top] : []), ...shown.reverse()];
  return {
    quotes: lines.length === 0 ? [] : [quoteOfLines(NOTE, lines)],
    files: newestFirst.flatMap(({ message, origin }) => filesIn(message).map((file) => ({ file, origin }))),
  };
}

/** The last messages that may fit. Names are looked up for these only. */
function nearTheEnd(messages: SlackMessage[]): SlackMessage[] {
  let characters = 0;
  let from = messages.length;
  while (from > 0 && characters < MOST_CHARACTERS) {
    const message = messages[--from];
    if (message) characters += Math.min(visibleIn(message).text.length, MESSAGE_CHARACTERS);
  }
  return messages.slice(from);
}

/** The last lines that fit. */
function lastOf(lines: Line[], most: number): Line[] {
  let characters = 0;
  let from = lines.length;
  while (from > 0) {
    characters += lines[from - 1]?.characters ?? 0;
    if (characters > most) break;
    from--;
  }
  return lines.slice(from);
}

/** Cuts a text, with a mark where it is cut. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most).toWellFormed()} [… ${text.length - most} characters left out]`;
}
