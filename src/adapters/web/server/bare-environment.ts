/** Variables that Windows needs to run a program, and esbuild's own settings. */
const NEEDED = /^(?:SystemRoot|windir|TEMP|TMP|ESBUILD_\w+)$/i;

/**
 * Runs `task`, which starts programs, without the environment. The environment may hold secrets that are none of
 * Parley's settings, such as those of the cloud it runs in. Each variable is taken out and put back, since threads copy
 * the environment itself and not an object that replaces `process.env`.
 * @param variables to be there meanwhile
 */
export function inBareEnvironment<T>(task: () => T, variables: Record<string, string> = {}): T {
  const whole = { ...process.env };
  for (const name of Object.keys(whole)) if (!NEEDED.test(name)) delete process.env[name];
  Object.assign(process.env, variables);
  try {
    return task();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, whole);
  }
}
