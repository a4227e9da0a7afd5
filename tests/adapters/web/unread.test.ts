/** A conversation whose answer came while nobody looked is marked, on every device, until it is opened. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { after, answers, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { browserOf } from '../../harness/web.ts';
import { findBarriers, findChromium } from './chromium.ts';
import { misfits } from './fits.ts';
import { box, button, hide, idle, list, log, say, shows, stands } from './on-page.ts';
import { begin, startWindows } from './windows.ts';

const executable = findChromium();
const title = executable
  ? 'the mark of a new answer'
  : 'the mark of a new answer (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  const windows = startWindows(executable);
  const { newContext, open } = windows;

  const marked = (page: Page) => list(page).getByRole('link', { name: 'New answer' });
  /** An answer that ends when it is told to. */
  function hold(words: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    windows.model.respond(streams(text(words), after(promise), text(' That is all.'), finish()));
    return resolve;
  }
  const begins = (page: Page, words: string) => expect.poll(() => log(page).innerText()).toContain(words);

  it('comes while its person reads another conversation, and goes when they open it', async () => {
    const page = await open(await newContext());
    await begin(windows, page, 'Otters');
    const end = hold('Bees eat');
    await button(page, 'New conversation').click();
    await say(page, 'Bees');
    await begins(page, 'Bees eat');
    await list(page).getByRole('link', { name: 'Otters' }).click();
    await shows(page, 'To Otters.');
    expect(await marked(page).count()).toBe(0);
    end();
    await expect.poll(() => marked(page).count()).toBe(1);
    await marked(page).click();
    await shows(page, 'That is all.');
    await expect.poll(() => marked(page).count()).toBe(0);
    await page.reload();
    await shows(page, 'That is all.');
    expect(await marked(page).count()).toBe(0);
  });

  it('does not come for an answer that is looked at, nor for one that another window shows', async () => {
    const context = await newContext();
    const page = await open(context);
    await begin(windows, page, 'Herons');
    const other = await open(context, `${windows.parley.app.url}/new`);
    windows.model.respond(answers('Seen.'));
    await say(page, 'And storks?');
    await shows(page, 'Seen.');
    await idle(page);
    await page.reload();
    await shows(page, 'Seen.');
    expect(await marked(page).count()).toBe(0);
    expect(await marked(other).count()).toBe(0);
  });

  it('counts in the title of a hidden window, and is taken back on all devices when it is seen', async () => {
    const context = await newContext();
    const page = await open(context);
    await begin(windows, page, 'Walruses');
    const other = await open(context, `${windows.parley.app.url}/new`);
    const end = hold('They live');
    await say(page, 'Where do they live?');
    await begins(page, 'They live');
    await hide(page);
    end();
    await expect.poll(() => page.title()).toBe('(1) Walruses – Parley');
    await expect.poll(() => marked(other).count()).toBe(1);
    await hide(page, false);
    await expect.poll(() => page.title()).toBe('Walruses – Parley');
    await expect.poll(() => marked(other).count()).toBe(0);
  });

  it('is kept for a person whose windows were all closed', async () => {
    const context = await newContext({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' });
    const page = await open(context);
    const cookies = new Map((await context.cookies()).map(({ name, value }) => [name, value]));
    const device = browserOf(windows.parley.app.url, cookies);
    windows.model.respond(answers('Alone.'));
    await page.close();
    const id = await device.newConversation();
    const long = `قصة ${'Donaudampfschifffahrt'.repeat(4)}`;
    await device.send(id, long);
    await expect.poll(async () => (await device.state()).conversations[0]?.unread).toBe(true);
    const again = await open(context, `${windows.parley.app.url}/new`);
    for (const [width, colorScheme] of [
      [320, 'light'],
      [412, 'dark'],
      [1280, 'light'],
    ] as const) {
      await again.setViewportSize({ width, height: 640 });
      await again.emulateMedia({ colorScheme });
      if (width < 760 && !(await list(again).isVisible())) await button(again, 'Menu').click();
      await stands(again);
      if (process.env.PICTURES)
        await again.screenshot({ path: `${process.env.PICTURES}/unread-${width}-${colorScheme}.png` });
      expect((await misfits(again)).filter((each) => !each.includes('lies under'))).toEqual([]);
      expect(await findBarriers(again)).toEqual([]);
    }
    expect(await marked(again).count()).toBe(1);
    await marked(again).press('Enter');
    await expect
      .poll(async () => (await device.state()).conversations.map(({ unread }) => unread ?? false))
      .toEqual([false]);
    await box(again).waitFor();
  });
});
