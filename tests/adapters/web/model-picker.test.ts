/** The model beside the message box: chosen for one conversation, and kept by it. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  answers,
  lists,
  type ModelServer,
  startModelServer,
} from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { box, button, closeSettings, goTo, idle, loaded, openSettings, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the model of a conversation on the page'
  : 'the model of a conversation on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const LONG = 'a-very-long-name-of-a-model-'.repeat(4);
const MODELS = [
  'small-one',
  'big-one',
  LONG,
  'نموذج-لغة',
  ...Array.from({ length: 90 }, (_, index) => `other-${index}`),
];

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    model.respondToList(lists(...MODELS));
    model.respond(answers('Yes.'));
    parley = await startParley({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-operator',
      OPENAI_MODEL: 'small-one',
    });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  const open = async (options = {}) => {
    here = await visit(browser, parley.app.url, options);
    await loaded(here.page);
    return here.page;
  };
  const picker = (page: Page, name: string) => button(page, `Model: ${name}`);
  const asked = () => model.requests.at(-1)?.body;
  async function answered(page: Page, words: string): Promise<void> {
    await say(page, words);
    await shows(page, 'Yes.');
    await idle(page);
  }
  async function pick(page: Page, from: string, typed: string, name: string): Promise<void> {
    await picker(page, from).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill(typed);
    await page.getByRole('option', { name, exact: true }).click();
    await picker(page, name).waitFor();
  }

  it('answers this conversation alone, again after a reload, and in Regenerate', async () => {
    const page = await open();
    await answered(page, 'Otters');
    expect(asked()).toMatchObject({ model: 'small-one' });
    await pick(page, 'small-one', 'big', 'big-one');
    await answered(page, 'More of them');
    expect(asked()).toMatchObject({ model: 'big-one' });
    await page.reload();
    await picker(page, 'big-one').waitFor();
    await pick(page, 'big-one', 'other-7', 'other-7');
    const before = model.requests.length;
    await button(page, 'Regenerate').last().click();
    await expect.poll(() => model.requests.length).toBe(before + 1);
    expect(asked()).toMatchObject({ model: 'other-7' });
    await shows(page, 'Yes.');
    await idle(page);
    const other = await visit(browser, parley.app.url);
    await answered(other.page, 'Somebody else');
    expect(asked()).toMatchObject({ model: 'small-one' });
    await other.context.close();
    expect(here.complaints).toEqual([]);
  });

  it('begins the next conversation, and leaves earlier ones as they are', async () => {
    const page = await open();
    await answered(page, 'Badgers');
    await button(page, 'New conversation').click();
    await pick(page, 'small-one', 'big', 'big-one');
    await answered(page, 'Weasels');
    expect(asked()).toMatchObject({ model: 'big-one' });
    await goTo(page, 'Badgers');
    await picker(page, 'small-one').waitFor();
    await button(page, 'New conversation').click();
    await picker(page, 'big-one').waitFor();
    await openSettings(page);
    await page.getByLabel('Model', { exact: true }).fill('other-3');
    await button(page, 'Save model').click();
    await page.getByText('Saved.').first().waitFor();
    await closeSettings(page);
    await picker(page, 'other-3').waitFor();
  });

  it('is chosen by keyboard alone, with temperature and effort', async () => {
    const page = await open();
    await picker(page, 'small-one').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'big-one' }).waitFor();
    await page.keyboard.type('one');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await picker(page, 'big-one').waitFor();
    expect(await picker(page, 'big-one').evaluate((node) => node === document.activeElement)).toBe(true);
    // Enter alone takes what there is.
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'big-one' }).waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'Search models' }).waitFor({ state: 'detached' });
    await picker(page, 'big-one').waitFor();
    await page.keyboard.press('Enter');
    await page.getByLabel('Reasoning effort').selectOption('High');
    await page.getByLabel('Temperature').fill('0,4');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox', { name: 'Search models' }).waitFor({ state: 'detached' });
    await answered(page, 'Both');
    expect(asked()).toMatchObject({ model: 'big-one', temperature: 0.4, reasoning_effort: 'high' });
  });

  it.each(
    [320, 412, 1280].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme }))),
  )('fits and can be read at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const page = await open({ viewport: { width, height: 700 }, colorScheme });
    await pick(page, 'small-one', 'very', LONG);
    await box(page).fill('Still here');
    await picker(page, LONG).click();
    await page.getByRole('option', { name: 'big-one' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await misfits(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });
});
