/** The palette finds conversations and actions by keyboard alone, and gives the focus back. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { answers, type ModelServer, startModelServer } from '../../../lab/counterparts/model-server.ts';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import {
  articles,
  box,
  button,
  closeSettings,
  draft,
  idle,
  list,
  loaded,
  openSettings,
  say,
  shows,
  stands,
} from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the palette'
  : 'the palette (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let model: ModelServer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    model = await startModelServer();
    model.respond(answers('Noted.'));
    parley = await startParley({ OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-operator' });
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await model?.stop();
  });

  const dialog = (page: Page) => page.getByRole('dialog', { name: 'Find or do' });
  const field = (page: Page) => dialog(page).getByRole('combobox');
  const options = (page: Page) => dialog(page).getByRole('option');
  const chosen = (page: Page) => dialog(page).getByRole('option', { selected: true });
  const isFocused = (page: Page) =>
    expect.poll(() => field(page).evaluate((node) => node === document.activeElement)).toBe(true);
  async function open(options = {}): Promise<Page> {
    here = await visit(browser, parley.app.url, options);
    await loaded(here.page);
    return here.page;
  }
  async function openPalette(page: Page, typed = ''): Promise<void> {
    await page.keyboard.press('Control+k');
    await isFocused(page);
    await page.keyboard.type(typed);
  }
  async function tell(page: Page, text: string): Promise<void> {
    await button(page, 'New conversation').click();
    await say(page, text);
    await shows(page, 'Noted.');
    await idle(page);
  }
  /** Types until the first option is this one, and takes it. */
  async function take(page: Page, typed: string, label: string): Promise<void> {
    await openPalette(page, typed);
    await expect.poll(() => chosen(page).innerText()).toBe(label);
    await page.keyboard.press('Enter');
    await dialog(page).waitFor({ state: 'detached' });
  }

  it('opens a conversation by words of its title, and by words that were said in it', async () => {
    const page = await open();
    await tell(page, 'Walruses in winter');
    await tell(page, 'Bees in spring');
    await take(page, 'wint walr', 'Walruses in winter');
    await expect.poll(() => articles(page).first().innerText()).toContain('Walruses in winter');
    await openPalette(page, 'bees');
    await dialog(page).getByRole('group', { name: 'In your messages and answers' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => chosen(page).innerText()).toContain('You:');
    await page.keyboard.press('Enter');
    await expect.poll(() => articles(page).first().innerText()).toContain('Bees in spring');
    expect(here.complaints).toEqual([]);
  });

  it('does what stands in menus and settings, and returns the focus when nothing is chosen', async () => {
    const page = await open();
    await tell(page, 'To be pinned');
    await take(page, 'pin this', 'Pin this conversation');
    await expect.poll(() => list(page).getByRole('link').getAttribute('title')).toBe('Pinned');
    await take(page, 'dark', 'Dark theme');
    await expect.poll(() => page.locator('html').getAttribute('data-theme')).toBe('dark');
    await take(page, 'share', 'Share this conversation');
    await page.getByRole('dialog', { name: 'Share this conversation' }).waitFor();
    await page.keyboard.press('Escape');
    await take(page, 'keyboard', 'Keyboard shortcuts');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await take(page, 'sign out', 'Sign out');
    await expect
      .poll(() => button(page, 'Sign out').evaluate((node) => node === document.activeElement))
      .toBe(true);
    await closeSettings(page);
    await box(page).fill('Half a word');
    await openPalette(page, 'nothing of that name');
    await dialog(page).getByText('Nothing found.').waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => box(page).evaluate((node) => node === document.activeElement)).toBe(true);
    expect(await draft(page)).toBe('Half a word');
    expect(here.complaints).toEqual([]);
  });

  it('leaves ? alone once the person turned that off, and lists the shortcuts with a modifier', async () => {
    const page = await open();
    await openSettings(page);
    await page.getByRole('radiogroup', { name: 'Shortcut of a single character' }).getByLabel('Off').check();
    await closeSettings(page);
    await page.reload();
    await loaded(page);
    await page.getByRole('log').focus();
    await page.keyboard.press('?');
    await page.keyboard.press('Control+/');
    const shortcuts = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await shortcuts.waitFor();
    expect(await shortcuts.getByText('List these shortcuts').count()).toBe(1);
    await page.keyboard.press('Escape');
    await shortcuts.waitFor({ state: 'detached' });
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('fits any window, light and dark, with long words and from right to left', async () => {
    const page = await open({ viewport: { width: 1280, height: 700 }, reducedMotion: 'reduce' });
    await tell(page, `${'Donaudampfschifffahrt'.repeat(5)} export`);
    await tell(page, 'رسالة طويلة جدا عن export وعن رحلة في الصحراء الكبرى مع كل ما يلزم لها');
    const look = async (what: string) => {
      await stands(page);
      if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/${what}.png` });
      expect((await misfits(page)).filter((each) => !each.includes('lies under'))).toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
    };
    for (const [width, colorScheme] of [
      [320, 'light'],
      [412, 'dark'],
      [1280, 'light'],
      [1280, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 700 });
      await page.emulateMedia({ colorScheme });
      await openPalette(page);
      await look(`empty-${width}-${colorScheme}`);
      await page.keyboard.type('export');
      await dialog(page).getByRole('group', { name: 'In your messages and answers' }).waitFor();
      expect(await options(page).count()).toBeGreaterThan(5);
      await look(`typed-${width}-${colorScheme}`);
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
    }
    expect(here.complaints).toEqual([]);
  });
});
