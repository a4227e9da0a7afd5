/** The page can be installed as an app: its manifest and pictures come from Parley, behind its door. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Parley, startParley } from '../../harness/web.ts';
import { findChromium, launch, visit } from './chromium.ts';
import { loaded } from './on-page.ts';

interface Manifest {
  id: string;
  name: string;
  start_url: string;
  scope: string;
  display: string;
  icons: { src: string; sizes: string; type: string; purpose: string }[];
}

const TOKEN = 'a token for the test';
const executable = findChromium();

describe('the manifest of the page', () => {
  let open: Parley;
  let closed: Parley;

  beforeAll(async () => {
    open = await startParley({});
    closed = await startParley({ HOST: '0.0.0.0', WEB_TOKEN: TOKEN });
  });
  afterAll(async () => {
    await open?.app.stop();
    await closed?.app.stop();
  });

  const pathIn = (html: string) => /<link rel="manifest" href="([^"]+)"/.exec(html)?.[1] ?? '';

  it('names pictures that are there, of the sizes that it says', async () => {
    const browser = open.browser();
    const path = pathIn(await (await browser.fetch('/')).text());
    const response = await browser.fetch(path);
    expect(response.headers.get('content-type')).toContain('application/manifest+json');
    const manifest = (await response.json()) as Manifest;
    expect(manifest).toMatchObject({ id: '/', start_url: '/', scope: '/', display: 'standalone' });
    const purposes = manifest.icons.map(({ purpose }) => purpose);
    expect([purposes.includes('any'), purposes.includes('maskable')]).toEqual([true, true]);
    for (const { src, sizes, type } of manifest.icons) {
      const picture = Buffer.from(await (await browser.fetch(src)).arrayBuffer());
      expect(type).toBe('image/png');
      expect(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`).toBe(sizes);
      expect(picture.length).toBeLessThan(10_000);
    }
  });

  it('is not served to a stranger where the page asks for a token', async () => {
    const path = pathIn(await (await open.browser().fetch('/')).text());
    const stranger = closed.browser();
    expect((await stranger.fetch(path)).status).toBe(401);
    const person = closed.browser();
    const body = new URLSearchParams({ token: TOKEN });
    expect((await person.fetch('/access', { method: 'POST', body })).status).toBe(303);
    expect((await person.fetch(path)).status).toBe(200);
  });

  it.skipIf(!executable)('is taken by a browser under the strict policy, with the cookie', async () => {
    const browser = await launch(executable ?? '');
    const { page, context, complaints } = await visit(
      browser,
      `${closed.app.url}/access?token=${encodeURIComponent(TOKEN)}`,
    );
    await loaded(page);
    const client = await context.newCDPSession(page);
    const { data, errors } = await client.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(JSON.parse(data ?? '{}').name).toBe('Parley');
    expect(complaints).toEqual([]);
    await browser.close();
  });
});
