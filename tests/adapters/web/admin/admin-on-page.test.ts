/** The page for operators in a real browser. */
import type { BrowserContext, Browser as Chromium, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/counterparts/free-port.ts';
import { bookRow } from '../../../core/book-row.ts';
import { keepBooks, today } from '../../../harness/money/booked.ts';
import { type CertifiedIssuer, startCertifiedIssuer } from '../../../harness/sign-in/certified-issuer.ts';
import { signIn } from '../../../harness/sign-in/signing-in.ts';
import { type Browser, type Parley, startParley } from '../../../harness/web.ts';
import { findBarriers, findChromium, launch } from '../chromium.ts';
import { misfits } from '../fits.ts';

const LONG_NAME = 'نور الدين المحمودي بن عبد الله الطويل جداً';
const PEOPLE = {
  noor: {
    name: LONG_NAME,
    email: 'a-very-long-address-of-somebody@subsidiary.example.com',
    email_verified: true,
  },
  root: { name: 'Root', email: 'root@example.com', email_verified: true },
};
const LONG_MODEL = `vendor/${'a-model-with-a-long-name-'.repeat(3)}`;
/** More than two pages of people and places. */
const SERVERS = 120;

const executable = findChromium();
const title = executable
  ? 'the page for operators'
  : 'the page for operators (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const SIZES = [
  ['a small phone', { width: 320, height: 640 }],
  ['a phone', { width: 412, height: 915 }],
  ['a desktop', { width: 1_280, height: 800 }],
] as const;

describe.skipIf(!executable)(title, () => {
  let chromium: Chromium;
  let issuer: CertifiedIssuer;
  let parley: Parley;
  let publicUrl: string;

  beforeAll(async () => {
    const port = await freePort();
    publicUrl = `http://127.0.0.1:${port}`;
    issuer = await startCertifiedIssuer({ publicUrl, people: PEOPLE, method: 'client_secret_post' });
    const env = {
      ...issuer.settings(publicUrl),
      PORT: String(port),
      SIGN_IN_ALLOWED: '@subsidiary.example.com',
      OPERATORS: 'root@example.com',
      TENANT_DAY: '5',
    };
    const before = await startParley(env);
    await before.app.stop();
    await keepBooks(
      before.folder,
      Array.from({ length: SERVERS }, (_, i) =>
        bookRow({
          day: today(),
          tenant: `discord:${100_000_000_000 + i}`,
          person: `discord:${200_000_000_000 + i}`,
          model: i === 0 ? LONG_MODEL : 'gpt-6-luna',
          cost: 1_000_000_000 - i,
        }),
      ),
    );
    parley = await startParley(env, before.folder);
    chromium = await launch(executable ?? '');
  });
  afterAll(async () => {
    await chromium?.close();
    await parley?.app.stop();
    await issuer?.[Symbol.asyncDispose]();
  });

  async function signedIn(person: keyof typeof PEOPLE): Promise<Browser> {
    const browser = parley.browser();
    issuer.person = person;
    await signIn(browser);
    return browser;
  }

  /** A window with the session of that person. */
  async function open(person: keyof typeof PEOPLE, path: string, options = {}) {
    const context: BrowserContext = await chromium.newContext(options);
    const cookies = [...(await signedIn(person)).cookies()];
    await context.addCookies(cookies.map(([name, value]) => ({ name, value, url: publicUrl })));
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    const response = await page.goto(publicUrl + path);
    return { context, page, complaints, status: response?.status() };
  }

  const tableOf = (page: Page, name: RegExp) => page.getByRole('table', { name });
  async function isRead(page: Page): Promise<void> {
    for (const name of [
      /^Usage of everybody/,
      /^People who/,
      /^Servers and/,
      /^The operator’s limits/,
      /^Keys, settings/,
    ])
      await tableOf(page, name).waitFor();
    await page.getByText('Ready', { exact: true }).waitFor();
  }

  it.each(
    SIZES.flatMap(([name, size]) => [
      { name, size, scheme: 'light' as const },
      { name, size, scheme: 'dark' as const },
    ]),
  )('fits $name, $scheme, with names of any length and direction', async ({ size, scheme }) => {
    await signedIn('noor');
    const { context, page, complaints } = await open('root', '/admin', {
      viewport: size,
      colorScheme: scheme,
    });
    await isRead(page);
    await page.getByRole('radio', { name: 'Models' }).check();
    await page.getByRole('rowheader', { name: LONG_MODEL }).waitFor();
    expect(await misfits(page)).toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('steps through people, and ends the sessions of one of them after a question', async () => {
    const noor = await signedIn('noor');
    const { context, page } = await open('root', '/admin');
    await isRead(page);
    const pages = page.getByRole('navigation', { name: 'Pages of People' });
    const people = tableOf(page, /^People who/);
    await pages.getByRole('button', { name: 'Next page' }).press('Enter');
    await people.getByText('discord:200000000050', { exact: true }).waitFor();
    await pages.getByRole('button', { name: 'Next page' }).click();
    await people.getByText(LONG_NAME).waitFor();
    await people.getByRole('button', { name: `Sign out ${LONG_NAME}` }).click();
    expect((await noor.fetch('/api/state')).status).toBe(200);
    await people.getByRole('button', { name: 'End them' }).click();
    await expect.poll(() => page.getByRole('status').innerText()).toContain('is signed out everywhere');
    expect((await noor.fetch('/api/state')).status).toBe(401);
    await context.close();
  });

  it('stands still while it is paused, and tells why it could not be read', async () => {
    const { context, page } = await open('root', '/admin');
    await isRead(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('It stands still').waitFor();
    await page.route('**/api/admin/now*', (route) => route.abort());
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').getByText('What is shown is from').waitFor();
    await page.getByText('Ready', { exact: true }).waitFor();
    await context.close();
  });

  it('asks the server for nothing while nobody can see it, and at once when they can', async () => {
    const { context, page } = await open('root', '/', {});
    await page.clock.install();
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/admin/')) asked++;
    });
    await page.goto(`${publicUrl}/admin`);
    await isRead(page);
    const show = (hidden: boolean) =>
      page.evaluate((isHidden) => {
        Object.defineProperty(document, 'hidden', { value: isHidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    await show(true);
    const before = asked;
    await page.clock.runFor(10 * 60_000);
    expect(asked).toBe(before);
    await show(false);
    await expect.poll(() => asked).toBeGreaterThan(before);
    await context.close();
  });

  it('is no page for others, and none that they load', async () => {
    const { context, page, status } = await open('noor', '/admin');
    expect(status).toBe(404);
    expect(await page.getByRole('heading').count()).toBe(0);
    await context.close();
  });

  it('is found from the settings of an operator', async () => {
    const { context, page } = await open('root', '/');
    await page.getByRole('button', { name: 'Settings', exact: true }).click();
    await page.getByText('About this Parley').click();
    await page.getByRole('link', { name: 'Administration' }).click();
    await page.getByRole('heading', { name: 'Administration', level: 1 }).waitFor();
    await context.close();
  });
});
