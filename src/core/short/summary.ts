/** A summary of what was said at a place, by the tenant's model, with links to the messages that it rests on. */
import type { Spender } from '../money/spender.ts';
import { en } from '../sentences/en.ts';
import type { Told } from '../sentences/failure-notice.ts';
import { SUMMARY_INSTRUCTIONS } from '../sentences/prompts.ts';
import type { TenantSettings } from '../settings.ts';
import { speech } from '../turn/speech.ts';
import { withoutLinks, withSources } from './citations.ts';
import { type AskOnce, BYTES_PER_TOKEN } from './one-answer.ts';
import type { ReadMessage } from './read-place.ts';

export interface SummaryOptions {
  askOnce: AskOnce;
  /** Most tokens of history that a model is sent. */
  budgetTokens: number;
}

export interface WantedSummary {
  /** Oldest first. */
  messages: ReadMessage[];
  spender: Spender;
  settings: TenantSettings;
  timeZone: string;
  told: Told;
}

/** The summary in Markdown. `count`: the messages that it is of, the newest ones that the model can read at once. */
export type Summary = { text: string; count: number } | { notice: string };

/** Most bytes of messages that are sent at once. */
const MOST_BYTES = 120_000;
/** Most characters of one message, so that a long one leaves room for others. */
const MESSAGE_CHARACTERS = 1_500;
/** Most characters of a summary. */
const MOST_CHARACTERS = 3_000;
/** Longest wait for a summary, ms. Slack and Discord take a command's answer for a quarter of an hour at least. */
const LONGEST_MS = 180_000;

/** @throws StoreError */
export type Summarise = (wanted: WantedSummary) => Promise<Summary>;

export function createSummarise({ askOnce, budgetTokens }: SummaryOptions): Summarise {
  const most = Math.min(MOST_BYTES, Math.floor((budgetTokens * BYTES_PER_TOKEN) / 2));

  return async (wanted) => {
    const { messages, lines } = newestThatFit(wanted, most);
    if (messages.length === 0) return { notice: en.commands.summarize.nothing };
    const { spender, settings, told } = wanted;
    const made = await askOnce({
      instructions: SUMMARY_INSTRUCTIONS,
      text: lines.join('\n'),
      spender,
      settings,
      purpose: 'summary',
      most: MOST_CHARACTERS,
      longestMs: LONGEST_MS,
      told,
    });
    if (!('text' in made)) return made;
    const linkOf = async (number: number) => messages[number - 1]?.link();
    const text = await withSources(withoutLinks(made.text), messages.length, linkOf);
    return { text, count: messages.length };
  };
}

/** The newest messages that fit, oldest first, each with its number. */
function newestThatFit({ messages, timeZone }: WantedSummary, most: number) {
  const readable = messages.filter(({ quotes }) => quotes.length > 0);
  const said: string[] = [];
  let left = most;
  for (const message of readable.toReversed()) {
    const text = saidIn(message, timeZone);
    left -= Buffer.byteLength(text) + '[999] \n'.length;
    if (left < 0) break;
    said.unshift(text);
  }
  return {
    messages: readable.slice(readable.length - said.length),
    lines: said.map((text, i) => `[${i + 1}] ${text}`),
  };
}

function saidIn({ at, quotes }: ReadMessage, timeZone: string): string {
  const lines = quotes.map(({ from, note, text }) => speech(from, cut(text), note));
  return `(${timeIn(at, timeZone)}) ${lines.join('\n| ')}`;
}

function timeIn(at: number, timeZone: string): string {
  const options = { dateStyle: 'short', timeStyle: 'short' } as const;
  try {
    return new Date(at).toLocaleString('sv-SE', { ...options, timeZone });
  } catch {
    return new Date(at).toLocaleString('sv-SE', { ...options, timeZone: 'UTC' });
  }
}

const cut = (text: string) =>
  text.length <= MESSAGE_CHARACTERS ? text : `${text.slice(0, MESSAGE_CHARACTERS).toWellFormed()} […]`;
