/** Limits how long a question waits for a look-up. */

/** The look-up's result; undefined where it fails or takes longer than `ms`. */
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
