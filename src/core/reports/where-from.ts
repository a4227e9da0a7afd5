/**
 * The origin of an error, for the log: the name and code of its root cause, and the places in its stack. The message
 * is left out, since it can hold a key, a path or what a person said.
 */
export function whereFrom(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  let root = error;
  while (root.cause instanceof Error) root = root.cause;
  const code = 'code' in root && typeof root.code === 'string' ? ` ${root.code}` : '';
  const frames = (root.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
  return `${root.name}${code} ${frames
    .slice(0, 4)
    .map((frame) => frame.trim())
    .join(' ')}`;
}
