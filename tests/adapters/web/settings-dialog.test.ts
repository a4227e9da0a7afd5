/** The settings are a dialogue: it keeps the focus, gives it back, and leaves the conversation under it alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  after,
  done,
  finish,
  type ModelServer,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { gate } from '../../harness/gate.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { articles, box, button, closeSettings, idle, loaded, openSettings, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the settings on the page'
  : 'the settings on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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

  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Settings' });
  const isFocused = (page: Page, name: string) =>
    button(page, name).evaluate((node) => node === document.activeElement);
  const open = async (options = {}) => {
    here = await visit(browser, parley.app.url, options);
    await loaded(here.page);
    return here.page;
  };

  it('keep the focus while they are open, and give it back on Escape', async () => {
    const page = await open();
    await button(page, 'Settings').focus();
    await page.keyboard.press('Enter');
    await dialog(page).waitFor();
    for (let presses = 0; presses < 40; presses++) await page.keyboard.press('Tab');
    const isOutside = 'document.activeElement !== document.body && !document.activeElement.closest("dialog")';
    expect(await page.evaluate(isOutside)).toBe(false);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await isFocused(page, 'Settings')).toBe(true);
    expect(here.complaints).toEqual([]);
  });

  it('leave an answer that is being written alone when Escape closes them', async () => {
    const rest = gate();
    model.respond(streams(text('Slowly '), after(rest.opened), text('done.'), finish(), done));
    const page = await open();
    await say(page, 'Go on');
    await button(page, 'Stop').waitFor();
    await openSettings(page);
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    rest.open();
    await shows(page, 'Slowly done.');
    await idle(page);
    expect(await articles(page).last().innerText()).not.toContain('Stopped');
  });

  it('say why a choice was not saved, where the person looks', async () => {
    const page = await open();
    await openSettings(page);
    const refusal = { status: 500, json: { error: { code: 'x', message: 'Not today.' } } };
    await page.route('**/api/settings', (route) => route.fulfill(refusal));
    await page.getByRole('radio', { name: 'High' }).click();
    await dialog(page).getByRole('alert').getByText('Not today.').waitFor();
  });

  it.each(
    [320, 412, 1280].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme }))),
  )('fit and can be read at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const page = await open({ viewport: { width, height: 700 }, colorScheme });
    await openSettings(page);
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    await closeSettings(page);
    if (width < 760) await page.keyboard.press('Escape');
    await box(page).fill('Still here');
    expect(here.complaints).toEqual([]);
  });
});
