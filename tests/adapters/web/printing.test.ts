/** A conversation on paper. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, type Visit, visit } from './chromium.ts';
import { articles, box, button, idle, say, shows } from './on-page.ts';
import { sendAll } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'an answer on the page'
  : 'an answer on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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

  /** Opens the page as a new visitor who says `words` and gets this answer. */
  async function answered(answer: string, words: string, options = {}): Promise<Page> {
    model.respond(answers(`${answer}\n\nThe end.`));
    here = await visit(browser, parley.app.url, options);
    await say(here.page, words);
    await shows(here.page, 'The end.');
    await idle(here.page);
    return here.page;
  }

  it('prints the whole conversation and nothing else, black on white', async () => {
    const lines = Array.from({ length: 120 }, (_, line) => `Paragraph ${line}.`).join('\n\n');
    const code = `\`\`\`js\nconst a = '${'long '.repeat(60)}';\n\`\`\``;
    const page = await answered(`${lines}\n\n${code}\n\nSee [the docs](https://docs.example/a).`, 'Print', {
      colorScheme: 'dark',
      viewport: { width: 720, height: 600 },
    });
    await page.emulateMedia({ media: 'print' });
    const facts = await page.evaluate(() => {
      const log = document.querySelector('[role="log"]');
      const style = getComputedStyle(document.body);
      return {
        height: document.documentElement.scrollHeight,
        inner: log ? log.scrollHeight - log.clientHeight : -1,
        colours: [style.backgroundColor, style.color],
        pre: getComputedStyle(document.querySelector('pre') ?? document.body).whiteSpace,
        link: getComputedStyle(document.querySelector('.prose a') ?? document.body, '::after').content,
      };
    });
    expect(facts.height).toBeGreaterThan(4000);
    expect(facts.inner).toBe(0);
    expect(facts.colours).toEqual(['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
    expect(facts.pre).toBe('pre-wrap');
    expect(facts.link).toContain('https://docs.example/a');
    for (const gone of [
      box(page),
      button(page, 'Send'),
      button(page, 'Copy'),
      button(page, 'New conversation'),
    ]) {
      expect(await gone.isVisible()).toBe(false);
    }
    expect(await page.getByRole('complementary').isVisible()).toBe(false);
    expect(await page.getByText('Paragraph 119.').isVisible()).toBe(true);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)?.length).toBeGreaterThan(3);
  });

  it('prints the messages too that have not been shown yet', async () => {
    const page = await answered('Aye.', 'Number 0');
    const url = page.url();
    // An open page would draw every answer.
    await page.goto('about:blank');
    model.respond(answers('Aye.'));
    const texts = Array.from({ length: 59 }, (_, i) => `Number ${i + 1}`);
    await sendAll(url, here.context, texts);
    await page.goto(url);
    await expect.poll(() => articles(page).count()).toBe(100);
    const pdf = (await page.pdf({ format: 'A4' })).toString('latin1');
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => articles(page).count()).toBe(120);
    expect(await articles(page).first().innerText()).toBe('Number 0');
    await page.emulateMedia({ media: null });
    const pages = (document: string) => document.match(/\/Type\s*\/Page\b/g)?.length ?? 0;
    // The turns read for the print are in that print.
    expect(pages(pdf)).toBe(pages((await page.pdf({ format: 'A4' })).toString('latin1')));
  });
});
