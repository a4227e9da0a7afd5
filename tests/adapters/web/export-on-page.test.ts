/** The menu that saves or prints a conversation. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { box, button, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the export menu on the page'
  : 'the export menu on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  async function answered(words: string, options = {}): Promise<Page> {
    model.respond(answers('The **end**.'));
    here = await visit(browser, parley.app.url, options);
    await loaded(here.page);
    await say(here.page, words);
    await shows(here.page, 'The end.');
    await idle(here.page);
    return here.page;
  }
  const item = (page: Page, name: string) => page.getByRole('menuitem', { name, exact: true });

  it('saves what is shown as Markdown and as JSON, under a name that every system takes', async () => {
    const page = await answered('A/B: what is "next"?');
    for (const [kind, ending] of [
      ['Markdown', 'md'],
      ['JSON', 'json'],
    ] as const) {
      await button(page, 'Export').click();
      const [download] = await Promise.all([page.waitForEvent('download'), item(page, kind).click()]);
      expect(download.suggestedFilename()).toBe(`A B what is next.${ending}`);
      const text = await readFile(await download.path(), 'utf8');
      expect(text).toContain('The **end**.');
      if (kind === 'JSON') expect(JSON.parse(text)).toMatchObject({ format: 'parley.conversation' });
    }
    expect(here.complaints).toEqual([]);
  });

  it('works by the keyboard alone, and gives the focus back', async () => {
    const page = await answered('Keys');
    await page.evaluate('window.print = () => { window.hasPrinted = true; }');
    await button(page, 'Export').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Markdown');
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Print');
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('window.hasPrinted')).toBe(true);
    await button(page, 'Export').focus();
    await page.keyboard.press('ArrowDown');
    await item(page, 'Markdown').waitFor();
    await page.keyboard.press('Escape');
    await item(page, 'Markdown').waitFor({ state: 'detached' });
    expect(await page.evaluate('document.activeElement.textContent')).toContain('Export');
  });

  it('fits a narrow screen, and closes on a press elsewhere', async () => {
    const page = await answered('Narrow', { viewport: { width: 320, height: 640 } });
    await button(page, 'Export').click();
    const place = await page.getByRole('menu').boundingBox();
    expect(place && place.x >= 0 && place.x + place.width <= 320).toBe(true);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await box(page).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
  });

  it('is not there before anything was said', async () => {
    here = await visit(browser, parley.app.url);
    await loaded(here.page);
    expect(await button(here.page, 'Export').count()).toBe(0);
  });
});
