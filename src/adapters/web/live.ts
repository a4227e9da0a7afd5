/** Answers that are under way: the text so far and who watches it. One ended is the store's. */
import type { Chunk, Message } from '../../core/types.ts';

type Status = 'waiting' | 'thinking' | 'retrying';

export interface LiveAnswer {
  readonly status: Status;
  readonly end: Extract<Chunk, { type: 'end' }> | undefined;
  /** A reader of the text from an offset in UTF-16 units; from the start where there is not so much (yet). */
  read(offset: number): TextReader;
  /** Calls back after each change; returns how to stop that. */
  watch(onChange: () => void): () => void;
  push(chunk: Chunk): void;
}

type Place = Pick<Message, 'conversation' | 'id'>;

/** The answers under way, from when their message is accepted until they are kept. */
export interface LiveAnswers {
  get(place: Place): LiveAnswer | undefined;
  /** The answer at that place, begun where there is none. */
  open(place: Place): LiveAnswer;
  close(place: Place): void;
}

export interface TextReader {
  /** Offset after the last text taken. */
  readonly offset: number;
  /** The text since the last call; '' when there is none. */
  take(): string;
}

export function createLiveAnswers(): LiveAnswers {
  const answers = new Map<string, LiveAnswer>();
  const key = ({ conversation, id }: Place) => `${conversation}|${id}`;
  return {
    get: (place) => answers.get(key(place)),
    open(place) {
      const answer = answers.get(key(place)) ?? createLiveAnswer();
      answers.set(key(place), answer);
      return answer;
    },
    close: (place) => void answers.delete(key(place)),
  };
}

function createLiveAnswer(): LiveAnswer {
  // Kept as it came: a reader joins the pieces that are new to it, so no text is copied or scanned twice.
  const pieces: string[] = [];
  const watchers = new Set<() => void>();
  let length = 0;
  let status: Status = 'waiting';
  let end: LiveAnswer['end'];

  return {
    get status() {
      return status;
    },
    get end() {
      return end;
    },
    read(offset) {
      let next = 0;
      let at = 0;
      let skip = offset <= length ? offset : 0;
      return {
        get offset() {
          return at;
        },
        take() {
          if (next === pieces.length) return '';
          const text = next === pieces.length - 1 ? (pieces[next] ?? '') : pieces.slice(next).join('');
          next = pieces.length;
          at += text.length;
          const fresh = skip > 0 ? text.slice(skip) : text;
          skip = Math.max(0, skip - text.length);
          return fresh;
        },
      };
    },
    watch(onChange) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
    push(chunk) {
      if (chunk.type === 'text') {
        pieces.push(chunk.text);
        length += chunk.text.length;
      } else if (chunk.type === 'end') end = chunk;
      else if (status === chunk.status) return;
      else status = chunk.status;
      for (const onChange of watchers) onChange();
    },
  };
}
