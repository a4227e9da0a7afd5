/** The line that tells what Parley does now, between the words of an answer. */
import { en } from '../../../core/sentences/en.ts';
import { seenName } from '../../../core/text/unseen.ts';
import type { ShownStep } from '../../../core/types.ts';
import { beginningOf } from '../../markdown/characters/grapheme.ts';

/** Each call may change `line`. */
export interface Activity {
  /** In plain text, on one line; it may quote anyone. Undefined where the answer's own words say enough. */
  readonly line: string | undefined;
  /** Whether a step has begun. Before, `line` has nothing but the model's own words. */
  readonly hasSteps: boolean;
  step(step: ShownStep): void;
  /** The model says something about its work. */
  progress(text: string): void;
  /** Text of the answer came. */
  text(): void;
}

/** Most characters of a line: two lines of a telephone. */
const MOST_CHARACTERS = 140;
/** Characters that are read of the model's words about its work; more are never shown. */
const READ_CHARACTERS = 1_000;
const MORE = ' …';

export function createActivity(): Activity {
  /** The lines of the steps that run, the newest last. */
  const running = new Map<string, string>();
  let words = '';
  let hasSteps = false;
  /** The model reads what a step brought, or thinks. */
  let isThinking = false;

  function lineNow(): string | undefined {
    const said = shortLine(words);
    if (said !== '') return en.notices.working(said.replace(/[“”]/g, '"'));
    const newest = [...running.values()].at(-1);
    if (newest !== undefined) return en.notices.alsoRunning(newest, running.size - 1);
    return isThinking ? en.notices.thinking : undefined;
  }

  return {
    get line() {
      return lineNow();
    },
    get hasSteps() {
      return hasSteps;
    },

    step({ id, state, says }) {
      const isNew = !running.has(id);
      hasSteps = true;
      if (state === 'running') running.set(id, shortLine(says));
      else running.delete(id);
      isThinking = running.size === 0;
      const isOver = state !== 'asked' && isThinking;
      // Words before the step are older than it.
      if (isOver || (state === 'running' && isNew)) words = '';
    },

    progress(text) {
      words = (words + text).slice(0, READ_CHARACTERS);
    },

    text() {
      words = '';
      isThinking = false;
    },
  };
}

/** A text on one short line, without unseen characters. */
export function shortLine(text: string): string {
  const said = seenName(text.slice(0, READ_CHARACTERS), READ_CHARACTERS);
  if (said.length <= MOST_CHARACTERS) return said;
  return beginningOf(said, MOST_CHARACTERS - MORE.length).trimEnd() + MORE;
}
