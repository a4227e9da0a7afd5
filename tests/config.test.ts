import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { slackTokensOf } from '../src/adapters/slack/config.ts';
import { readConfig, secretSettings } from '../src/config.ts';
import { ConfigError } from '../src/config-fields.ts';
import { limitOf } from '../src/start/operator-limits.ts';
import { emptyFolder } from './fixtures.ts';

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};

describe('config', () => {
  it('needs nothing to be set', () => {
    expect(readConfig({})).toMatchObject({ PORT: 3000, HOST: '127.0.0.1', OPENAI_API: 'auto', WEB: 'on' });
  });

  it('takes addresses and networks as trusted proxies, and nothing else', () => {
    expect(
      readConfig({ TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8,::1,fd00::/8' }).TRUSTED_PROXIES,
    ).toHaveLength(4);
    for (const TRUSTED_PROXIES of ['nginx', '10.0.0.0/99', '127.0.0.1 10.0.0.1', '*'])
      expect(problemsOf({ TRUSTED_PROXIES })).toEqual([
        expect.stringMatching(/^TRUSTED_PROXIES must be addresses/),
      ]);
  });

  it('takes an empty value for one that is not set', () => {
    expect(readConfig({ PORT: '', OPENAI_API_KEY: ' ', MASTER_KEYS: '' })).toEqual(readConfig({}));
  });

  it('reports every problem at once, each naming its variable', () => {
    const problems = problemsOf({
      PORT: 'http',
      OPENAI_API: 'soap',
      OPENAI_BASE_URL: 'my server',
      MODEL_STALL_TIMEOUT: '-1',
      STORE_URL: 'redis://x',
      MASTER_KEYS: 'short',
      PUBLIC_URL: 'parley.example.com',
      LOG_LEVEL: 'loud',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(
      [
        'PORT',
        'OPENAI_API',
        'OPENAI_BASE_URL',
        'MODEL_STALL_TIMEOUT',
        'STORE_URL',
        'MASTER_KEYS',
        'PUBLIC_URL',
        'LOG_LEVEL',
      ].sort(),
    );
    for (const problem of problems) expect(problem).toMatch(/ must /);
  });

  it('asks for what several processes must have in common where the store is a server’s', () => {
    const STORE_URL = 'postgres://parley:canary@db/parley';
    const MASTER_KEYS = `a:${Buffer.alloc(32).toString('base64')}`;
    expect(problemsOf({ STORE_URL })).toEqual([expect.stringMatching(/^MASTER_KEYS must .*openssl/)]);
    expect(problemsOf({ STORE_URL, MASTER_KEYS })).toEqual([]);
    expect(problemsOf({ STORE_URL: STORE_URL.replace('postgres', 'postgresql'), MASTER_KEYS })).toEqual([]);
    for (const reachable of [{ HOST: '0.0.0.0' }, { PUBLIC_URL: 'https://parley.example.com' }]) {
      const [problem, ...others] = problemsOf({ STORE_URL, MASTER_KEYS, ...reachable });
      expect([problem, others]).toEqual([expect.stringMatching(/^WEB_TOKEN must .*openssl/), []]);
      expect(problemsOf({ STORE_URL, MASTER_KEYS, ...reachable, WEB_TOKEN: 'x'.repeat(20) })).toEqual([]);
      expect(problemsOf({ STORE_URL, MASTER_KEYS, ...reachable, WEB_OPEN: 'on' })).toEqual([]);
      expect(problemsOf({ STORE_URL, MASTER_KEYS, ...reachable, WEB: 'off' })).toEqual([]);
    }
  });

  it('does not repeat a secret that is malformed', () => {
    const problems = problemsOf({
      MASTER_KEYS: 'id:canary!',
      OPENAI_BASE_URL: 'https://user:canary@host/v1',
      PUBLIC_URL: 'https://user:canary@host',
    });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('canary');
  });

  it.each([
    ['https://api.openai.com/v1/', 'https://api.openai.com/v1'],
    ['http://localhost:11434/v1', 'http://localhost:11434/v1'],
    ['localhost:11434', 'http://localhost:11434'],
    ['https://host.example/v1/chat/completions?api-version=2', 'https://host.example/v1?api-version=2'],
  ])('reads the base URL %s as %s', (given, read) => {
    expect(readConfig({ OPENAI_BASE_URL: given }).OPENAI_BASE_URL).toBe(read);
  });

  it.each([
    ['https://discord.example/api/', 'https://discord.example/api'],
    ['http://127.0.0.1:8080/api', 'http://127.0.0.1:8080/api'],
  ])('reads the address of Discord %s as %s', (given, read) => {
    expect(readConfig({ DISCORD_API_URL: given }).DISCORD_API_URL).toBe(read);
    expect(readConfig({}).DISCORD_API_URL).toBe('https://discord.com/api');
  });

  it.each([
    ['0', 0],
    ['0.5', 0.5],
    ['30', 30],
  ])('keeps the data of a server that was left for %s days', (given, read) => {
    expect(readConfig({ LEFT_SERVER_DAYS: given }).LEFT_SERVER_DAYS).toBe(read);
  });

  it('says what is wrong about Discord, without the token', () => {
    const problems = problemsOf({
      DISCORD_TOKEN: 'canary with a space',
      DISCORD_API_URL: 'discord.com',
      LEFT_SERVER_DAYS: '-1',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'DISCORD_TOKEN',
      'DISCORD_API_URL',
      'LEFT_SERVER_DAYS',
    ]);
    expect(problems.join()).not.toContain('canary');
  });

  const install = { SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'secret', SLACK_STATE_SECRET: 'state' };

  it.each<[string, Record<string, string>]>([
    ['one workspace by Socket Mode', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }],
    ['one workspace over HTTP', { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'secret' }],
    ['many workspaces by Socket Mode', { ...install, SLACK_APP_TOKEN: 'xapp-1' }],
    ['many workspaces over HTTP', { ...install, SLACK_SIGNING_SECRET: 'secret' }],
  ])('takes the tokens of Slack for %s', (_, tokens) => {
    expect(slackTokensOf(readConfig(tokens))).toBeDefined();
  });

  it('leaves Slack off where none of its tokens is set', () => {
    expect(slackTokensOf(readConfig({ SLACK_API_URL: 'http://127.0.0.1:1/api' }))).toBeUndefined();
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a bot token alone',
      { SLACK_BOT_TOKEN: 'xoxb-1' },
      ['SLACK_APP_TOKEN is missing beside SLACK_BOT_TOKEN.'],
    ],
    [
      'an app token alone',
      { SLACK_APP_TOKEN: 'xapp-1' },
      ['SLACK_BOT_TOKEN is missing beside SLACK_APP_TOKEN.'],
    ],
    [
      'a signing secret alone',
      { SLACK_SIGNING_SECRET: 's' },
      ['SLACK_BOT_TOKEN is missing beside SLACK_SIGNING_SECRET.'],
    ],
    [
      'a blank signing secret, which would let anybody in',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: '  ' },
      ['SLACK_APP_TOKEN is missing beside SLACK_BOT_TOKEN.'],
    ],
    [
      'a client id alone',
      { SLACK_CLIENT_ID: '1.2' },
      [
        'SLACK_CLIENT_SECRET is missing beside SLACK_CLIENT_ID.',
        'SLACK_STATE_SECRET is missing beside SLACK_CLIENT_ID.',
        'SLACK_APP_TOKEN is missing beside SLACK_CLIENT_ID.',
      ],
    ],
    [
      'a state secret and a way in',
      { SLACK_STATE_SECRET: 's', SLACK_APP_TOKEN: 'xapp-1' },
      [
        'SLACK_CLIENT_ID is missing beside SLACK_STATE_SECRET.',
        'SLACK_CLIENT_SECRET is missing beside SLACK_STATE_SECRET.',
      ],
    ],
    [
      'one workspace and many',
      { ...install, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' },
      ['SLACK_BOT_TOKEN is for one workspace, SLACK_STATE_SECRET for many.'],
    ],
    [
      'both ways in',
      { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', SLACK_SIGNING_SECRET: 's' },
      ['SLACK_APP_TOKEN is for Socket Mode, SLACK_SIGNING_SECRET for requests to /slack/events.'],
    ],
  ])('names what is missing of Slack beside %s, and the way out', (_, env, wanted) => {
    const problems = problemsOf(env);
    expect(problems.map((problem) => /^.*?\.(?= )/.exec(problem)?.[0])).toEqual(wanted);
    for (const problem of problems) expect(problem).toMatch(/\. (?:Copy|Make|Remove) /);
  });

  it('tells tokens of Slack that were put in the wrong place, together with all else, without repeating them', () => {
    const problems = problemsOf({
      SLACK_BOT_TOKEN: 'xapp-canary',
      SLACK_APP_TOKEN: 'xoxb canary',
      SLACK_SIGNING_SECRET: 'canary',
      SLACK_API_URL: 'canary',
      PORT: 'http',
    });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual([
      'SLACK_BOT_TOKEN',
      'SLACK_APP_TOKEN',
      'SLACK_API_URL',
      'PORT',
      'SLACK_APP_TOKEN',
    ]);
    expect(problems.join()).not.toContain('canary');
  });

  it.each([
    ['https://slack.example/api', 'https://slack.example/api/'],
    ['http://127.0.0.1:8080/api/', 'http://127.0.0.1:8080/api/'],
  ])('reads the address of Slack %s as %s', (given, read) => {
    expect(readConfig({ SLACK_API_URL: given }).SLACK_API_URL).toBe(read);
    expect(readConfig({}).SLACK_API_URL).toBe('https://slack.com/api/');
  });
});

describe('a secret in a file', () => {
  const fileOf = async (text: string | Buffer) => {
    const path = join(await emptyFolder(), 'secret');
    await writeFile(path, text);
    return path;
  };

  it('is taken without the space around it', async () => {
    const OPENAI_API_KEY_FILE = await fileOf('\ufeff \n sk-1234\r\n\n');
    expect(readConfig({ OPENAI_API_KEY_FILE }).OPENAI_API_KEY).toBe('sk-1234');
  });

  it.each(secretSettings())('%s_FILE is known', async (name) => {
    const problems = problemsOf({ [`${name}_FILE`]: '/nowhere/canary' });
    expect(problems[0]).toMatch(new RegExp(`^${name}_FILE names a file that cannot be read \\(ENOENT\\)`));
    expect(problems.join()).not.toContain('canary');
  });

  it('is read for secrets alone', async () => {
    expect(readConfig({ OPENAI_MODEL_FILE: await fileOf('canary') })).toEqual(readConfig({}));
  });

  it.each<[string, (path: string) => Record<string, string>, RegExp]>([
    [
      'is given twice',
      (path) => ({ WEB_TOKEN: 'canary of an access token', WEB_TOKEN_FILE: path }),
      /^WEB_TOKEN and WEB_TOKEN_FILE are both set/,
    ],
    ['is a folder', (path) => ({ WEB_TOKEN_FILE: dirname(path) }), /^WEB_TOKEN_FILE .*EISDIR/],
    [
      'is itself in place of the path',
      () => ({ OPENAI_API_KEY_FILE: 'sk-canary' }),
      /^OPENAI_API_KEY_FILE .*ENOENT/,
    ],
    ['is not copied whole', (path) => ({ DISCORD_TOKEN_FILE: path }), /^DISCORD_TOKEN must have plain/],
  ])('that %s is a problem that does not repeat it', async (_, env, says) => {
    const problems = problemsOf(env(await fileOf('can…ary')));
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect(problems.join()).not.toMatch(/can…?ary/);
  });

  it('that is empty is a problem, while a setting without a path is none', async () => {
    expect(problemsOf({ WEB_TOKEN_FILE: await fileOf(' \n') })).toEqual([
      expect.stringMatching(/^WEB_TOKEN_FILE names a file that is empty/),
    ]);
    expect(problemsOf({ WEB_TOKEN_FILE: '' })).toEqual([]);
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['in UTF-16', Buffer.from('\ufeffcanary of an access token\n', 'utf16le'), /is no text in UTF-8/],
    ['with a zero byte', 'canary of an access token\0', /is no text in UTF-8/],
    ['with another line', 'canary of an access token\ncanary\n', /has more than one line/],
    ['of megabytes', 'canary '.repeat(1_500_000), /is larger than 64 KB/],
  ])('%s is a problem of that file', async (_, held, says) => {
    const problems = problemsOf({ WEB_TOKEN_FILE: await fileOf(held) });
    expect(problems).toEqual([expect.stringMatching(says)]);
    expect(problems.join()).toMatch(/^WEB_TOKEN_FILE names a file that /);
    expect(problems.join()).not.toContain('canary');
  });

  it.runIf(existsSync('/dev/zero'))('without an end is a problem of that file', () => {
    expect(problemsOf({ WEB_TOKEN_FILE: '/dev/zero' })).toEqual([
      expect.stringMatching(/^WEB_TOKEN_FILE names a file that is larger than 64 KB/),
    ]);
  });

  it('that cannot be read is not missing as well', () => {
    const problems = problemsOf({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN_FILE: '/nowhere' });
    expect(problems).toEqual([expect.stringMatching(/^SLACK_APP_TOKEN_FILE names/)]);
  });
});

describe('limits of people’s messages', () => {
  it('hold for the operator on the open page only where they are changed', () => {
    const limits = (env: Record<string, string>, isOperator: boolean) =>
      (['PERSON_PER_MINUTE', 'PERSON_AT_ONCE', 'TENANT_AT_ONCE'] as const).map((name) =>
        limitOf(readConfig(env), name, isOperator),
      );
    expect(limits({}, false)).toEqual([20, 4, 50]);
    expect(limits({}, true)).toEqual([Infinity, Infinity, Infinity]);
    expect(limits({ PERSON_PER_MINUTE: '3', TENANT_AT_ONCE: '2' }, true)).toEqual([3, Infinity, 2]);
  });
});

describe('lists of servers, workspaces and people', () => {
  it('are read with spaces and a comma at the end', () => {
    const config = readConfig({ ALLOWED_SERVERS: ' 11, 22,', BLOCKED_PEOPLE: 'discord:1,slack:T1:U1' });
    expect([config.ALLOWED_SERVERS, config.BLOCKED_PEOPLE]).toEqual([
      ['11', '22'],
      ['discord:1', 'slack:T1:U1'],
    ]);
  });

  it('are read as the platforms write them, so that each matches somebody', () => {
    const config = readConfig({ BLOCKED_PEOPLE: 'slack:t1:u1, Discord:2', ALLOWED_WORKSPACES: 't2' });
    expect([config.BLOCKED_PEOPLE, config.ALLOWED_WORKSPACES]).toEqual([
      ['slack:T1:U1', 'discord:2'],
      ['T2'],
    ]);
  });

  it('offer all models where * is among them', () => {
    for (const text of ['*', 'a, *'])
      expect(readConfig({ OPERATOR_MODELS: text }).OPERATOR_MODELS).toBe('all');
  });

  it.each([
    [{ ALLOWED_SERVERS: 'My server' }, /^ALLOWED_SERVERS must hold ids.*Discord server id/],
    [{ ALLOWED_SERVERS: ',' }, /^ALLOWED_SERVERS must hold ids/],
    [{ ALLOWED_PEOPLE: '42' }, /^ALLOWED_PEOPLE must hold ids.*discord:<user id>/],
    [{ ALLOWED_PEOPLE: 'discord:1 discord:2' }, /^ALLOWED_PEOPLE.*"discord:1 discord:2" is none/],
    [{ BLOCKED_WORKSPACES: 'T1,U1' }, /^BLOCKED_WORKSPACES must hold ids.*"U1" is none/],
    [{ OPERATOR_MODELS: 'a,,b' }, /^OPERATOR_MODELS must be names/],
    [{ PERSON_PER_MINUTE: '0' }, /^PERSON_PER_MINUTE must be at least 1/],
  ])('never let in everybody by mistake: %o', (env, says) => {
    expect(() => readConfig(env)).toThrow(says);
  });
});
