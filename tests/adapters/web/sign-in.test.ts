/** The way into the page and out of it, as a person goes it in a browser. */
import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Parley, startParley } from '../../harness/web.ts';
import { findBarriers, findChromium, launch, type Visit, visit } from './chromium.ts';
import { misfits } from './fits.ts';
import { button, loaded, openSettings, say, shows } from './on-page.ts';

const executable = findChromium();
const title = executable
  ? 'the way in and out'
  : 'the way in and out (skipped: no Chromium on this machine; set CHROMIUM to its path)';

const WEB_TOKEN = 'a token for the test';
/** A host name that is not this machine's, as behind a proxy. */
const ELSEWHERE = 'parley.example';
const SIZES = [
  ['a small phone', { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true }],
  ['a phone', { viewport: { width: 412, height: 915 }, hasTouch: true, isMobile: true }],
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
] as const;

describe.skipIf(!executable)(title, () => {
  let browser: Browser;
  let here: Visit;

  beforeAll(async () => {
    browser = await launch(executable ?? '', [`--host-resolver-rules=MAP ${ELSEWHERE} 127.0.0.1`]);
  });
  afterEach(() => here.context.close());
  afterAll(() => browser?.close());

  async function signIn(page: Page, token: string): Promise<void> {
    await page.getByLabel('Access token').fill(token);
    await button(page, 'Open').click();
  }

  it.each(SIZES)('on %s: signing in, and out with all that was said', async (_, options) => {
    await using parley = await startParley({ HOST: '0.0.0.0', WEB_TOKEN });
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await signIn(page, 'not the token at all');
    await page.getByRole('alert').waitFor();
    expect(await misfits(page), 'a wrong token').toEqual([]);
    await signIn(page, WEB_TOKEN);
    await loaded(page);
    await say(page, 'Remember the otters');
    await shows(page, 'demo');
    const conversation = page.url();
    await openSettings(page);
    await button(page, 'Sign out').click();
    await page.getByText('are deleted for good').waitFor();
    expect(await misfits(page), 'the question before').toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await button(page, 'Sign out').click();
    await button(page, 'Stay').click();
    await button(page, 'Sign out').click();
    await button(page, 'Sign out and delete').click();
    await page.getByLabel('Access token').waitFor();
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0);
    await page.goto(conversation);
    await page.getByLabel('Access token').waitFor();
    await signIn(page, WEB_TOKEN);
    await loaded(page);
    expect(await page.content()).not.toContain('otters');
  });

  it.each(SIZES)('on %s: the open page closes, says why, and opens with the token', async (_, options) => {
    await using parley = await startParley();
    here = await visit(browser, parley.app.url, options);
    const { page } = here;
    await say(page, 'Remember the otters');
    await shows(page, 'demo');
    await fetch(parley.app.url, { headers: { 'x-forwarded-for': '192.0.2.1' } });
    // The page notices by itself.
    await page.getByLabel('Access token').waitFor();
    await page.getByText('set PUBLIC_URL').waitFor();
    expect(await misfits(page), 'the form').toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
    await signIn(page, readFileSync(join(parley.folder, 'web.token'), 'utf8').trim());
    await shows(page, 'demo');
    await page.getByRole('status').getByText('set PUBLIC_URL').waitFor();
    expect(await misfits(page), 'the page with its advice').toEqual([]);
    expect(await findBarriers(page)).toEqual([]);
  });

  it('is dark as a whole where the machine is', async () => {
    await using parley = await startParley({ HOST: '0.0.0.0', WEB_TOKEN });
    here = await visit(browser, parley.app.url, { colorScheme: 'dark' });
    await here.page.getByLabel('Access token').waitFor();
    const text = await here.page.evaluate('getComputedStyle(document.body).color');
    expect(text).toBe('rgb(255, 255, 255)');
  });

  it('closes by what its own script tells, where a proxy leaves no trace', async () => {
    await using parley = await startParley();
    await using proxy = await startProxy(parley, ['origin', 'referer']);
    here = await visit(browser, `http://${ELSEWHERE}:${proxy.port}/`);
    await here.page.getByLabel('Access token').waitFor();
    await here.page.getByText('set PUBLIC_URL').waitFor();
    expect(parley.log.join()).toContain(`the page’s own address http://${ELSEWHERE}`);
  });

  it('closes while the page loads, before a proxy that hides the host alone, and goes on with the token', async () => {
    await using parley = await startParley();
    await using proxy = await startProxy(parley);
    here = await visit(browser, `http://${ELSEWHERE}:${proxy.port}/`);
    const { page } = here;
    await page.getByText('set PUBLIC_URL').waitFor();
    await signIn(page, readFileSync(join(parley.folder, 'web.token'), 'utf8').trim());
    await say(page, 'Hello');
    await shows(page, 'demo');
    await page.getByRole('status').getByText('set PUBLIC_URL').waitFor();
  });

  it('shows pictures and files that were sent, and opens them', async () => {
    await using parley = await startParley();
    here = await visit(browser, parley.app.url);
    const { page } = here;
    await loaded(page);
    await page.locator('input[type=file]').setInputFiles([
      { name: 'dot.png', mimeType: 'image/png', buffer: PIXEL },
      { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('Otters hold hands.') },
    ]);
    await expect.poll(() => page.getByRole('button', { name: /^Remove / }).count()).toBe(2);
    await say(page, 'Look');
    await shows(page, 'demo');
    await page.reload();
    const picture = page.getByRole('img', { name: 'dot.png' });
    await expect
      .poll(() => picture.evaluate((image) => (image as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
    const opened = here.context.waitForEvent('page');
    await page.getByRole('link', { name: 'notes.txt' }).click();
    expect(await (await opened).locator('body').innerText()).toContain('Otters hold hands.');
    expect(here.complaints).toEqual([]);
  });

  it('goes on following when the server has no room for another stream', async () => {
    await using parley = await startParley();
    here = await visit(browser, parley.app.url);
    const { page } = here;
    let refused = 0;
    await page.route('**/events?*', async (route) => {
      if (refused >= 3) return route.continue();
      refused++;
      await route.fulfill({ status: 503, json: { error: { code: 'too-many-streams', message: 'Full.' } } });
    });
    await page.reload();
    await say(page, 'Hello');
    await shows(page, 'demo');
    expect(refused).toBe(3);
  });
});

/**
 * Acts as nginx with `proxy_http_version 1.1`: it sends its upstream as the host, and adds nothing.
 * @param hidden headers that the proxy removes
 */
async function startProxy(parley: Parley, hidden: string[] = []) {
  const { host } = new URL(parley.app.url);
  const server = createServer((incoming, response) => {
    const passedOn = Object.entries(incoming.headers).filter(([name]) => !hidden.includes(name));
    const headers = { ...Object.fromEntries(passedOn), host };
    const passed = request(
      `${parley.app.url}${incoming.url}`,
      { method: incoming.method ?? 'GET', headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
