/** Collects an answer and its reasoning while the model streams. */
import { seenText } from '../text/unseen.ts';
import type { RoundChunk } from './tool-rounds.ts';

/** Most characters of an answer. A model in a loop would go on for ever. */
const MOST_CHARACTERS = 1_000_000;
/** Most characters of reasoning kept with a turn; the rest is dropped. */
const MOST_THOUGHT_CHARACTERS = 50_000;

export interface AnswerSoFar {
  add(chunk: RoundChunk): void;
  text(): string;
  hasText(): boolean;
  /** Whether the answer has more than `MOST_CHARACTERS`. */
  isTooLong(): boolean;
  /** Number of chunks of text, without those that were retracted. */
  chunks(): number;
  /** When the first text came, by `performance.now()`. */
  firstAt(): number | undefined;
  /** The reasoning to keep with the turn; undefined where none came. */
  thoughts(): { thoughts: string } | undefined;
}

export function createAnswerSoFar(): AnswerSoFar {
  const pieces: string[] = [];
  const thoughts = createThoughts();
  let characters = 0;
  let firstAt: number | undefined;
  return {
    add(chunk) {
      if (chunk.type === 'thought') thoughts.add(chunk.text);
      if (chunk.type === 'text') {
        firstAt ??= performance.now();
        pieces.push(chunk.text);
        characters += chunk.text.length;
      }
      if (chunk.type === 'retract') {
        pieces.length = 0;
        characters = 0;
      }
    },
    text: () => pieces.join('').toWellFormed(),
    hasText: () => pieces.length > 0,
    isTooLong: () => characters > MOST_CHARACTERS,
    chunks: () => pieces.length,
    firstAt: () => firstAt,
    thoughts: thoughts.kept,
  };
}

/** Collects a turn's reasoning up to `MOST_THOUGHT_CHARACTERS`. */
function createThoughts() {
  const pieces: string[] = [];
  let left = MOST_THOUGHT_CHARACTERS;
  return {
    add(text: string): void {
      if (left <= 0) return;
      pieces.push(text.slice(0, left));
      left -= text.length;
    },
    kept(): { thoughts: string } | undefined {
      const text = seenText(pieces.join('').toWellFormed()).trim();
      return text === '' ? undefined : { thoughts: text };
    },
  };
}
