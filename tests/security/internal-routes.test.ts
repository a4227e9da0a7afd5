/** The internal routes: what they tell strangers, and what they tell those who may know. */
import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync } from 'node:fs';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config-fields.ts';
import { AdapterError } from '../../src/core/errors.ts';
import { METRICS_TOKEN } from '../fixtures.ts';
import { type Operated, startHere } from './operated.ts';
import { type Spawned, spawnParley } from './spawned.ts';

/** With headers that fetch does not send. */
function ask(url: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers }, async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve({ status: response.statusCode ?? 0, text });
    })
      .on('error', reject)
      .end();
  });
}

const hasProc = existsSync('/proc/self/net/tcp');
const internalOf = (output: string) =>
  /"url":"(http:[^"]+)","msg":"metrics and readiness"/.exec(output)?.[1] ?? '';

/** A program with nothing set. */
let bare: Spawned;
beforeAll(async () => {
  bare = await spawnParley({});
});
afterAll(() => bare[Symbol.asyncDispose]());

describe('the public port', () => {
  let parley: Operated;
  beforeAll(async () => {
    parley = await startHere({ METRICS_TOKEN });
  });
  afterAll(() => parley[Symbol.asyncDispose]());

  it('tells strangers a bare status, and no figures', async () => {
    const strangers: Record<string, string>[] = [
      {},
      { authorization: 'Bearer ' },
      { authorization: `Bearer ${METRICS_TOKEN}x` },
      { authorization: `Bearer ${METRICS_TOKEN.slice(0, -1)}` },
      { authorization: `Basic ${METRICS_TOKEN}` },
      { authorization: METRICS_TOKEN },
      { 'x-forwarded-for': '127.0.0.1' },
      { host: 'localhost' },
      { cookie: `METRICS_TOKEN=${METRICS_TOKEN}` },
    ];
    for (const headers of strangers) {
      const metrics = await ask(`${parley.url}/metrics`, headers);
      expect([headers, metrics.status, metrics.text]).toEqual([
        headers,
        401,
        expect.not.stringContaining('parley_'),
      ]);
      expect(await ask(`${parley.url}/readyz`, headers)).toEqual({ status: 200, text: '{"status":"ready"}' });
      expect(await ask(`${parley.url}/healthz`, headers)).toEqual({
        status: 200,
        text: '{"status":"alive"}',
      });
    }
    for (const query of [`?token=${METRICS_TOKEN}`, `?access_token=${METRICS_TOKEN}`])
      expect((await ask(`${parley.url}/metrics${query}`, {})).status).toBe(401);
  });

  it('tells nobody more where no token is set, not even with an empty one', async () => {
    for (const authorization of ['Bearer ', 'Bearer undefined', 'Bearer null', ''])
      expect((await ask(`${bare.url}/metrics`, { authorization })).status).toBe(401);
  });

  it('tells who has the token everything, however they write “Bearer”', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      const { status, text } = await ask(`${parley.url}/metrics`, {
        authorization: `${scheme} ${METRICS_TOKEN}`,
      });
      expect([scheme, status, text]).toEqual([
        scheme,
        200,
        expect.stringContaining('process_resident_memory_bytes'),
      ]);
    }
    expect(parley.output()).not.toContain(METRICS_TOKEN);
  });

  it('keeps the reason to itself where Parley is not ready', async () => {
    await using parley = await startHere({ METRICS_TOKEN, INTERNAL_PORT: '0' });
    renameSync(parley.folder, `${parley.folder}.away`);
    const ready = (url: string, headers = {}) => ask(`${url}/readyz`, headers);
    await expect.poll(async () => (await ready(parley.url)).status).toBe(503);
    expect((await ready(parley.url)).text).toBe('{"status":"not ready"}');
    const known = [
      await ready(parley.url, { authorization: `Bearer ${METRICS_TOKEN}` }),
      await ready(internalOf(parley.output())),
    ];
    for (const { status, text } of known)
      expect([status, JSON.parse(text)]).toEqual([
        503,
        { status: 'not ready', reason: 'the store fails: its file is gone' },
      ]);
  });
});

describe('the internal port', () => {
  it.skipIf(!hasProc)('is not there where none is set (/proc, Linux)', async () => {
    expect(internalOf(bare.output())).toBe('');
    expect(listening(bare.child.pid ?? 0)).toHaveLength(1);
  });

  it.skipIf(!hasProc)(
    'is on loopback alone, wherever the page is, and has nothing of it (/proc, Linux)',
    async () => {
      await using parley = await spawnParley({ INTERNAL_PORT: '0', HOST: '0.0.0.0' });
      const url = internalOf(parley.output());
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(listening(parley.child.pid ?? 0).toSorted()).toEqual([
        `00000000:${hexOf(new URL(parley.url).port)}`,
        `0100007F:${hexOf(new URL(url).port)}`,
      ]);
      expect((await ask(`${url}/metrics`, {})).text).toContain('parley_turns_total');
      for (const path of ['/', '/api/state', '/access', '/slack/events'])
        expect([path, (await ask(`${url}${path}`, {})).status]).toEqual([path, 404]);
    },
  );

  it('is not told to a page that reaches it under a name of its own', async () => {
    await using parley = await startHere({ INTERNAL_PORT: '0' });
    const url = internalOf(parley.output());
    const hosts = [
      'rebound.example',
      '127.0.0.1.rebound.example',
      'localhost.rebound.example:80',
      '10.0.0.1',
    ];
    for (const host of hosts)
      for (const path of ['/metrics', '/readyz'])
        expect([host, (await ask(`${url}${path}`, { host })).status]).toEqual([host, 403]);
    for (const host of ['localhost', '127.0.0.1:9', '[::1]:9'])
      expect([host, (await ask(`${url}/metrics`, { host })).status]).toEqual([host, 200]);
  });

  it.each(['127.1', '::ffff:127.0.0.1'])('is not told to such a page either on %s', async (INTERNAL_HOST) => {
    await using parley = await startHere({ INTERNAL_PORT: '0', INTERNAL_HOST });
    const url = `http://127.0.0.1:${new URL(internalOf(parley.output())).port}`;
    expect((await ask(`${url}/metrics`, { host: 'rebound.example' })).status).toBe(403);
    expect((await ask(`${url}/metrics`, {})).status).toBe(200);
  });

  it.each([
    ['is taken', (port: string) => ({ INTERNAL_PORT: port }), /INTERNAL_PORT is in use/],
    ['is no port', () => ({ INTERNAL_PORT: '70000' }), /INTERNAL_PORT must be/],
    ['is the public one', () => ({ INTERNAL_PORT: '8123', PORT: '8123' }), /INTERNAL_PORT must be another/],
    [
      'is on no address',
      () => ({ INTERNAL_PORT: '0', INTERNAL_HOST: '203.0.113.1' }),
      /INTERNAL_HOST is not/,
    ],
    ['has a token to guess', () => ({ METRICS_TOKEN: 'a'.repeat(19) }), /METRICS_TOKEN must have 20/],
  ])('that %s keeps Parley from starting, with the way out', async (_, env, says) => {
    const failed = startHere(env(new URL(bare.url).port));
    await expect(failed).rejects.toThrow(says);
    // A program prints these errors without their stack.
    await expect(failed).rejects.toSatisfy(
      (error) => error instanceof ConfigError || error instanceof AdapterError,
    );
  });
});

/** The sockets that a process listens on, as `/proc` has them: address and port in hexadecimal. */
function listening(pid: number): string[] {
  const own = readdirSync(`/proc/${pid}/fd`).map((fd) => readlink(`/proc/${pid}/fd/${fd}`));
  const rows = readFileSync(`/proc/${pid}/net/tcp`, 'utf8').split('\n').slice(1);
  return rows.flatMap((row) => {
    // proc_pid_net(5): 0A is LISTEN.
    const [, local = '', , state, , , , , , inode] = row.trim().split(/ +/);
    return state === '0A' && own.includes(`socket:[${inode}]`) ? [local] : [];
  });
}

/** A descriptor may be gone by now. */
function readlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

const hexOf = (port: string) => Number(port).toString(16).toUpperCase().padStart(4, '0');
