/** Signing in, the question about what the browser had, and the account, as a person goes through them in a browser. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { type Parley, startParley } from '../../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from '../chromium.ts';
import { misfits } from '../fits.ts';
import { button, idle, loaded, openSettings, say, shows } from '../on-page.ts';

const executable = findChromium();
const title = executable
  ? 'a person who signs in'
  : 'a person who signs in (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const WEB_TOKEN = 'a token for the test';
const PEOPLE = {
  ada: { name: 'Ada', email: 'ada@example.com', email_verified: true },
  long: {
    name: 'عائشة بنت عبد الرحمن Donaudampfschifffahrtsgesellschaftskapitänin',
    email: `${'a-very-long-address'.repeat(4)}@example.com`,
    email_verified: true,
  },
  eve: { name: 'Eve', email: 'eve@elsewhere.example', email_verified: true },
};
const SIZES = [
  ['a small phone', 'long', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }],
  ['a desktop', 'ada', { viewport: { width: 1280, height: 800 } }],
] as const;

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let issuer: CertifiedIssuer;
  let parley: Parley;
  let here: Visit;

  beforeAll(async () => {
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    issuer = await startCertifiedIssuer({ publicUrl, people: PEOPLE });
    parley = await startParley({
      ...issuer.settings(publicUrl),
      PORT: String(port),
      WEB_TOKEN,
      SIGN_IN_ALLOWED: '@example.com',
    });
    browser = await launch(executable ?? '');
  });
  afterEach(() => here.context.close());
  afterAll(async () => {
    await browser?.close();
    await parley?.app.stop();
    await issuer?.[Symbol.asyncDispose]();
  });

  const signIn = (page: Page) => page.getByRole('link', { name: 'Sign in with the office' }).click();

  async function looksRight(page: Page, what: string): Promise<void> {
    // Controls under an open dialogue need not be reached.
    const isCovered = (await page.locator('dialog[open]').count()) > 0;
    const found = (await misfits(page)).filter((each) => !isCovered || !each.includes('lies under'));
    expect(found, what).toEqual([]);
    expect(await findBarriers(page), what).toEqual([]);
  }

  it.each(SIZES)(
    'on %s: from the token to an account of their own, and out of it',
    async (_, person, options) => {
      issuer.person = person;
      here = await visit(browser, parley.app.url, options);
      const { page } = here;
      await page.getByLabel('Access token').fill(WEB_TOKEN);
      await looksRight(page, 'the ways in');
      await button(page, 'Open').click();
      await loaded(page);
      await say(page, 'Remember the otters');
      await shows(page, 'demo');
      await idle(page);
      await openSettings(page);
      await signIn(page);
      const question = page.getByRole('dialog');
      await question.getByText('a conversation from before you signed in').waitFor();
      await looksRight(page, 'the question');
      await button(page, 'Take along').click();
      await question.waitFor({ state: 'detached' });
      await shows(page, 'demo');

      await openSettings(page);
      await looksRight(page, 'the settings');
      await button(page, 'Manage account').click();
      await page.getByText('this browser', { exact: true }).waitFor();
      await looksRight(page, 'the account');
      const saved = page.waitForEvent('download');
      await button(page, 'Download everything').click();
      const file = readFileSync(await (await saved).path());
      expect(file.subarray(0, 2).toString()).toBe('PK');
      await button(page, 'Delete account').click();
      await page.getByText('for good, on every device').waitFor();
      await looksRight(page, 'the question before deleting');
      await page.keyboard.press('Escape');
      await button(page, 'Delete account').click();
      await button(page, 'Delete everything').click();
      await page.getByText('Your account was deleted on').waitFor();
      await looksRight(page, 'the receipt');
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Sign in with the office' }).waitFor();
      // Ended sessions are refused, and their streams cut. The service is another host.
      const expected = ['401', '/api/events', issuer.url];
      expect(here.complaints.filter((each) => !expected.some((part) => each.includes(part)))).toEqual([]);
    },
  );

  it('signs out without losing anything, and comes back to the conversation that they asked for', async () => {
    issuer.person = 'ada';
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await signIn(page);
    await say(page, 'Remember the otters');
    await shows(page, 'demo');
    const conversation = page.url();
    await openSettings(page);
    await button(page, 'Sign out').click();
    await page.getByLabel('Access token').waitFor();
    await page.goto(conversation);
    await signIn(page);
    await shows(page, 'demo');
    expect(page.url()).toBe(conversation);
  });

  it('reads why they are not let in, in the dark too', async () => {
    issuer.person = 'eve';
    here = await visit(browser, parley.app.url, {
      colorScheme: 'dark',
      viewport: { width: 320, height: 640 },
    });
    const { page } = here;
    await signIn(page);
    await page.getByRole('alert').getByText('eve@elsewhere.example, who may not use this Parley').waitFor();
    await looksRight(page, 'the refusal');
  });
});
