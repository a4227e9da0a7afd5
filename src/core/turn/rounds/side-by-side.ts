/** Runs tasks side by side, and yields what they report as it comes. */

/**
 * Ends once all tasks have; the first that fails ends it with its error, and begins no more of them.
 * @param most tasks at a time
 */
export async function* sideBySide<Item, Report>(
  items: Item[],
  most: number,
  task: (item: Item, report: (one: Report) => void) => Promise<void>,
): AsyncGenerator<Report, void, void> {
  const reports: Report[] = [];
  let isOver = false;
  let wake = () => {};
  const report = (one: Report) => {
    reports.push(one);
    wake();
  };
  const left = items.values();
  async function work(): Promise<void> {
    for (const item of left) {
      if (isOver) return;
      await task(item, report);
    }
  }
  const all = Promise.all(Array.from({ length: Math.min(most, items.length) }, work)).finally(() => {
    isOver = true;
    wake();
  });
  all.catch(() => {});
  try {
    while (!isOver || reports.length > 0) {
      const next = reports.shift();
      if (next !== undefined) yield next;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    await all;
  } finally {
    isOver = true;
  }
}

/** Makes writes of a thing that changes all the time. Changes that come close together are in one write. */
export function createWriter(write: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;

  async function begin(): Promise<void> {
    await Promise.allSettled([current]);
    await new Promise((resolve) => setImmediate(resolve));
    next = undefined;
    current = write();
    await current;
  }

  /** Resolves once the thing is written as it is now, or later. */
  return () => {
    next ??= begin();
    return next;
  };
}
