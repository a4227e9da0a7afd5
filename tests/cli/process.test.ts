/** Parley as an operator runs it: a process, its output, its signals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { COMPILE_CACHE } from '../../lab/counterparts/compile-cache.ts';
import {
  answers,
  fails,
  type ModelServer,
  pause,
  repliesJson,
  stall,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import { startSlack } from '../../lab/counterparts/slack/start.ts';
import { SCOPES } from '../../src/adapters/slack/manifest.ts';
import { rotateKeys } from '../../src/cli/rotate-keys.ts';
import { readConfig } from '../../src/config.ts';
import { ConfigError } from '../../src/config-fields.ts';
import { AdapterError } from '../../src/core/errors.ts';
import { emptyFolder, METRICS_TOKEN } from '../fixtures.ts';
import { doctor } from '../harness/doctor.ts';
import { browserOf, startParley } from '../harness/web.ts';
import { type Spawned, spawnParley } from '../security/spawned.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;
const VERSION = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version;

async function runToEnd(folder: string, env: Record<string, string>, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { ...COMPILE_CACHE, PATH: process.env.PATH, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const [out, err] = await Promise.all([readAll(child.stdout), readAll(child.stderr)]);
  await exited;
  return { code: child.exitCode, out, err };
}

describe('started with nothing set', () => {
  let parley: Spawned;
  beforeAll(async () => {
    parley = await spawnParley({});
  });
  afterAll(() => parley[Symbol.asyncDispose]());

  it('prints the page’s address, is alive and ready, and keeps its data in data/', async () => {
    expect((await fetch(`${parley.url}/healthz`)).status).toBe(200);
    expect(await (await fetch(`${parley.url}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(readdirSync(join(parley.folder, 'data'))).toEqual(
      expect.arrayContaining(['parley.sqlite', 'master.keys']),
    );
  });

  it('refuses a second process on the same store, and says what to do', async () => {
    const second = await runToEnd(parley.folder, {});
    expect(second.code).toBe(1);
    expect(second.err).toMatch(/Another Parley already uses the store .*STORE_URL/);
    expect((await fetch(`${parley.url}/readyz`)).status).toBe(200);
  });

  it('is left alone by doctor, which says that it runs', async () => {
    const { code, out } = await doctor({}, parley.folder);
    expect([code, out]).toEqual([0, expect.stringMatching(/store +ok +.*in use by a running Parley/)]);
  });
});

describe('started with settings in .env', () => {
  let model: ModelServer;
  let folder: string;
  let output: string;
  beforeAll(async () => {
    model = await startModelServer();
    folder = await emptyFolder();
    writeFileSync(join(folder, '.env'), 'STORE_URL=sqlite://elsewhere/x.sqlite\nPORT=1\nLOG_LEVEL=warn\n');
    const env = {
      DISCORD_TOKN: 'canary',
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-canary-0123456789',
      OPENAI_MODEL: 'my-model',
    };
    await using parley = await spawnParley(env, { folder });
    output = parley.output();
  });
  afterAll(() => model.stop());

  it('it reads them, and the environment wins over them', () => {
    expect(readdirSync(folder)).toContain('elsewhere');
  });

  it('it warns of a variable that looks like a setting, without what it holds', () => {
    const [line = '{}'] = output.split('\n');
    expect(JSON.parse(line)).toMatchObject({ level: 40, given: 'DISCORD_TOKN', meant: 'DISCORD_TOKEN' });
    expect(output).not.toContain('canary');
  });

  it('it says in one line what it is and what it was told, without a password or a key', () => {
    const line = output.split('\n').find((one) => one.startsWith('Parley ')) ?? '';
    expect(line).toContain(
      `Parley ${VERSION} · model my-model at ${new URL(model.url).host} · host 127.0.0.1:`,
    );
    expect(line).toMatch(/ · store SQLite · on the page · limits: /);
  });
});

describe('a start that fails', () => {
  it.each<[string, Record<string, string>, RegExp, unreadable?: string]>([
    ['settings that are wrong', { PORT: 'x', OPENAI_API: 'y' }, /OPENAI_API must[\s\S]*PORT must/],
    ['a host that is not this machine’s', { HOST: '203.0.113.1' }, /HOST/],
    ['settings that cannot be read', {}, /\.env cannot be read/, '.env'],
    ['master keys that cannot be read', {}, /master\.keys cannot be read.*MASTER_KEYS/, 'data/master.keys'],
    ['a store that cannot be made', { STORE_URL: 'sqlite:///dev/null/x.sqlite' }, /STORE_URL/],
  ])('names the way out of %s', async (_, env, says, unreadable) => {
    const folder = await emptyFolder();
    if (unreadable) mkdirSync(join(folder, unreadable), { recursive: true });
    const failed = await runToEnd(folder, env);
    expect(failed.code).toBe(1);
    expect(failed.err).toMatch(says);
    expect(failed.err).not.toMatch(/ {4}at /);
  });

  it('names the way out of a port that is taken', async () => {
    await using taken = await startModelServer();
    const failed = startParley({ PORT: new URL(taken.url).port });
    await expect(failed).rejects.toThrow(AdapterError);
    await expect(failed).rejects.toThrow(/PORT is in use/);
  });

  it('names the way out of a key that was not copied whole', async () => {
    const failed = startParley({ OPENAI_API_KEY: 'sk-abc…xyz' });
    await expect(failed).rejects.toThrow(ConfigError);
    await expect(failed).rejects.toThrow(/OPENAI_API_KEY must/);
  });
});

describe('what an operator asks first', () => {
  /** Nothing of it may be read for an answer. */
  const WRONG = { PORT: 'x', STORE_URL: 'sqlite:///dev/null/x.sqlite' };

  it.each(['--version', '-v'])('%s says which Parley it is, whatever else is wrong', async (word) => {
    const folder = await emptyFolder();
    expect(await runToEnd(folder, WRONG, word)).toEqual({ code: 0, out: `${VERSION}\n`, err: '' });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--help and -h name every command that an unknown one is told, whatever else is wrong', async () => {
    const folder = await emptyFolder();
    const unknown = await runToEnd(folder, {}, 'dance');
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/start, doctor/)]);
    const names = /There are: ([^.]*)\./.exec(unknown.err)?.[1]?.split(', ') ?? [];
    expect(names).toContain('doctor');
    for (const word of ['--help', '-h']) {
      const { code, out, err } = await runToEnd(folder, WRONG, word);
      expect([word, code, err]).toEqual([word, 0, '']);
      for (const name of names)
        expect(out).toContain(name === 'start' ? 'npm start ' : `npm start -- ${name}`);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a master key that is gone', () => {
  it('is an error in the log of the next start, until it is back', async () => {
    const folder = await emptyFolder();
    const data = join(folder, 'data');
    const keys = join(data, 'master.keys');
    const starts = async () => {
      await using parley = await startParley({}, data);
      return parley.log.join('');
    };
    expect(await starts()).not.toContain('MASTER_KEYS');
    const kept = readFileSync(keys, 'utf8');
    rmSync(keys);
    expect(await starts()).toMatch(/"level":50.*MASTER_KEYS/);
    expect(await doctor({}, folder)).toEqual({
      code: 1,
      out: expect.stringMatching(/master keys +failed .*do not open/),
    });
    writeFileSync(keys, kept);
    expect(await starts()).not.toContain('MASTER_KEYS');
  });
});

describe('ending', () => {
  it('keeps every finished turn through kill -9, and goes on with the others', async () => {
    await using model = await startModelServer();
    const folder = await emptyFolder();
    const env = { OPENAI_BASE_URL: model.url };
    await using first = await spawnParley(env, { folder });
    const browser = browserOf(first.url);
    const id = await browser.newConversation();
    for (const said of ['one', 'two']) {
      model.respond(answers(`answer to ${said}`));
      await browser.follow(id, (await browser.send(id, said)).id);
    }
    model.respond(streams(text('half an answer'), stall), answers('answer to three'));
    const { id: third } = await browser.send(id, 'three');
    await model.received(3);
    first.child.kill('SIGKILL');
    await once(first.child, 'exit');

    await using second = await spawnParley({ ...env, PORT: new URL(first.url).port }, { folder });
    expect(second.url).toBe(first.url);
    expect(await browser.follow(id, third)).toMatchObject({ text: 'answer to three', end: 'stop' });
    expect(await browser.turns(id)).toMatchObject([
      { text: 'one', answer: 'answer to one', end: 'stop' },
      { text: 'two', answer: 'answer to two', end: 'stop' },
      { text: 'three', answer: 'answer to three', end: 'stop' },
    ]);
  });

  it('ends on SIGTERM, every reader told that the answer goes on, and goes on with it when it is back', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('so far'), stall), answers('so far, and the rest'));
    const folder = await emptyFolder();
    const env = { OPENAI_BASE_URL: model.url, STOP_SECONDS: '1' };
    await using parley = await spawnParley(env, { folder });
    const { child, url } = parley;
    const browser = browserOf(url);
    const id = await browser.newConversation();
    const turn = await browser.send(id, 'hello');
    const followed = browser.follow(id, turn.id);
    await browser.sees(id, turn.id, 'so far');
    child.kill('SIGTERM');
    const told = await followed;
    expect([told.text, told.end]).toEqual(['so far', undefined]);
    expect(told.events.at(-1)).toEqual({ name: 'status', data: { status: 'restarting' } });
    if (child.exitCode === null) await once(child, 'exit');
    expect(child.exitCode).toBe(0);
    await using _ = await spawnParley({ ...env, PORT: new URL(url).port }, { folder });
    expect(await browser.follow(id, turn.id, told)).toMatchObject({
      text: 'so far, and the rest',
      end: 'stop',
    });
  });
});

describe('under npm start', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('does not stay behind when npm gets %s', async (signal) => {
    const folder = await emptyFolder();
    const store = `sqlite://${join(folder, 'parley.sqlite')}`;
    const npm = spawn('npm', ['start'], {
      cwd: new URL('../..', import.meta.url).pathname,
      env: { ...process.env, PORT: '0', STORE_URL: store },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void npm.kill('SIGKILL'));
    let output = '';
    npm.stdout.on('data', (part) => {
      output += part;
    });
    await expect.poll(() => output).toMatch(/Parley is ready/);
    npm.kill(signal);
    await once(npm, 'exit');
    const url = /http:\/\/[\d.:]+/.exec(output)?.[0] ?? '';
    await expect
      .poll(() =>
        fetch(`${url}/healthz`).then(
          () => 'alive',
          () => 'gone',
        ),
      )
      .toBe('gone');
    await using next = await startParley({}, folder);
    expect((await fetch(`${next.app.url}/readyz`)).status).toBe(200);
  });
});

describe('the log and the metrics', () => {
  it('have each turn by how it ended, with no text, no key and no name, whatever fails', async () => {
    await using model = await startModelServer();
    await using parley = await spawnParley({
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-canary-operator',
      METRICS_TOKEN,
    });
    const { url, output } = parley;
    const browser = browserOf(url);
    const id = await browser.newConversation();
    const behaviours = [answers('canary-answer'), fails(401), fails(400), streams(text('canary'), pause(10))];
    for (const behaviour of behaviours) {
      model.respond(behaviour);
      await browser.follow(id, (await browser.send(id, 'canary-question')).id);
    }
    const lines = output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    const turns = lines.filter(({ msg }) => msg === 'turn');
    expect(turns.map(({ msg, end }) => [msg, end])).toEqual([
      ['turn', 'stop'],
      ['turn', 'error'],
      ['turn', 'error'],
      ['turn', 'interrupted'],
    ]);
    expect(output()).not.toContain('canary');

    const known = { headers: { authorization: `Bearer ${METRICS_TOKEN}` } };
    const figures = await (await fetch(`${url}/metrics`, known)).text();
    expect(figures).toContain('parley_turns_total{end="stop",failure=""} 1');
    expect(figures).toContain('parley_turns_total{end="error",failure="key"} 1');
    expect(figures).toContain('parley_first_chunk_seconds_count 2');
    for (const unsaid of [id, 'canary']) expect(figures).not.toContain(unsaid);
  });
});

describe('doctor', () => {
  it('finds nothing wrong on a fresh install, and leaves it as it is', async () => {
    const { code, out } = await runToEnd(await emptyFolder(), {}, 'doctor');
    expect(code).toBe(0);
    expect(
      out.split('\n').map((line) =>
        line
          .split(/\s{2,}/)
          .slice(0, 2)
          .join(' '),
      ),
    ).toEqual(['store ok', 'master keys ok', 'model note', 'discord note', 'slack note', 'web ok', '']);
  });

  it('names the way out of each failure, and shows no key', async () => {
    await using model = await startModelServer();
    const folder = await emptyFolder();
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'master.keys'), 'broken');
    model.accept([]);
    const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'sk-canary' };
    const { code, out } = await doctor(env, folder);
    expect(code).toBe(1);
    expect(out).toMatch(/master keys +failed .*MASTER_KEYS/);
    expect(out).toMatch(/model +failed .*OPENAI_API_KEY/);
    expect(out).not.toContain('canary');
    expect(readFileSync(join(folder, 'data', 'master.keys'), 'utf8')).toBe('broken');
    await model.stop();
    expect((await doctor(env, folder)).out).toMatch(/model +failed .*cannot be reached/);
  });

  it.each<[string, number, unknown, RegExp]>([
    ['accepts the token', 200, { id: '1', username: 'parley' }, /discord +ok +.*"parley"/],
    ['refuses the token', 401, { message: 'canary' }, /discord +failed .*DISCORD_TOKEN/],
    ['is down', 503, { message: 'canary' }, /discord +failed .*503/],
    ['is something else', 200, ['canary'], /discord +failed .*DISCORD_API_URL/],
  ])('says that Discord %s, and shows no token', async (_, status, body, says) => {
    await using discord = await startModelServer();
    discord.respond(repliesJson(status, body));
    const env = { DISCORD_TOKEN: 'token-canary', DISCORD_API_URL: `${discord.url}/` };
    const { code, out } = await doctor(env);
    expect(out).toMatch(says);
    expect(code).toBe(out.includes('failed') ? 1 : 0);
    expect(out).not.toContain('canary');
    expect(discord.requests[0]).toMatchObject({
      method: 'GET',
      path: '/v1/v10/users/@me',
      headers: { authorization: 'Bot token-canary' },
    });
  });

  it('says that Discord cannot be reached', async () => {
    const env = { DISCORD_TOKEN: 'token-canary', DISCORD_API_URL: 'http://127.0.0.1:1/api' };
    const { code, out } = await doctor(env);
    expect([code, out]).toEqual([1, expect.stringMatching(/discord +failed .*cannot be reached/)]);
  });
});

describe('doctor, of Slack', () => {
  const tokens = { SLACK_BOT_TOKEN: 'xoxb-canary', SLACK_APP_TOKEN: 'xapp-canary' };
  const accepted = { ok: true, user: 'parley', team: 'Workshop', url: 'wss://canary' };

  it.each<[string, number, unknown, RegExp]>([
    ['accepts the tokens', 200, accepted, /slack +ok +.*"parley" in "Workshop"\nslack +ok +.*Socket Mode/],
    ['refuses the bot token', 200, { ok: false, error: 'invalid_auth' }, /slack +failed .*SLACK_BOT_TOKEN/],
    ['refuses the app token', 200, { ok: false, error: 'invalid_auth' }, /slack +failed .*SLACK_APP_TOKEN/],
    ['is down', 503, { error: 'canary' }, /slack +failed .*503/],
    ['is something else', 200, { ok: false, error: '<p>canary' }, /slack +failed .*SLACK_API_URL/],
  ])('says that Slack %s, and shows no token', async (_, status, body, says) => {
    await using slack = await startModelServer();
    slack.respond(repliesJson(status, body));
    const { code, out } = await doctor({ ...tokens, SLACK_API_URL: slack.url });
    expect(out).toMatch(says);
    expect(code).toBe(out.includes('failed') ? 1 : 0);
    expect(out).not.toContain('canary');
    expect(slack.requests).toMatchObject([
      { method: 'POST', path: '/v1/auth.test', headers: { authorization: 'Bearer xoxb-canary' } },
      { method: 'POST', path: '/v1/apps.connections.open', headers: { authorization: 'Bearer xapp-canary' } },
    ]);
  });

  it('says which scopes the app lacks', async () => {
    await using slack = await startSlack();
    for (const scope of SCOPES) slack.scopes.add(scope);
    slack.scopes.delete('users:read');
    const env = {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
    };
    expect((await doctor(env)).out).toMatch(/slack +failed .*users:read/);
    slack.scopes.add('users:read');
    expect(await doctor(env)).toMatchObject({ code: 0 });
  });

  it('says that Slack cannot be reached', async () => {
    const env = { ...tokens, SLACK_API_URL: 'http://127.0.0.1:1/api' };
    const { code, out } = await doctor(env);
    expect([code, out]).toEqual([1, expect.stringMatching(/slack +failed .*cannot be reached/)]);
  });
});

describe('keys rotate', () => {
  const keyText = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;

  it('seals the stored keys anew, so that the old master key can go', async () => {
    await using model = await startModelServer();
    const folder = await emptyFolder();
    const env = { OPENAI_BASE_URL: model.url, STORE_URL: `sqlite://${join(folder, 'parley.sqlite')}` };
    const both = { ...env, MASTER_KEYS: `${keyText('new', 2)},${keyText('old', 1)}` };
    const first = await startParley({ ...env, MASTER_KEYS: keyText('old', 1) });
    const browser = first.browser();
    await browser.fetch('/api/settings/key', { method: 'PUT', json: { key: 'sk-canary-of-a-person' } });
    await expect(rotateKeys(readConfig(both))).rejects.toThrow(/Another Parley already uses the store/);
    await first.app.stop();

    const lost = await runToEnd(folder, { ...env, MASTER_KEYS: keyText('other', 3) }, 'keys', 'rotate');
    expect(lost).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^0 API keys are now sealed/),
      err: expect.stringMatching(/^One API key is opened by no master key[\s\S]* - web:/),
    });
    const rotated = await runToEnd(folder, both, 'keys', 'rotate');
    expect(rotated).toEqual({
      code: 0,
      out: 'One API key is now sealed with the master key "new".\n',
      err: '',
    });
    for (const { out, err } of [lost, rotated]) expect(out + err).not.toContain('canary');

    await using next = await startParley({ ...env, MASTER_KEYS: keyText('new', 2) });
    const again = browser.at(next.app.url);
    const id = await again.newConversation();
    await again.follow(id, (await again.send(id, 'hello')).id);
    expect(model.requests[0]?.headers.authorization).toBe('Bearer sk-canary-of-a-person');
  });
});
