/** Lets the two writers of one answer ask for calls, from a start to a stop. */
import { type JoinedBucket, joinBucket, type MovingWriter } from '../../pacing/join-bucket.ts';

export interface RunningWriters {
  isRunning(): boolean;
  /** Nothing is due before. */
  start(): void;
  /** The writers look again: something may be due. */
  poke(): void;
  pokeEditor(): void;
  pokePoster(): void;
  /** Calls the task after this time (ms), unless the writers stop before. */
  after(ms: number, task: () => void): void;
  /** No further call is made. */
  stop(): void;
}

export function runWriters(writers: { editor: MovingWriter; poster: MovingWriter }): RunningWriters {
  const timers = new Set<NodeJS.Timeout>();
  let isRunning = false;

  const join = (writer: MovingWriter): JoinedBucket =>
    joinBucket({
      ...writer,
      next: () => (isRunning ? writer.next() : undefined),
      needs: (now) => (isRunning ? writer.needs(now) : 0),
    });
  const poster = join(writers.poster);
  const editor = join(writers.editor);

  return {
    isRunning: () => isRunning,
    pokeEditor: editor.poke,
    pokePoster: poster.poke,

    start() {
      isRunning = true;
    },

    poke() {
      // The end of a message before the next one: in the order of reading.
      editor.poke();
      poster.poke();
    },

    after(ms, task) {
      if (!isRunning) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        task();
      }, Math.ceil(ms) + 1);
      timers.add(timer);
    },

    stop() {
      isRunning = false;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      editor.leave();
      poster.leave();
    },
  };
}
