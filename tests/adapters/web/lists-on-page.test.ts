/** The list of conversations on the page: pinned, archived, many deleted at once, and more read by scrolling. */
import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { button, list, loaded } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the list on the page'
  : 'the list on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    model.respond(answers('Noted.'));
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(async () => {
    for (const { context } of visits.splice(0)) await context.close();
  });
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  /** A person whose conversations have these titles, the newest last. */
  async function personWith(titles: string[], options = {}): Promise<Page> {
    const opened = await visit(browser, parley.app.url, options);
    visits.push(opened);
    await loaded(opened.page);
    await opened.page.evaluate(
      async (wanted) => {
        const headers = { 'content-type': 'application/json', 'parley-window': 'a-window' };
        for (const { id, title } of wanted) {
          await fetch('/api/conversations', { method: 'POST', headers, body: JSON.stringify({ id }) });
          if (title === '') continue;
          const path = `/api/conversations/${id}`;
          await fetch(path, { method: 'PATCH', headers, body: JSON.stringify({ title }) });
        }
      },
      titles.map((title) => ({ id: randomUUID(), title })),
    );
    await opened.page.goto(`${parley.app.url}/new`);
    await loaded(opened.page);
    return opened.page;
  }
  const shown = (page: Page) => list(page).locator('li .one-line').allInnerTexts();
  const choose = async (page: Page, of: string, item: string) => {
    await button(page, `More for ${of}`).press('Enter');
    await page.getByRole('menuitem', { name: item }).press('Enter');
  };

  it('pins and archives by keyboard, also after a reload', async () => {
    const page = await personWith(['First', 'Second', 'Third']);
    await expect.poll(() => shown(page)).toEqual(['Third', 'Second', 'First']);
    await choose(page, 'First', 'Pin');
    await expect.poll(() => shown(page)).toEqual(['First', 'Third', 'Second']);
    await choose(page, 'Second', 'Archive');
    await expect.poll(() => shown(page)).toEqual(['First', 'Third']);
    await page.reload();
    await expect.poll(() => shown(page)).toEqual(['First', 'Third']);
    await button(page, 'Archived').press('Enter');
    await expect.poll(() => shown(page)).toEqual(['First', 'Third', 'Second']);
    expect(await findBarriers(page)).toEqual([]);
    await choose(page, 'Second', 'Move back to the list');
    await page.getByText('No archived conversations.').waitFor();
    await choose(page, 'First', 'Unpin');
    await expect.poll(() => shown(page)).toEqual(['Third', 'Second', 'First']);
  });

  it('deletes many at once, after one question', async () => {
    const page = await personWith(['First', 'Second', 'Third', 'Fourth']);
    await button(page, 'Select').click();
    await page.getByRole('checkbox', { name: 'Select Second' }).check();
    await page.getByRole('checkbox', { name: 'Select Fourth' }).press('Space');
    expect(await findBarriers(page)).toEqual([]);
    await button(page, 'Delete 2').click();
    await page.getByText('Delete these 2 conversations for good?').waitFor();
    await button(page, 'Delete').click();
    await expect.poll(() => shown(page)).toEqual(['Third', 'First']);
    await page.reload();
    await expect.poll(() => shown(page)).toEqual(['Third', 'First']);
  });

  it('reads more by scrolling to its end', async () => {
    // Fewer than a session may begin in a minute (WRITES).
    const page = await personWith(Array.from({ length: 220 }, () => ''));
    await expect.poll(() => list(page).locator('li').count()).toBe(200);
    await button(page, 'Show more conversations').scrollIntoViewIfNeeded();
    await expect.poll(() => list(page).locator('li').count()).toBe(220);
  });

  it.each([320, 1280])(
    'fits %i pixels, with words that do not break and from right to left',
    async (width) => {
      const titles = ['W'.repeat(90), 'عنوان طويل جدا لمحادثة عن تخطيط المشروع والخطوات التالية كلها'];
      const page = await personWith(titles, { viewport: { width, height: 640 }, reducedMotion: 'reduce' });
      if (width < 760) await button(page, 'Menu').click();
      await button(page, `More for ${titles[0]}`).waitFor();
      expect(await misfits(page)).toEqual([]);
    },
  );
});
