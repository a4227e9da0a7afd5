/** The rows in the store of a Parley on this machine, read beside it while it runs. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { waitFor } from '../../lab/counterparts/wait-for.ts';

/** Resolves when some row has these words in its key or its value. A process that is killed then leaves them. */
export const untilKept = (folder: string, words: string) =>
  waitFor(() => hasRow(folder, words), { what: `"${words}" to be kept` });

/** Resolves when no message waits or is being answered. */
export const untilIdle = (folder: string) =>
  waitFor(() => !hasRow(folder, 'lane|'), { what: 'all lanes to be empty' });

/** Resolves when no row has these words in its key or its value. */
export const untilGone = (folder: string, words: string) =>
  waitFor(() => !hasRow(folder, words), { what: `"${words}" to be gone` });

function hasRow(folder: string, words: string): boolean {
  const db = new DatabaseSync(join(folder, 'parley.sqlite'), { readOnly: true });
  try {
    return db.prepare('SELECT 1 FROM keyv WHERE instr(key, ?1) OR instr(value, ?1)').get(words) !== undefined;
  } finally {
    db.close();
  }
}
