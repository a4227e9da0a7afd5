/** A conversation of three people with Parley, in which facts are planted; and a model's part in it. */
import type { Message } from '../../../src/core/types.ts';
import type { WireMessage } from './caching-provider.ts';

export const TURNS = 200;
/** A fact is planted in each of the first turns. */
export const FACTS = 100;
export const CONVERSATION = 'bench:space:channel';

/** The average words of a question and of an answer; each is between half and one and a half of that. */
export interface Lengths {
  question: number;
  answer: number;
}

const PEOPLE = ['Ada', 'Bea', 'Cid'];
const WORDS =
  'about after again because before between build change could deploy first found group house large later letter light meeting might never number order other people place point problem question release right server should small sound still system table their there these thing think three through together under until water where which while window world would write'.split(
    ' ',
  );
const FIRST_DAY = Date.UTC(2026, 10, 2, 9);
const TURN_MS = 20 * 60_000;

/** The fact that is planted in a turn. */
export const factOf = (turn: number) =>
  `the code of locker ${turn + 101} is ${(turn * 7_919 + 12_345) % 100_000}`;

export function questionAt(turn: number, { question }: Lengths): Message {
  const random = createRandom(turn);
  const name = PEOPLE[Math.floor(random() * PEOPLE.length)] ?? '';
  const text = sentence(random, question);
  return {
    id: `q${turn}`,
    conversation: CONVERSATION,
    lane: CONVERSATION,
    tenant: 'bench:space',
    author: { id: name, name },
    text: turn < FACTS ? `${text} Please remember: ${factOf(turn)}.` : text,
    attachments: [],
    at: FIRST_DAY + turn * TURN_MS,
  };
}

/** The model's answer to the turn, or its summary. */
export function replyTo(turn: number, messages: WireMessage[], { answer }: Lengths): string {
  const [, mostWords] = /at most (\d+) words in all/.exec(messages.at(-1)?.content ?? '') ?? [];
  if (mostWords) return summaryOf(messages.slice(0, -1), Number(mostWords));
  return sentence(createRandom(turn + 1e6), answer);
}

/** A line of other things that a model writes down. */
const ASIDE = 'Somebody wanted to come back to this point later on.';
/** Turns for which a model writes one such line. */
const TURNS_OF_ASIDE = 3;

/**
 * A summary as an attentive model writes it: all facts of the summary before and of the turns, one line each, and a line of
 * other things for every third turn. Lines over the asked length are left out, other things first, then the oldest facts.
 */
function summaryOf(messages: WireMessage[], mostWords: number): string {
  const facts = messages.flatMap(({ content }) => content.match(/the code of locker \d+ is \d+/g) ?? []);
  const asides = Math.floor(messages.length / 2 / TURNS_OF_ASIDE);
  const lines = [...new Set(facts)].map((fact) => `2026-11-03, Ada: ${fact}`);
  let left = mostWords - 2;
  const fits = (line: string) => {
    left -= wordsIn(line);
    return left >= 0;
  };
  const kept = lines.toReversed().filter(fits).reverse();
  const others = Array.from({ length: asides }, () => ASIDE).filter(fits);
  return ['Facts:', ...kept, 'Open points:', ...others].join('\n');
}

const wordsIn = (text: string) => text.split(/\s+/).length;

function sentence(random: () => number, average: number): string {
  const count = Math.round(average * (0.5 + random()));
  const words = Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)] ?? '');
  return `${words.join(' ')}.`;
}

/** Numbers from 0 to 1, the same for each seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = (seed + 1) * 0x6d2b79f5;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
