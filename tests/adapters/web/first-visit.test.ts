/** The first visit stays small: the page's files come compressed, and are compressed once. */
import { get } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Parley, startParley } from '../../harness/web.ts';

let parley: Parley;

beforeAll(async () => {
  parley = await startParley({});
});
afterAll(() => parley?.app.stop());

/** The response's bytes as they were sent. */
function sent(path: string, accepted: string) {
  return new Promise<{ body: Buffer; encoding: string | undefined; vary: string | undefined }>(
    (resolve, reject) => {
      get(new URL(path, parley.app.url), { headers: { 'accept-encoding': accepted } }, async (response) => {
        const body = Buffer.concat(await response.toArray());
        const { vary, 'content-encoding': encoding } = response.headers;
        resolve({ body, encoding, vary });
      }).on('error', reject);
    },
  );
}

async function assets(): Promise<string[]> {
  const { body } = await sent('/', '');
  return [...body.toString().matchAll(/"(\/assets\/[^"]+)"/g)].flatMap(([, path]) => path ?? []);
}

it('takes at most 200 KB for all that the document asks for', async () => {
  const paths = await assets();
  expect(paths.length).toBeGreaterThan(2);
  const bodies = await Promise.all(paths.map((path) => sent(path, 'gzip, deflate, br')));
  const bytes = bodies.reduce((sum, { body }) => sum + body.length, 0);
  expect(bodies.map(({ encoding }) => encoding)).toEqual(paths.map(() => 'br'));
  expect(bytes).toBeLessThan(200_000);
});

it('sends no encoding that the browser does not take', async () => {
  const [path = ''] = await assets();
  const plain = await sent(path, '');
  const zipped = await sent(path, 'br;q=0, gzip');
  expect(plain.encoding).toBeUndefined();
  expect(zipped.encoding).toBe('gzip');
  expect(gunzipSync(zipped.body)).toEqual(plain.body);
  expect([plain.vary, zipped.vary].join().toLowerCase()).toContain('accept-encoding,accept-encoding');
});
