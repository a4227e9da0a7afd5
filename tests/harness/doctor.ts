/** `npm start -- doctor` in this process, which takes a tenth of a program's time. */
import { join } from 'node:path';
import { vi } from 'vitest';
import { doctor as examine } from '../../src/cli/doctor.ts';
import { readConfig } from '../../src/config.ts';
import { emptyFolder } from '../fixtures.ts';

/**
 * Runs it with this environment and no other.
 * @param folder the working directory of the Parley that it examines
 */
export async function doctor(env: Record<string, string> = {}, folder?: string) {
  const store = join(folder ?? (await emptyFolder()), 'data', 'parley.sqlite');
  const all = { PORT: '0', ...env };
  const lines: string[] = [];
  const printed = vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(`${line}\n`));
  try {
    const config = readConfig({ STORE_URL: `sqlite://${store}`, ...all });
    return { code: await examine(config, Object.keys(all)), out: lines.join('') };
  } finally {
    printed.mockRestore();
  }
}
