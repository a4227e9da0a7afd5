/** Answers that are under way in this process. Answers of other processes, and those that ended, are in the store. */
import type { Chunk, Message } from '../../../core/types.ts';

export interface LiveAnswer {
  readonly status: 'thinking' | 'retrying';
  /** The answer so far. */
  readonly text: string;
  /** The text before `text` was no answer and must disappear. */
  readonly isRetracted: boolean;
  readonly end: Extract<Chunk, { type: 'end' }> | undefined;
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
      const answer = {
        status: 'thinking' as LiveAnswer['status'],
        text: '',
        isRetracted: false,
        end: undefined as LiveAnswer['end'],
      };
      const isCurrent = () => answers.get(key) === answer;
      answers.set(key, answer);
      tell(key);
      return {
        push(chunk) {
          if (chunk.type === 'text') answer.text += chunk.text;
          else if (chunk.type === 'retract') Object.assign(answer, { text: '', isRetracted: true });
          else if (chunk.type === 'end') answer.end = chunk;
          else if (chunk.type !== 'status' || answer.status === chunk.status) return;
          else answer.status = chunk.status;
          if (isCurrent()) tell(key);
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
