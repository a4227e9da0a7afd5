/** Reads secrets from files, as Docker, Kubernetes and systemd provide them: `OPENAI_API_KEY_FILE=/run/secrets/key`. */
import { closeSync, openSync, readSync } from 'node:fs';
import { en } from './core/sentences/en.ts';

const FILE = '_FILE';
/** Most bytes of such a file. A larger one is no secret. */
const MOST_BYTES = 2 ** 16;
const { badFile, bothSet, fileProblems } = en.setup;

/** The names of the settings that name files. */
export const fileSettingOf = (name: string) => `${name}${FILE}`;

/**
 * The environment with the contents of the files, and a sentence for each unreadable file. No sentence repeats a
 * setting's value: some people write the secret itself into it.
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
      problems.push(bothSet(name, setting));
      continue;
    }
    const held = secretIn(path);
    if ('text' in held) read[name] = held.text;
    else problems.push(badFile(setting, held.problem));
  }
  return { env: read, problems };
}

function secretIn(path: string): { text: string } | { problem: string } {
  const read = textIn(path, MOST_BYTES);
  return 'text' in read && /[\r\n]/.test(read.text) ? { problem: fileProblems.lines } : read;
}

/** The text of a file, without white space around it; or a part of a sentence that says what is wrong with it. */
export function textIn(path: string, mostBytes: number): { text: string } | { problem: string } {
  try {
    const bytes = beginningOf(path, mostBytes);
    if (bytes.length > mostBytes) return { problem: fileProblems.large(mostBytes / 1024) };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim();
    if (text === '') return { problem: fileProblems.empty };
    return text.includes('\0') ? { problem: fileProblems.notText } : { text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return {
      problem:
        code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? fileProblems.notText : fileProblems.unreadable(code),
    };
  }
}

/** Reads the whole file, or one byte more than allowed, since a file may have no end. */
function beginningOf(path: string, mostBytes: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(mostBytes + 1);
    let length = 0;
    let read: number;
    do {
      read = readSync(file, bytes, length, bytes.length - length, null);
      length += read;
    } while (read > 0 && length < bytes.length);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
