/** Look-ups that a question does not wait for longer than it is worth. */

/** What it resolves to; undefined where it fails, or takes longer. */
export async function inTime<T>(ms: number, lookUp: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, ms, undefined);
  });
  try {
    return await Promise.race([lookUp.catch(() => undefined), late]);
  } finally {
    clearTimeout(timer);
  }
}
