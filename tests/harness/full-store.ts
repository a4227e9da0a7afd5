/** A store on this machine that takes nothing, as when its disk is full. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Longest wait until Parley, another program perhaps, has written what it is writing, ms. */
const BUSY_MS = 5_000;

/** @param folder where `parley.sqlite` is */
export async function whileStoreIsFull(folder: string, task: () => Promise<void>): Promise<void> {
  const store = new DatabaseSync(join(folder, 'parley.sqlite'), { timeout: BUSY_MS });
  const tables = store.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  for (const [index, { name }] of tables.entries())
    store.exec(
      `CREATE TRIGGER full${index} BEFORE INSERT ON "${name}" BEGIN SELECT RAISE(ABORT, 'full'); END`,
    );
  try {
    await task();
  } finally {
    for (const index of tables.keys()) store.exec(`DROP TRIGGER full${index}`);
    store.close();
  }
}
