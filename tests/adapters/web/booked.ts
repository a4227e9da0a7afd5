/** Reads the books after a test, and makes a file of prices for it. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openStore } from '../../../src/store/open.ts';
import { emptyFolder } from '../../fixtures.ts';

/** A file with a price for the test's model: a dollar for a million tokens of each kind. */
export async function prices(): Promise<string> {
  const file = join(await emptyFolder(), 'prices.json');
  const each = { input: 1, cached: 1, cacheWritten: 1, output: 1 };
  await writeFile(file, JSON.stringify({ 'gpt-6-luna': each, 'test-model': each }));
  return file;
}

/** The counters of all calls of a kind, in the store of a Parley that has stopped. */
export async function booked(folder: string, kind: string): Promise<unknown[]> {
  const store = await openStore(`sqlite://${folder}/parley.sqlite`);
  try {
    const keys = (await store.keys('used|')).filter((key) => key.includes(`|${kind}|`));
    return await store.readMany(keys);
  } finally {
    await store.close();
  }
}
