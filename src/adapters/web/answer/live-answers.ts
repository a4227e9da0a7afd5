/** Answers that are under way in this process. Answers of other processes, and those that ended, are in the store. */
import type { Chunk, MadeFile, Message, ShownStep } from '../../../core/types.ts';

export interface LiveAnswer {
  readonly status: 'thinking' | 'retrying';
  /** The answer so far. */
  readonly text: string;
  /** The text before `text` was no answer and must disappear. */
  readonly isRetracted: boolean;
  /** The steps so far; another list after each change. */
  readonly steps: readonly ShownStep[];
  /** The model's words about what it does, until text follows. */
  readonly progress: string;
  /** The files that tools made. */
  readonly files: readonly MadeFile[];
  readonly end: Extract<Chunk, { type: 'end' }> | undefined;
  /** When it ended (ms since 1970). */
  readonly endedAt: number | undefined;
}

/** One attempt at an answer, for the code that makes it. */
export interface AnswerAttempt {
  push(chunk: Chunk): void;
  close(): void;
}

export type TurnReference = Pick<Message, 'conversation' | 'id'>;

export interface LiveAnswers {
  get(turn: TurnReference): LiveAnswer | undefined;
  /** Begins an attempt, in place of any before it. */
  open(turn: TurnReference): AnswerAttempt;
  /** Calls back after each change of the answer, its beginning and closing too. Returns a function that stops this. */
  watch(turn: TurnReference, onChange: () => void): () => void;
}

/** Characters of the model's words about what it does. */
const MOST_PROGRESS = 2_000;

export const turnKeyOf = ({ conversation, id }: TurnReference) => `${conversation}|${id}`;

export function createLiveAnswers(): LiveAnswers {
  const answers = new Map<string, LiveAnswer>();
  const watchers = new Map<string, Set<() => void>>();
  const tell = (key: string) => {
    for (const onChange of watchers.get(key) ?? []) onChange();
  };
  return {
    get: (turn) => answers.get(turnKeyOf(turn)),
    open(turn) {
      const key = turnKeyOf(turn);
      const answer: Growing = {
        status: 'thinking',
        text: '',
        isRetracted: false,
        steps: [],
        progress: '',
        files: [],
        end: undefined,
        endedAt: undefined,
      };
      const isCurrent = () => answers.get(key) === answer;
      answers.set(key, answer);
      tell(key);
      return {
        push(chunk) {
          if (take(answer, chunk) && isCurrent()) tell(key);
        },
        close() {
          if (!isCurrent()) return;
          answers.delete(key);
          tell(key);
        },
      };
    },
    watch(turn, onChange) {
      const key = turnKeyOf(turn);
      const here = watchers.get(key) ?? new Set();
      watchers.set(key, here.add(onChange));
      return () => {
        here.delete(onChange);
        if (here.size === 0 && watchers.get(key) === here) watchers.delete(key);
      };
    },
  };
}

type Growing = { -readonly [Field in keyof LiveAnswer]: LiveAnswer[Field] };

/** @returns whether anything changed */
function take(answer: Growing, chunk: Chunk): boolean {
  switch (chunk.type) {
    case 'text':
      answer.text += chunk.text;
      answer.progress = '';
      return true;
    case 'retract':
      Object.assign(answer, { text: '', isRetracted: true });
      return true;
    case 'step':
      answer.steps = withStep(answer.steps, chunk.step);
      return true;
    case 'progress':
      answer.progress = (answer.progress + chunk.text).slice(0, MOST_PROGRESS);
      return true;
    case 'end':
      Object.assign(answer, { end: chunk, endedAt: Date.now() });
      return true;
    case 'status': {
      const isNew = answer.status !== chunk.status;
      answer.status = chunk.status;
      return isNew;
    }
    case 'file':
      answer.files = [...answer.files, chunk.file];
      return true;
  }
}

function withStep(steps: readonly ShownStep[], step: ShownStep): ShownStep[] {
  const isKnown = steps.some(({ id }) => id === step.id);
  return isKnown ? steps.map((one) => (one.id === step.id ? step : one)) : [...steps, step];
}
