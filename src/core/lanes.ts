/** Runs the tasks of one key one after another, in the order given. Tasks of different keys run side by side. */
export interface Lanes {
  run<T>(key: string, task: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs or waits any more. */
  idle(): Promise<void>;
}

export function createLanes(): Lanes {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const before = tails.get(key) ?? Promise.resolve();
      const result = before.then(task);
      // A failed task must not fail the tasks after it. Its caller hears of the failure through `result`.
      const tail = result
        .catch(() => {})
        .then(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
      tails.set(key, tail);
      return result;
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}
