/** Sharing a conversation on the page, and reading it behind its link. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { button, idle, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'sharing on the page'
  : 'sharing on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
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

  async function open(url: string, options = {}): Promise<Visit> {
    const opened = await visit(browser, url, options);
    visits.push(opened);
    return opened;
  }
  async function answered(answer: string, options = {}): Promise<Page> {
    model.respond(answers(answer));
    const { page } = await open(parley.app.url, options);
    await loaded(page);
    await say(page, 'A question to share');
    await shows(page, 'The end.');
    await idle(page);
    return page;
  }
  async function linkOf(page: Page): Promise<string> {
    await button(page, 'Share').click();
    const body = page.locator('dialog .sheet-body');
    await expect.poll(() => body.evaluate((it) => it.scrollHeight - it.clientHeight)).toBe(0);
    await button(page, 'Create link').click();
    return page.getByRole('textbox', { name: 'Link', exact: true }).inputValue();
  }

  it('makes a link that a stranger reads, with nothing to write, until it is ended', async () => {
    const page = await answered('**Bold** and `code`.\n\nThe end.');
    const url = await linkOf(page);
    expect(url).toMatch(/\/share\/[\w-]{22}$/);
    expect(await findBarriers(page)).toEqual([]);
    const reader = await open(url);
    await reader.page.getByText('The end.').waitFor();
    expect(await reader.page.getByRole('heading', { level: 1 }).innerText()).toBe('A question to share');
    expect(await reader.page.locator('strong').innerText()).toBe('Bold');
    expect(await reader.page.locator('time').count()).toBe(2);
    expect(await reader.page.getByRole('textbox').count()).toBe(0);
    expect(await reader.context.cookies()).toEqual([]);
    expect(await findBarriers(reader.page)).toEqual([]);
    const other = await open(url);
    await button(other.page, 'Continue in my conversations').click();
    await loaded(other.page);
    await shows(other.page, 'The end.');
    expect(new URL(other.page.url()).pathname).toMatch(/^\/c\//);
    await page.getByRole('button', { name: 'Stop sharing A question to share' }).click();
    await page
      .getByRole('button', { name: 'Stop sharing A question to share' })
      .waitFor({ state: 'detached' });
    expect((await reader.page.goto(url))?.status()).toBe(404);
    expect(reader.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
  });

  it('runs and loads nothing of a hostile conversation', async () => {
    const hostile = [
      '<img src=x onerror="document.title=1"><script>document.title=1</script>',
      '<iframe src="https://evil.example"></iframe> ![x](https://evil.example/x.png)',
      '[click](javascript:alert(1)) <style>*{display:none}</style>',
      'The end.',
    ].join('\n\n');
    const url = await linkOf(await answered(hostile));
    const reader = await open(url);
    await reader.page.getByText('The end.').waitFor();
    expect(await reader.page.title()).toBe('A question to share – Parley');
    expect(
      await reader.page.locator('iframe, script:not([src]), [href^="javascript"], main style').count(),
    ).toBe(0);
    expect(reader.complaints).toEqual([]);
  });

  it('works by the keyboard, fits 320 px, and gives the focus back', async () => {
    const page = await answered('The end.', { viewport: { width: 320, height: 640 } });
    await button(page, 'Share').focus();
    await page.keyboard.press('Enter');
    await button(page, 'Create link').focus();
    await page.keyboard.press('Enter');
    const link = page.getByRole('textbox', { name: 'Link', exact: true });
    await link.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    expect(await page.evaluate('document.querySelector("dialog").scrollWidth')).toBeLessThanOrEqual(320);
    const reader = await open(await link.inputValue(), { viewport: { width: 320, height: 640 } });
    await reader.page.getByText('The end.').waitFor();
    expect(await reader.page.evaluate('document.documentElement.scrollWidth')).toBe(320);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Share');
  });
});
