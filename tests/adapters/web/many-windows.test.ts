/** Windows of one session that were away, that are many, and that different processes serve. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startPostgres } from '../../../lab/counterparts/postgres.ts';
import { startParley } from '../../harness/web.ts';
import { findChromium } from './chromium.ts';
import { idle, list, say, shows } from './on-page.ts';
import { openTwo, record, said, sendAll, startWindows, titles } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'windows of the page'
  : 'windows of the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);
  const { newContext, open } = windows;

  it('catch up when one was away, also with more than a page of turns', async () => {
    const { a, b, context } = await openTwo(windows);
    await a.close();
    windows.model.respond(answers('Aye.'));
    await context.setOffline(true);
    await b.evaluate('document.dispatchEvent(new Event("freeze"))');
    await sendAll(
      b.url(),
      context,
      Array.from({ length: 55 }, (_, i) => `Number ${i}`),
    );
    const seen = await record(b);
    await context.setOffline(false);
    // Simulates that the person looks at the window again.
    await b.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
    await expect.poll(async () => (await said(b)).at(-2)).toBe('Number 54');
    const [last] = (await seen()).slice(-1);
    // There is no gap between the shown messages.
    const numbers = (last ?? []).flatMap((each) => (each === 'Hi' ? -1 : Number(each.split(' ')[1])));
    const [first = 0] = numbers;
    expect(numbers).toEqual(numbers.map((_, i) => first + i));
  });

  it('may be as many as a browser opens connections, and more', async () => {
    const { a, b, context } = await openTwo(windows);
    const all = [a, b];
    while (all.length < 8) all.push(await open(context, a.url()));
    windows.model.respond(answers('All ears.'));
    const last = all.at(-1) ?? a;
    await say(last, 'Who is there?');
    for (const page of all) await shows(page, 'All ears.');
    windows.model.respond(answers('Me too.'));
    // A window that closes leaves its connection to another.
    for (const page of all.splice(0, 4)) await page.close();
    await say(all[0] ?? last, 'And now?');
    for (const page of all) {
      await shows(page, 'Me too.');
      await idle(page);
    }
  });

  it('hear of each other through two processes', async () => {
    await using postgres = await startPostgres();
    const env = {
      OPENAI_BASE_URL: windows.model.url,
      STORE_URL: await postgres.database(),
      MASTER_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    };
    await using here = await startParley(env);
    await using there = await startParley(env);
    windows.model.respond(answers('Across.'));
    const context = await newContext();
    const a = await open(context, here.app.url);
    // A cookie belongs to a host, whatever the port.
    const b = await open(context, there.app.url);
    await say(a, 'Over there?');
    await shows(a, 'Across.');
    await expect.poll(() => titles(b)).toEqual(['Over there?']);
    await list(b).getByText('Over there?').click();
    await shows(b, 'Across.');
    windows.model.respond(answers('And back.'));
    await say(b, 'Over here?');
    // Either process may answer; the other one reads along.
    for (const page of [a, b]) await shows(page, 'And back.');
    expect(await said(a)).toEqual(await said(b));
  });
});
