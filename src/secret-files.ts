/** Secrets from files, as Docker, Kubernetes and systemd hand them over: `OPENAI_API_KEY_FILE=/run/secrets/key`. */
import { readFileSync } from 'node:fs';

const FILE = '_FILE';

/** The settings that name the files. */
export const fileSettingOf = (name: string) => `${name}${FILE}`;

/**
 * The environment with what the files hold, and a sentence for each that could not be read. A sentence never has what a
 * setting holds: some write the secret itself into it.
 */
export function readSecretFiles(
  env: Record<string, string>,
  secrets: string[],
): { env: Record<string, string>; problems: string[] } {
  const read = { ...env };
  const problems: string[] = [];
  for (const name of secrets) {
    const setting = fileSettingOf(name);
    const path = env[setting];
    if (path === undefined) continue;
    delete read[setting];
    if (env[name] !== undefined) {
      problems.push(`${name} and ${setting} are both set. Remove one of them.`);
      continue;
    }
    const held = contentsOf(path);
    if ('text' in held && held.text !== '') read[name] = held.text;
    else
      problems.push(
        `${setting} names a file that ${'text' in held ? 'is empty' : held.problem}. Check its path and its owner.`,
      );
  }
  return { env: read, problems };
}

function contentsOf(path: string): { text: string } | { problem: string } {
  try {
    return { text: readFileSync(path, 'utf8').trim() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return { problem: `cannot be read (${code})` };
  }
}
