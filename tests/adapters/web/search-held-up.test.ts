/** Searching in texts that were written to hold up others. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { SearchHits } from '../../../src/adapters/web/api/search.ts';
import { startOfRun } from '../../../src/core/search/found-words.ts';
import { startParley } from '../../harness/web.ts';
import { importTurns } from './import/import-turns.ts';

const TURNS = 60;
/** Thousands of the one word side by side, and the other one far from them. */
const TEXT = `${'a '.repeat(3_900)} ... b`;

it('lets other requests in after each text that it reads', async () => {
  await using parley = await startParley();
  const browser = parley.browser();
  await importTurns(browser, TURNS, TEXT);
  const find = async () => (await browser.get<SearchHits>('/api/search?q=a+b')).hits.length;
  await expect.poll(find).toBe(50);
  let turns = 0;
  let isDone = false;
  const done = find().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await turnOfTheLoop();
    turns++;
  }
  expect(await done).toBe(50);
  expect(turns).toBeGreaterThan(2 * TURNS);
});

it('looks at each found word a few times, however many of them stand side by side', () => {
  let looks = 0;
  const parts = Array.from({ length: 4_000 }, (_, index) => ({
    word: 'a',
    from: 2 * index,
    to: 2 * index + 1,
    get of() {
      looks++;
      return 0;
    },
  }));
  expect(startOfRun(parts, 2, TEXT)).toBeUndefined();
  expect(looks).toBeLessThan(10 * parts.length);
});
