/** Searching one's conversations on the page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { browserOf, type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { importTurns } from './import/import-turns.ts';
import { articles, button, idle, list, loaded, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'searching on the page'
  : 'searching on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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

  async function open(options = {}): Promise<Page> {
    const opened = await visit(browser, parley.app.url, options);
    visits.push(opened);
    await loaded(opened.page);
    return opened.page;
  }
  async function tell(page: Page, text: string): Promise<void> {
    await say(page, text);
    await shows(page, 'Noted.');
    await idle(page);
  }
  const field = (page: Page) => page.getByRole('searchbox', { name: 'Search conversations' });
  async function openSearch(page: Page): Promise<void> {
    if (!(await field(page).isVisible())) await button(page, 'Menu').click();
    await field(page).focus();
  }
  const results = (page: Page) => page.getByRole('navigation', { name: 'Search results' });

  it('finds by keyboard, marks the words, and leads to the message', async () => {
    const page = await open();
    await tell(page, 'Where do walruses live?');
    await button(page, 'New conversation').click();
    await tell(page, 'What do bees eat?');
    await openSearch(page);
    await page.keyboard.type('WALRUS');
    await expect.poll(() => results(page).locator('mark').allInnerTexts()).toEqual(['walruses', 'walruses']);
    expect(await findBarriers(page)).toEqual([]);
    await results(page).getByRole('link').last().press('Enter');
    await expect.poll(() => articles(page).first().innerText()).toContain('walruses');
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.closest('article')?.textContent ?? ''))
      .toContain('Where do walruses live?');
    await field(page).fill('nothing like it');
    await results(page).getByText('Nothing found.').waitFor();
    await field(page).press('Escape');
    await list(page).waitFor();
  });

  const marks = (page: Page) =>
    page.evaluate(() => [...(CSS.highlights.get('found') ?? [])].map((range) => `${range}`));
  const framed = (page: Page) => page.locator('.found');

  it('marks the answer that was found, with its words in sight and its frame whole', async () => {
    const page = await open({ viewport: { width: 1000, height: 600 } });
    const filler = Array.from({ length: 60 }, (_, i) => `Line ${i} of much else.`).join('\n\n');
    model.respond(answers(`${filler}\n\nA **lighthouse** keeper’s bread needs rye.\n\n${filler}`));
    await say(page, 'What does he bake?');
    await shows(page, 'needs rye');
    await idle(page);
    model.respond(answers('Noted.'));
    await tell(page, 'And then?');
    await field(page).fill("lighthouse keeper's bread");
    await results(page).getByRole('link').click();
    await expect.poll(() => marks(page)).toEqual(['lighthouse', 'keeper’s', 'bread']);
    expect(await framed(page).getAttribute('class')).toBe('answer found');
    const word = page.getByRole('log').getByText('lighthouse', { exact: true });
    await expect
      .poll(() =>
        word.evaluate((node) => {
          const log = node.closest('.scroller')?.getBoundingClientRect();
          const { top, bottom } = node.getBoundingClientRect();
          return log !== undefined && top > log.top && bottom < log.bottom;
        }),
      )
      .toBe(true);
    await page.keyboard.press('Escape');
    expect([await marks(page), await framed(page).count()]).toEqual([[], 0]);
    await field(page).fill('And then');
    await results(page).getByText('You:').click();
    await expect.poll(() => marks(page)).toEqual(['And', 'then']);
    expect(await framed(page).getAttribute('class')).toBe('said found');
    const room = () =>
      framed(page).evaluate(
        (node) =>
          node.getBoundingClientRect().top - (node.closest('.scroller')?.getBoundingClientRect().top ?? 0),
      );
    expect(await room()).toBeGreaterThan(8);
    await field(page).fill('something else');
    await expect.poll(() => framed(page).count()).toBe(0);
    expect(await marks(page)).toEqual([]);
  });

  it('puts the hits of one conversation under its title, and says what is in the title', async () => {
    const page = await open({ viewport: { width: 1280, height: 700 } });
    const long = `Gruyère ${'and many more words '.repeat(8)}`;
    await tell(page, `${long} (12)`);
    await tell(page, 'More gruyere, please');
    await field(page).fill('gruyere');
    await results(page).locator('mark').first().waitFor();
    expect(
      await results(page)
        .getByTitle(/^Gruyère and many/)
        .count(),
    ).toBe(1);
    expect(await results(page).getByRole('link').count()).toBe(3);
    expect(await results(page).locator('.found-in').count()).toBe(1);
  });

  it('says that hits have only some of the words', async () => {
    const page = await open();
    await tell(page, 'How hot must an oven be for rye?');
    await field(page).fill('oven temperature for gruyere');
    await results(page).getByRole('heading', { name: 'Some of the words' }).waitFor();
    expect(await results(page).locator('mark').allInnerTexts()).toContain('oven');
    expect(await findBarriers(page)).toEqual([]);
  });

  it('jumps to a message far back, and returns to the newest', async () => {
    const page = await open();
    const cookies = new Map((await page.context().cookies()).map(({ name, value }) => [name, value]));
    await importTurns(browserOf(parley.app.url, cookies), 120);
    await page.goto(`${parley.app.url}/new`);
    await loaded(page);
    await field(page).fill('answer 0');
    await results(page).getByRole('link').first().click();
    await expect.poll(() => articles(page).first().innerText()).toContain('Question 0?');
    expect(await page.getByText('Question 119?', { exact: true }).count()).toBe(0);
    await button(page, 'Jump to latest').click();
    await page.getByText('Question 119?', { exact: true }).waitFor();
  });

  it('shows the version of a message that was found, and the other one again', async () => {
    const page = await open();
    await tell(page, 'What does a heron eat?');
    await tell(page, 'And an otter?');
    await button(page, 'Edit').last().click();
    const box = page.getByRole('textbox', { name: 'Edited message' });
    await box.fill('And a badger?');
    await box.press('Enter');
    await expect.poll(() => articles(page).allInnerTexts()).toContain('And a badger?');
    await idle(page);
    const focused = () => page.evaluate(() => document.activeElement?.closest('article')?.textContent ?? '');
    const follow = async (word: string) => {
      await field(page).fill(word);
      await expect.poll(() => results(page).locator('mark').allInnerTexts()).toEqual([word]);
      await results(page).getByRole('link').click();
      await expect.poll(focused).toContain(word);
    };
    const said = async () => (await articles(page).allInnerTexts()).filter((text) => text.includes('?'));
    await follow('otter');
    await expect.poll(said).toEqual(['What does a heron eat?', 'And an otter?']);
    await follow('badger');
    await expect.poll(said).toEqual(['What does a heron eat?', 'And a badger?']);
    await page.reload();
    await loaded(page);
    await expect.poll(said).toEqual(['What does a heron eat?', 'And a badger?']);
    // A message before both of them changes nothing.
    await page.goto(`${parley.app.url}/new`);
    await loaded(page);
    await field(page).fill('heron eat');
    await results(page).getByRole('link').last().click();
    await expect.poll(focused).toContain('heron');
    await expect.poll(said).toEqual(['What does a heron eat?', 'And a badger?']);
  });

  it.each([320, 1280])(
    'fits %i pixels, with words that do not break and from right to left',
    async (width) => {
      const page = await open({ viewport: { width, height: 640 }, reducedMotion: 'reduce' });
      await tell(page, `${'W'.repeat(90)} camel`);
      await tell(page, 'رسالة طويلة جدا عن camel وعن رحلة في الصحراء الكبرى مع كل ما يلزم لها');
      await openSearch(page);
      await page.keyboard.type('camel');
      await results(page).locator('mark').first().waitFor();
      expect(await misfits(page)).toEqual([]);
    },
  );
});
