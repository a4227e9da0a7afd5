/** The findings of `npm start -- doctor`, as an operator runs it: faults, and what strangers could do with the setup. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMPILE_CACHE } from '../../lab/counterparts/compile-cache.ts';
import { answers, fails, lists, startModelServer } from '../../lab/counterparts/model-server.ts';
import { findMisspelt } from '../../src/cli/misspelt.ts';
import { emptyFolder } from '../fixtures.ts';
import { doctor } from '../harness/doctor.ts';
import { spawnParley } from './spawned.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Runs it as a program, to its end, with this environment and Node’s compile cache alone. */
async function doctorProgram(env: Record<string, string>, folder: string) {
  const child = spawn(process.execPath, [MAIN, 'doctor'], {
    cwd: folder,
    env: { ...COMPILE_CACHE, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [out] = await Promise.all([readAll(child.stdout), once(child, 'close')]);
  return { code: child.exitCode, out };
}

/** Answers any path by what stands in `bodies`. */
async function serving(bodies: Record<string, unknown>) {
  const server: Server = createServer((request, response) => {
    const body = Object.entries(bodies).find(([path]) => request.url?.endsWith(path))?.[1];
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}/api`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

describe('the model', () => {
  it('is asked for one word, since a list proves nothing', async () => {
    await using model = await startModelServer();
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-canary', OPENAI_MODEL: 'test-model' };
    expect(await doctor(env)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/model +ok +.*test-model/),
    });
    expect(model.trials).toHaveLength(1);
    model.accept([]);
    const refused = await doctor(env);
    expect([refused.code, refused.out]).toEqual([
      1,
      expect.stringMatching(/model +failed +.*OPENAI_API_KEY/),
    ]);
    expect(refused.out).not.toContain('canary');
  });

  it.each([401, 403])('that answers is fine, although its list is refused with %i', async (status) => {
    await using model = await startModelServer();
    model.respondToList(fails(status));
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-canary' };
    expect(await doctor(env)).toMatchObject({ code: 0, out: expect.stringMatching(/model +ok/) });
  });

  it('that is not there is a failure with those there are; one that is not listed and answers is none', async () => {
    await using model = await startModelServer();
    const env = { OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'gone' };
    model.respondToList(lists('here', 'there'));
    model.respondToTrial(fails(404));
    expect(await doctor(env)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/model +failed +.*gone.*OPENAI_MODEL.*here, there/),
    });
    model.respondToTrial(answers('Hello.'));
    expect(await doctor(env)).toMatchObject({ code: 0, out: expect.stringMatching(/model +ok/) });
  });
});

describe('names that are no settings', () => {
  it('are found in the environment and in .env, with the setting that was meant', async () => {
    const folder = await emptyFolder();
    writeFileSync(join(folder, '.env'), 'OPENAI_KEY=sk-canary\nSLACK_BOT_TOKE=xoxb-canary\n');
    const { code, out } = await doctorProgram({ DISCORD_TOKN: 'canary', HOSTNAME: 'box' }, folder);
    expect(code).toBe(0);
    expect(out).toMatch(/settings +warning +DISCORD_TOKN .*DISCORD_TOKEN\?/);
    expect(out).toMatch(/settings +warning +OPENAI_KEY .*OPENAI_API_KEY\?/);
    expect(out).toMatch(/settings +warning +SLACK_BOT_TOKE .*SLACK_BOT_TOKEN\?/);
    expect(out).not.toMatch(/HOSTNAME|canary/);
  });

  const KNOWN = [
    'DISCORD_TOKEN',
    'OPENAI_API_KEY',
    'OPENAI_BASE_URL',
    'PORT',
    'HOST',
    'WEB',
    'PUBLIC_URL',
    'STORE_URL',
    'ALLOWED_SERVERS',
    'BLOCKED_PEOPLE',
    'PERSON_PER_MINUTE',
  ];
  it.each([
    ['DISCORD_BOT_TOKEN', 'DISCORD_TOKEN'],
    ['DISCROD_TOKEN', 'DISCORD_TOKEN'],
    ['discord_token', 'DISCORD_TOKEN'],
    ['OPENAI_API_BASE', 'OPENAI_BASE_URL'],
    ['OPEN_AI_API_KEY', 'OPENAI_API_KEY'],
    ['PUBLICURL', 'PUBLIC_URL'],
    ['ALLOWED_GUILDS', 'ALLOWED_SERVERS'],
    ['BLOCKED_USERS', 'BLOCKED_PEOPLE'],
    ['PERSON_PER_MIN', 'PERSON_PER_MINUTE'],
  ])('%s is taken for %s', (given, meant) => {
    expect(findMisspelt([given], KNOWN)).toEqual([{ given, meant }]);
  });

  it.each([
    'PATH',
    'HOME',
    'HOSTNAME',
    'POST',
    'PORTS',
    'DATABASE_URL',
    'OPENAI_ORG_ID',
    'POSTGRES_PASSWORD',
    'PWD',
  ])('%s is another program’s', (given) => {
    expect(findMisspelt([given], KNOWN)).toEqual([]);
  });
});

describe('the port', () => {
  it('that another program uses is a failure, also where that answers by HTTP', async () => {
    await using other = await serving({ '/healthz': { status: 'ok' } });
    expect(await doctor({ PORT: String(other.port) })).toMatchObject({
      code: 1,
      out: expect.stringMatching(/port +failed +PORT is in use/),
    });
  });

  it('that a running Parley uses is none', async () => {
    const folder = await emptyFolder();
    await using running = await spawnParley({}, { folder });
    expect((await doctor({ PORT: new URL(running.url).port }, folder)).code).toBe(0);
  });
});

describe('the page', () => {
  it('that closed itself behind a proxy is a warning, with a running Parley and without', async () => {
    const folder = await emptyFolder();
    const warned = expect.stringMatching(/web +warning .*proxy.*PUBLIC_URL/);
    {
      await using running = await spawnParley({}, { folder });
      const port = { PORT: new URL(running.url).port };
      expect((await doctor(port, folder)).out).not.toMatch(/warning/);
      await fetch(running.url, { headers: { 'x-forwarded-for': '203.0.113.7' } });
      expect(await doctor(port, folder)).toEqual({ code: 0, out: warned });
    }
    expect(await doctor({}, folder)).toEqual({ code: 0, out: warned });
    expect((await doctor({ PUBLIC_URL: 'https://parley.example' }, folder)).out).not.toMatch(/web +warning/);
  });

  it('that a proxy is said to stand before, or that is open to everyone, is a warning', async () => {
    expect((await doctor({ TRUSTED_PROXIES: '10.0.0.0/8' })).out).toMatch(/web +warning .*PUBLIC_URL/);
    expect((await doctor({ WEB_OPEN: 'on' })).out).toMatch(/web +warning .*WEB_OPEN/);
  });

  it.each([
    ['http', { PUBLIC_URL: 'http://parley.example.com' }, /PUBLIC_URL is http, .*TLS/],
    ['a path', { PUBLIC_URL: 'https://example.com/parley' }, /PUBLIC_URL has the path \/parley/],
    [
      'one token for two',
      { METRICS_TOKEN: 't'.repeat(24), WEB_TOKEN: 't'.repeat(24) },
      /METRICS_TOKEN is the/,
    ],
  ])('warns of %s, and so does the log at the start', async (_, env, says) => {
    expect((await doctor(env)).out).toMatch(new RegExp(`warning .*${says.source}`));
    await using parley = await spawnParley(env);
    expect(parley.output()).toMatch(new RegExp(`"level":40.*${says.source}`));
    expect(parley.output()).not.toContain('tttt');
  });
});

describe('Discord', () => {
  const bot = { '/users/@me': { id: '1', username: 'parley' } };

  it('without the Message Content Intent is a warning, with either form of it none', async () => {
    for (const [flags, isMissing] of [
      [0, true],
      [1 << 18, false],
      [1 << 19, false],
    ] as const) {
      await using discord = await serving({ ...bot, '/applications/@me': { id: '2', flags } });
      const { code, out } = await doctor({ DISCORD_TOKEN: 'canary', DISCORD_API_URL: discord.url });
      expect([code, /discord +warning .*Message Content Intent/.test(out)]).toEqual([0, isMissing]);
    }
  });

  it('open to everybody’s servers at the operator’s expense is a warning, until there is a limit', async () => {
    await using model = await startModelServer();
    const paid = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-canary', DISCORD_TOKEN: 'canary' };
    const isWarned = async (isPublic: boolean, more: Record<string, string> = {}) => {
      await using discord = await serving({
        ...bot,
        '/applications/@me': { flags: 1 << 18, bot_public: isPublic },
      });
      const { code, out } = await doctor({ ...paid, DISCORD_API_URL: discord.url, ...more });
      expect(code).toBe(0);
      return /limits +warning .*ALLOWED_SERVERS/.test(out);
    };
    expect(await isWarned(true)).toBe(true);
    expect(await isWarned(false)).toBe(false);
    expect(await isWarned(true, { ALLOWED_SERVERS: '123456789012345678' })).toBe(false);
    expect(await isWarned(true, { OPENAI_API_KEY: '' })).toBe(false);
  });

  it('that strangers may write to directly is said, whichever servers are allowed', async () => {
    await using model = await startModelServer();
    await using discord = await serving({
      ...bot,
      '/applications/@me': { flags: 1 << 18, bot_public: true },
    });
    const says = async (more: Record<string, string>) => {
      const { out } = await doctor({
        OPENAI_BASE_URL: model.url,
        OPENAI_API_KEY: 'sk-canary',
        DISCORD_TOKEN: 'canary',
        DISCORD_API_URL: discord.url,
        ALLOWED_SERVERS: '123456789012345678',
        ...more,
      });
      return /limits +note .*DIRECT_MESSAGES=off/.test(out);
    };
    expect(await says({})).toBe(true);
    expect(await says({ DIRECT_MESSAGES: 'off' })).toBe(false);
    expect(await says({ ALLOWED_PEOPLE: 'discord:42' })).toBe(false);
  });
});
