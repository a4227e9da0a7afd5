/** Shortcuts act outside what is being typed, and leave input methods and dialogues alone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { articles, box, draft, idle, loaded, say, shows, stands } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'shortcuts of the page'
  : 'shortcuts of the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

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

  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  const open = async (options = {}) => {
    here = await visit(browser, parley.app.url, options);
    await loaded(here.page);
    return here.page;
  };
  const leaveBox = (page: Page) => page.getByRole('log').focus();

  it('begin a new conversation from the middle of another one', async () => {
    const page = await open();
    await say(page, 'The first one');
    await shows(page, 'The first one');
    await idle(page);
    await box(page).focus();
    await page.keyboard.press('Control+Shift+O');
    await expect.poll(() => articles(page).count()).toBe(0);
    expect(await box(page).evaluate((node) => node === document.activeElement)).toBe(true);
    expect(here.complaints).toEqual([]);
  });

  it('leave a question mark in a message to the message', async () => {
    const page = await open();
    await box(page).focus();
    await page.keyboard.type('Why?');
    expect(await draft(page)).toBe('Why?');
    await leaveBox(page);
    await page.keyboard.type('?');
    await dialog(page).waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    expect(await draft(page)).toBe('Why?');
  });

  it('leave the keys of an input method alone', async () => {
    const page = await open();
    await box(page).fill('Half a word');
    const taken = await page.evaluate<boolean>(`(() => {
      const keys = { key: 'O', code: 'KeyO', ctrlKey: true, shiftKey: true, bubbles: true, cancelable: true };
      return !document.getElementById('message').dispatchEvent(
        new KeyboardEvent('keydown', { ...keys, isComposing: true }),
      );
    })()`);
    expect(taken).toBe(false);
  });

  it.each(
    [320, 412, 1280].flatMap((width) => ['light', 'dark'].map((colorScheme) => ({ width, colorScheme }))),
  )('are listed at $width px, $colorScheme', async ({ width, colorScheme }) => {
    const page = await open({ viewport: { width, height: 700 }, colorScheme });
    await leaveBox(page);
    await page.keyboard.type('?');
    await dialog(page).getByText('Begin a new conversation').waitFor();
    await stands(page);
    if (process.env.PICTURES)
      await page.screenshot({ path: `${process.env.PICTURES}/${width}-${colorScheme}.png` });
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    expect(here.complaints).toEqual([]);
  });
});
