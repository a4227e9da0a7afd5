/** A long answer that is done while its page is hidden is told of once, if the person asked for it. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { after, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { findBarriers, findChromium } from './chromium.ts';
import { misfits } from './fits.ts';
import { articles, closeSettings, hide, log, openSettings, say, shows, stands } from './on-page.ts';
import { begin, startWindows } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'a notification'
  : 'a notification (skipped: no Chromium on this machine; set CHROMIUM to its path)';

/** Stands in for the browser's notifications, which a headless browser does not show. The page asks for nothing else. */
const RECORDING = `
  window.shown = [];
  window.asked = 0;
  window.answersWith = 'granted';
  window.Notification = class {
    static permission = localStorage.getItem('test.permission') ?? 'default';
    static async requestPermission() {
      if (!navigator.userActivation.isActive) throw new Error('asked without a press');
      asked++;
      localStorage.setItem('test.permission', answersWith);
      return (Notification.permission = answersWith);
    }
    constructor(title, options) {
      shown.push(this);
      Object.assign(this, { title, ...options });
    }
    close() {}
  };`;

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);

  const shown = (page: Page) => page.evaluate<string[][]>('shown.map(({ title, body }) => [title, body])');
  async function prepared(options = {}) {
    const context = await windows.newContext(options);
    await context.addInitScript(RECORDING);
    return context;
  }
  async function choose(page: Page, label: string): Promise<void> {
    await openSettings(page);
    await page.getByRole('radio', { name: label, exact: true }).click();
    await expect.poll(() => page.getByRole('radio', { name: label, exact: true }).isChecked()).toBe(true);
    await closeSettings(page);
  }
  /** Asks, hides the windows, lets `minutes` pass, and has the answer end. */
  async function answerWhileHidden(page: Page, others: Page[], minutes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    windows.model.respond(streams(text('It begins'), after(promise), text(' and ends.'), finish()));
    await say(page, 'Tell me more');
    await expect.poll(() => log(page).innerText()).toContain('It begins');
    for (const each of [page, ...others]) {
      await hide(each);
      await each.evaluate(`{ const { now } = Date; Date.now = () => now() + ${minutes * 60_000}; }`);
    }
    resolve();
    await expect.poll(() => page.title()).toContain('(1)');
  }

  it('has the title alone, comes from one of the windows, and leads to the conversation', async () => {
    const context = await prepared();
    const a = await windows.open(context);
    await begin(windows, a, 'Otters');
    await choose(a, 'Tell with the title');
    const b = await windows.open(context, a.url());
    await shows(b, 'To Otters.');
    await answerWhileHidden(a, [b], 5);
    await expect.poll(() => b.title()).toContain('(1)');
    expect([...(await shown(a)), ...(await shown(b))]).toEqual([['Otters', 'The answer is there.']]);
    const [teller = a] = (await shown(a)).length > 0 ? [a] : [b];
    await teller.evaluate(
      "history.pushState(null, '', '/new'); dispatchEvent(new PopStateEvent('popstate'))",
    );
    await expect.poll(() => articles(teller).count()).toBe(0);
    await teller.evaluate('shown[0].onclick()');
    await shows(teller, 'and ends.');
  });

  it('says nothing of the conversation if the person likes it better so', async () => {
    const page = await windows.open(await prepared());
    await begin(windows, page, 'Secret plans');
    await choose(page, 'Tell without the title');
    await answerWhileHidden(page, [], 5);
    await expect.poll(() => shown(page)).toEqual([['Parley', 'The answer is there.']]);
  });

  it('does not come for a short answer, nor where nobody asked for it', async () => {
    const page = await windows.open(await prepared());
    await begin(windows, page, 'Herons');
    await answerWhileHidden(page, [], 5);
    await hide(page, false);
    await expect.poll(() => page.title()).toBe('Herons – Parley');
    await page.reload();
    await choose(page, 'Tell with the title');
    await answerWhileHidden(page, [], 0);
    expect(await shown(page)).toEqual([]);
  });

  it('is asked for by a press alone, and a refusal is said', async () => {
    const page = await windows.open(await prepared({ reducedMotion: 'reduce' }));
    await openSettings(page);
    expect(await page.evaluate('asked')).toBe(0);
    await page.evaluate("answersWith = 'denied'");
    await page.getByRole('radio', { name: 'Tell with the title' }).click();
    await page.getByText('The browser does not allow it.').waitFor();
    expect(await page.getByRole('radio', { name: 'Tell nothing' }).isChecked()).toBe(true);
    for (const [width, colorScheme] of [
      [320, 'light'],
      [1280, 'dark'],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      await page.getByText('The browser does not allow it.').scrollIntoViewIfNeeded();
      await stands(page);
      if (process.env.PICTURES)
        await page.screenshot({ path: `${process.env.PICTURES}/notify-${width}-${colorScheme}.png` });
      expect((await misfits(page)).filter((each) => !each.includes('lies under'))).toEqual([]);
      expect(await findBarriers(page)).toEqual([]);
    }
  });
});
