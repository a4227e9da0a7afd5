/** Shares the result of a task among all who ask for it within a while. */

/** @param ms how long a result is given again; a task that failed is run again at the next call */
export function sharedFor<T>(ms: number, task: () => Promise<T>): () => Promise<T> {
  let newest: { until: number; result: Promise<T> } | undefined;
  return () => {
    if (newest && performance.now() < newest.until) return newest.result;
    const begun = { until: Number.POSITIVE_INFINITY, result: task() };
    newest = begun;
    begun.result.then(
      () => {
        begun.until = performance.now() + ms;
      },
      () => {
        if (newest === begun) newest = undefined;
      },
    );
    return begun.result;
  };
}
