/** Usage at the page: a session’s own, as a picture and as a table. */
import type { BrowserContext, Browser as Chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UsageView } from '../../../src/adapters/web/api/usage.ts';
import { bookRow } from '../../core/book-row.ts';
import { keepBooks, sessionsIn, today } from '../../harness/money/booked.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch } from './chromium.ts';
import { misfits } from './fits.ts';
import { button, idle, loaded, openSettings, say } from './on-page.ts';

const LONG_NAME = `vendor/${'a-model-with-a-long-name-'.repeat(3)}`;
/** A month of a session: a row for each day until today, and one of a long name. */
const monthOf = (tenant: string) => {
  const last = Number(today().slice(-2));
  const days = Array.from(
    { length: last },
    (_, day) => `${today().slice(0, 8)}${String(day + 1).padStart(2, '0')}`,
  );
  const own = { tenant, person: tenant, cost: 20_000_000 };
  return [
    ...days.map((day) => bookRow({ ...own, day })),
    bookRow({ ...own, day: today(), model: LONG_NAME }),
  ];
};

/** The month of now as people read it. */
const month = () =>
  new Date().toLocaleDateString('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' });

it('is a session’s own, and nobody else’s', async () => {
  const before = await startParley();
  const browser = before.browser();
  await browser.newConversation();
  await before.app.stop();
  const [tenant = ''] = await sessionsIn(before.folder);
  const stranger = bookRow({ day: today(), tenant: 'web:somebody-else', person: 'web:somebody-else' });
  await keepBooks(before.folder, [...monthOf(tenant), stranger]);
  await using parley = await startParley({}, before.folder);
  const own = await browser.at(parley.app.url).get<UsageView>('/api/usage?by=model');
  expect(own.title).toBe(`Your usage in ${month()}`);
  expect(own.lines.join('\n')).toContain('Today: $0.04 for 2 requests');
  expect(own.lines.join('\n')).not.toContain('**');
  const names = own.figures?.table.rows.map(({ label }) => label);
  expect(names).toContainEqual({ text: LONG_NAME });
  const other = await parley.browser().get<UsageView>('/api/usage');
  expect([other.figures, other.lines]).toEqual([null, [`Nothing was used in ${month()}.`]]);
});

it('takes no month that is none, and no group of people', async () => {
  await using parley = await startParley();
  const browser = parley.browser();
  for (const wrong of ['2026-13', 'now', '2026-11-30', '../..']) {
    const refused = await browser.fetch(`/api/usage?month=${encodeURIComponent(wrong)}`);
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: { code: 'invalid', message: 'A month is written like 2026-11.' } },
    ]);
  }
  expect((await browser.get<UsageView>('/api/usage?month=2026-01')).title).toBe('Your usage in January 2026');
  expect((await browser.fetch('/api/usage?by=person&month=')).status).toBe(200);
});

const executable = findChromium();
const title = executable
  ? 'the page shows it'
  : 'the page shows it (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const SIZES = [
  ['a small phone', { width: 320, height: 640 }],
  ['a phone', { width: 412, height: 915 }],
  ['a desktop', { width: 1_280, height: 800 }],
] as const;

describe.skipIf(!executable)(title, () => {
  let chromium: Chromium;
  let context: BrowserContext;
  let parley: Parley;

  beforeAll(async () => {
    chromium = await launch(executable ?? '');
    // The demo answers, which is in no books.
    const before = await startParley();
    context = await chromium.newContext();
    const page = await context.newPage();
    await page.goto(before.app.url);
    await say(page, 'Hi');
    await idle(page);
    await button(page, 'Regenerate').waitFor();
    await page.close();
    await before.app.stop();
    const [tenant = ''] = await sessionsIn(before.folder);
    await keepBooks(before.folder, monthOf(tenant));
    parley = await startParley({}, before.folder);
  });
  afterAll(async () => {
    await chromium?.close();
    await parley?.app.stop();
  });

  it.each(
    SIZES.flatMap(([name, size]) => [
      { name, size, scheme: 'light' as const },
      { name, size, scheme: 'dark' as const },
    ]),
  )(
    'on $name, $scheme: days as a picture, models as bars, all of it as a table',
    async ({ size, scheme }) => {
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on('console', (message) => complaints.push(message.text()));
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme: scheme });
      await page.goto(parley.app.url);
      await loaded(page);
      await openSettings(page);
      await page.getByText('Usage', { exact: true }).click();
      await page.getByRole('img', { name: /^A bar chart\. Dollars by day.* highest bar is/ }).waitFor();
      const table = page.getByRole('table', { name: /^Dollars by day/ });
      await expect.poll(() => table.getByRole('row').count()).toBe(Number(today().slice(-2)) + 1);
      expect(await misfits(page), 'days').toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole('radio', { name: 'Models' }).check();
      await page.getByRole('rowheader', { name: LONG_NAME }).waitFor();
      expect(await misfits(page), 'models').toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByLabel('Month', { exact: true }).selectOption({ index: 1 });
      await page.getByText('Nothing was used in').waitFor();
      expect(await misfits(page), 'nothing').toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    },
  );
});
