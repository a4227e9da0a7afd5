/** Importing a file on the page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Parley, startParley } from '../../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from '../chromium.ts';
import { articles, button, closeSettings, list, loaded, openSettings } from '../on-page.ts';
import { chatGpt, libreChat, openWebUi } from './exports.ts';

const executable = findChromium();
const title = executable
  ? 'the import on the page'
  : 'the import on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    parley = await startParley({});
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
  });

  async function open(options = {}): Promise<Page> {
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await loaded(page);
    await openSettings(page);
    return page;
  }
  const file = (name: string, content: unknown) => ({
    name,
    mimeType: 'application/json',
    buffer: Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)),
  });
  async function choose(page: Page, files: ReturnType<typeof file>[]): Promise<void> {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      button(page, 'Import conversations').click(),
    ]);
    await chooser.setFiles(files);
  }
  const report = (page: Page) => page.locator('.import-report');

  it('takes the files of all programs at once, says what came of it, and shows them in the list', async () => {
    const page = await open();
    await choose(page, [
      file('conversations.json', [chatGpt('a', 'From ChatGPT'), 'something else']),
      file('libre.json', libreChat('b', 'From LibreChat')),
      file('webui.json', [openWebUi('c', 'From open-webui')]),
    ]);
    await report(page).waitFor();
    expect(await report(page).innerText()).toBe(
      '3 conversations imported.\nOne entry left out: not a conversation of a program that Parley knows.',
    );
    expect(await findBarriers(page)).toEqual([]);
    await closeSettings(page);
    await list(page).getByText('From LibreChat').click();
    await expect.poll(() => articles(page).count()).toBe(4);
    expect(await articles(page).last().innerText()).toContain('The light goes through more air.');
    await openSettings(page);
    await choose(page, [file('conversations.json', [chatGpt('a', 'From ChatGPT')])]);
    await expect.poll(() => report(page).innerText()).toContain('Nothing new was imported.');
    await closeSettings(page);
    expect(await list(page).getByRole('listitem').count()).toBe(3);
    expect(here.complaints).toEqual([]);
  });

  it('runs nothing that a file holds, in the list or in the conversation', async () => {
    const page = await open({ viewport: { width: 320, height: 640 } });
    const hostile =
      '<img src=x onerror="document.title=1"><script>document.title=1</script> [x](javascript:alert(1))';
    await choose(page, [
      file('lies.json', [
        chatGpt('h', hostile, [
          { by: 'user', text: hostile },
          { by: 'assistant', text: `${hostile}\n\nThe end.` },
        ]),
        { mapping: { a: { parent: 'a', message: { author: { role: 'user' } } } }, current_node: 'a' },
      ]),
    ]);
    await report(page).waitFor();
    await closeSettings(page);
    if (!(await list(page).getByText('onerror').isVisible())) await button(page, 'Menu').click();
    await list(page).getByText('onerror').click();
    await expect.poll(() => articles(page).last().innerText()).toContain('The end.');
    expect(await page.title()).toContain(' – Parley');
    expect(await page.locator('main img[src="x"], main script, [href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(here.complaints).toEqual([]);
  });
});
