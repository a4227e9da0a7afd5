/** A person who signs in with Discord reads their direct messages on the page. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { after, answers, done, finish, streams, text } from '../../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../../harness/discord.ts';
import { gate } from '../../../harness/gate.ts';
import { findBarriers, findChromium, launch, visit } from '../chromium.ts';
import { misfits } from '../fits.ts';
import { box, button, list, loaded, log, shows } from '../on-page.ts';

const executable = findChromium();
const title = executable
  ? 'direct messages on the page'
  : 'direct messages on the page (skipped: no Chromium on this machine; set CHROMIUM to its path)';

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let bot: Bot;
  let page: Page;

  beforeAll(async () => {
    browser = await launch(executable ?? '');
    const port = await freePort();
    const env: Record<string, string> = {
      WEB: 'on',
      PORT: String(port),
      PUBLIC_URL: `http://127.0.0.1:${port}`,
    };
    bot = await startBot({
      env,
      before: ({ applicationId, signIn, guildId }) =>
        Object.assign(env, {
          DISCORD_CLIENT_ID: applicationId,
          DISCORD_CLIENT_SECRET: signIn.clientSecret,
          SIGN_IN_ALLOWED: `discord:${guildId}`,
        }),
    });
    const ada = bot.discord.user('ada');
    ada.dm('A question that I asked on Discord, with Donaudampfschifffahrtsgesellschaftskapitän');
    await bot.discord.waitFor(() =>
      bot.discord.botMessages(ada.dmChannel).some(({ content }) => content.includes('Hello.')),
    );
    ({ page } = await visit(browser, bot.parley.app.url));
    await page.getByRole('link', { name: 'Sign in with Discord' }).click();
    await loaded(page);
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.[Symbol.asyncDispose]();
  });

  it('stand in the list with their platform, and a new conversation is what opens', async () => {
    await expect.poll(() => list(page).getByRole('link', { name: 'in Discord' }).count()).toBe(1);
    expect(await box(page).count()).toBe(1);
    expect(await list(page).getByRole('listitem').getByRole('button').count()).toBe(0);
  });

  it('are read, without what can be done on Discord alone', async () => {
    await list(page).getByRole('link', { name: 'in Discord' }).click();
    await shows(page, 'Hello.');
    expect(await page.getByText('also stand on Discord').count()).toBe(1);
    for (const name of ['Attach files', 'Regenerate', 'Delete', 'Share', 'Edit'])
      expect(await button(page, name).count()).toBe(0);
    expect(await button(page, 'Copy').count()).toBe(1);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('go on in the message box, and can be stopped there', async () => {
    const more = gate();
    bot.model.respond(streams(text('Written in both places.'), after(more.opened), finish(), done));
    await box(page).fill('And from the page?');
    await box(page).press('Enter');
    await shows(page, 'Written in both places.');
    const ada = bot.discord.user('ada');
    await bot.discord.waitFor(() =>
      bot.discord
        .botMessages(ada.dmChannel)
        .some(({ content }) => /You wrote on the page.*And from the page\?.*Written in both/s.test(content)),
    );
    await button(page, 'Stop').click();
    await shows(page, 'Stopped.');
    more.open();
    await bot.discord.waitFor(() =>
      bot.discord.botMessages(ada.dmChannel).some(({ content }) => content.includes('-# Stopped.')),
    );
    expect(await page.getByText('And from the page?').count()).toBe(1);
  });

  it('show what is said on Discord meanwhile, and its answer', async () => {
    bot.model.respond(answers('An answer to Discord.'));
    bot.discord.user('ada').dm('Asked on Discord meanwhile');
    await log(page).getByText('Asked on Discord meanwhile').waitFor();
    await shows(page, 'An answer to Discord.');
  });

  it('come into the list when the first one is written', async () => {
    bot.discord.signIn.person = 'ben';
    const { page: other } = await visit(browser, bot.parley.app.url);
    await other.getByRole('link', { name: 'Sign in with Discord' }).click();
    await loaded(other);
    expect(await list(other).getByRole('link', { name: 'in Discord' }).count()).toBe(0);
    bot.discord.user('ben').dm('The first one of ben');
    await list(other).getByRole('link', { name: 'The first one of ben' }).waitFor();
    await other.close();
  });

  it('take no files, and say so', async () => {
    await box(page).focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(['a'], 'a.txt', { type: 'text/plain' }));
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    });
    await page.getByText('Files can’t be sent from here. Attach them on Discord.').waitFor();
    await box(page).press('ArrowUp');
    expect(await box(page).count()).toBe(1);
  });

  it.each([320, 1_280])('fit a window of %i px', async (width) => {
    await page.setViewportSize({ width, height: 700 });
    await expect.poll(() => misfits(page)).toEqual([]);
  });
});
