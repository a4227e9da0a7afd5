/** Finds the passages of a long text that hold the most of the words that are looked for. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { cutBefore, PART_BYTES, partFrom } from '../core/turn/asking/file-parts.ts';

/** Reads bytes of the text. Undefined: it is gone. */
type ReadBytes = (from: number, upTo: number) => Promise<Buffer | undefined>;

export interface Passage {
  text: string;
  /** The part that it stands in, from 1. */
  part: number;
  /** Characters of the text before it. */
  at: number;
}

export interface Passages {
  /** The best few, in the order of the text. */
  passages: Passage[];
  /** Passages that hold as many of the words as the best one. */
  found: number;
  /** Whether the passages hold all words. */
  hasAll: boolean;
}

/** Bytes that are searched between two turns of the event loop: a piece of a stored file. */
const STEP_BYTES = 16 * PART_BYTES;
/** Most words of a search. */
const MOST_WORDS = 12;
/** Most characters that are compared: in a hostile text, a search takes time in proportion to them. */
const MOST_COMPARED = 64;
const MOST_PASSAGES = 20;
/** Characters in which words count as standing together. */
const TOGETHER = 400;
/** Characters shown before the first word of a passage, and from it on. */
const SHOWN_BEFORE = 200;
const SHOWN_AFTER = 500;

interface Candidate extends Passage {
  /** The words that it holds, with one more if they stand one after another as they were given. */
  score: number;
}

/** @param size bytes of the whole text */
export async function searchText(
  read: ReadBytes,
  size: number,
  query: string,
  signal: AbortSignal,
): Promise<Passages | undefined> {
  const words = wordsOf(query);
  let best: Candidate[] = [];
  let top = 0;
  let found = 0;
  let characters = 0;
  for (let from = 0; from < size; ) {
    signal.throwIfAborted();
    const bytes = await read(from, from + STEP_BYTES);
    if (!bytes) return undefined;
    if (bytes.length === 0) break;
    // A cut at the very beginning would make no headway; a text has no such line, and other bytes are cut anywhere.
    const end = (from + bytes.length < size && cutBefore(bytes, bytes.length)) || bytes.length;
    const text = bytes.toString('utf8', 0, end);
    const scores = await scoresIn(text, words);
    for (const { score } of scores.values()) {
      if (score === top) found++;
      if (score > top) {
        top = score;
        found = 1;
      }
    }
    const better = bestOf(scores, best.length < MOST_PASSAGES ? 0 : (best.at(-1)?.score ?? 0));
    const candidates = better.map(({ score, at }) => ({
      score,
      at: characters + at,
      part: partFrom(from + Buffer.byteLength(text.slice(0, at))),
      text: text.slice(Math.max(0, at - SHOWN_BEFORE), at + SHOWN_AFTER).toWellFormed(),
    }));
    best = [...best, ...candidates].sort((a, b) => b.score - a.score || a.at - b.at).slice(0, MOST_PASSAGES);
    characters += text.length;
    from += end;
    await turnOfTheLoop();
  }
  const passages = best.filter(({ score }) => score === top).sort((a, b) => a.at - b.at);
  return { passages, found, hasAll: top >= words.length };
}

function wordsOf(query: string): string[] {
  const words = folded(query)
    .split(' ')
    .filter(Boolean)
    .map((word) => word.slice(0, MOST_COMPARED));
  return [...new Set(words)].slice(0, MOST_WORDS);
}

/** The text for comparing, of the same length: in small letters, with each white space as a space. */
export function folded(text: string): string {
  // U+0130 is the only letter whose small form is longer (SpecialCasing.txt).
  const small = text.replaceAll('\u0130', 'I').toLowerCase();
  return small.replaceAll('ς', 'σ').replaceAll('’', "'").replace(/\s/g, ' ');
}

/** The passages with words in them, by their number; `at` is the place of the first word. */
async function scoresIn(text: string, words: string[]): Promise<Map<number, { score: number; at: number }>> {
  const within = folded(text);
  const scores = new Map<number, { score: number; at: number }>();
  const phrase = words.length > 1 ? [words.join(' ').slice(0, MOST_COMPARED)] : [];
  for (const word of [...words, ...phrase]) {
    await turnOfTheLoop();
    let at = within.indexOf(word);
    while (at >= 0) {
      const passage = Math.floor(at / TOGETHER);
      const known = scores.get(passage);
      scores.set(passage, { score: (known?.score ?? 0) + 1, at: Math.min(known?.at ?? at, at) });
      // One more of the same word makes a passage no better.
      at = within.indexOf(word, (passage + 1) * TOGETHER);
    }
  }
  return scores;
}

/** The best passages with a score above `least`, best first. */
function bestOf(scores: Map<number, { score: number; at: number }>, least: number) {
  return [...scores.values()]
    .filter(({ score }) => score > least)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, MOST_PASSAGES);
}
