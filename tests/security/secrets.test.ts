/** Secrets stay out of the environments and command lines of programs, as other programs can read them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { answers, startModelServer } from '../../lab/counterparts/model-server.ts';
import { secretSettings } from '../../src/config.ts';
import { emptyFolder } from '../fixtures.ts';
import { browserOf } from '../harness/web.ts';
import { spawnParley } from './spawned.ts';

const hasProc = existsSync('/proc/self/environ');
const ROOT = new URL('../..', import.meta.url).pathname;

/** The arguments and environment of a process, as every program of its user can read them. */
const startedWith = (pid: number) =>
  ['environ', 'cmdline'].map((name) => readFileSync(`/proc/${pid}/${name}`, 'utf8')).join('\n');

/** A program in esbuild's place, which Parley starts: it writes down what it was started with, then does its work. */
function recorder(folder: string): { path: string; recorded(): string } {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('esbuild'));
  const esbuild = resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
  const path = join(folder, 'recorder');
  writeFileSync(
    path,
    `#!/bin/sh\n/bin/cat /proc/$$/environ /proc/$$/cmdline >> '${path}.log'\nexec '${esbuild}' "$@"\n`,
  );
  chmodSync(path, 0o755);
  return { path, recorded: () => readFileSync(`${path}.log`, 'latin1') };
}

/** For each secret that connects to nothing a value that has its form, with a word to look for. */
const secretsIn = (folder: string, store: string): Record<string, string> => ({
  OPENAI_API_KEY: 'sk-canary',
  STORE_URL: `sqlite://${join(folder, store)}`,
  MASTER_KEYS: `canary:${Buffer.alloc(32, 1).toString('base64')}`,
  WEB_TOKEN: 'canary-web-0123456789',
  METRICS_TOKEN: 'canary-metrics-0123456789',
});

describe.skipIf(!hasProc)('what other programs can read (/proc, Linux)', () => {
  it('of a Parley whose secrets are in files is no secret, and it works with them', async () => {
    await using model = await startModelServer();
    model.respond(answers('hello'));
    const folder = await emptyFolder();
    const { path, recorded } = recorder(folder);
    const secrets = secretsIn(folder, 'canary.sqlite');
    const files = Object.entries(secrets).map(([name, value]) => {
      writeFileSync(join(folder, name), `${value}\n`, { mode: 0o600 });
      return [`${name}_FILE`, join(folder, name)];
    });
    const env = { ...Object.fromEntries(files), OPENAI_BASE_URL: model.url, ESBUILD_BINARY_PATH: path };
    await using parley = await spawnParley(env, { folder });
    const browser = browserOf(parley.url);
    const id = await browser.newConversation();
    await browser.follow(id, (await browser.send(id, 'hi')).id);
    expect(model.requests[0]?.headers.authorization).toBe('Bearer sk-canary');
    const known = { headers: { authorization: `Bearer ${secrets.METRICS_TOKEN}` } };
    expect((await fetch(`${parley.url}/metrics`, known)).status).toBe(200);
    expect(readdirSync(folder)).toContain('canary.sqlite');
    expect(existsSync(join(folder, 'master.keys'))).toBe(false);
    expect(startedWith(parley.child.pid ?? 0)).not.toContain('canary');
    expect(recorded()).not.toContain('canary');
    expect(childrenOf(parley.child.pid ?? 0)).toEqual([]);
    expect(parley.output()).not.toContain('canary');
  });

  it.each(['the environment', '.env'])(
    'of a program that Parley starts is no secret that is in %s, nor one of others',
    async (where) => {
      const folder = await emptyFolder();
      const { path, recorded } = recorder(folder);
      const secrets = secretsIn(folder, 'x.sqlite');
      if (where === '.env') {
        const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}`);
        writeFileSync(join(folder, '.env'), lines.join('\n'));
      }
      const others = {
        AWS_SECRET_ACCESS_KEY: 'canary',
        POSTGRES_PASSWORD: 'canary',
        HTTPS_PROXY: 'http://u:canary@127.0.0.1:1',
      };
      const env = { ...(where === '.env' ? {} : secrets), ...others, ESBUILD_BINARY_PATH: path };
      await using parley = await spawnParley(env, { folder });
      expect((await fetch(`${parley.url}/healthz`)).status).toBe(200);
      expect(recorded()).toContain('--service');
      expect(recorded()).not.toContain('canary');
    },
  );
});

/** The ids of the processes that any of this one's threads has started. */
function childrenOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
  );
}

it('the scripts of packages that are installed at the start get no secret', async () => {
  const folder = await emptyFolder();
  mkdirSync(join(folder, 'scripts'));
  copyFileSync(join(ROOT, 'scripts/install.cjs'), join(folder, 'scripts/install.cjs'));
  copyFileSync(join(ROOT, '.env.example'), join(folder, '.env.example'));
  writeFileSync(join(folder, 'package-lock.json'), '{}');
  const npm = join(folder, 'npm.js');
  writeFileSync(npm, `require('node:fs').writeFileSync('seen', JSON.stringify([process.env, process.argv]))`);
  const secrets = secretSettings().flatMap((name) => [name, `${name}_FILE`]);
  const env = {
    ...Object.fromEntries(secrets.map((name) => [name, 'canary'])),
    OPENAI_ADMIN_KEY: 'canary',
    PATH: process.env.PATH,
    NPM_TOKEN: 'for npm itself',
    npm_execpath: npm,
  };
  const installing = spawn(process.execPath, ['scripts/install.cjs'], { cwd: folder, env, stdio: 'ignore' });
  const [code] = await once(installing, 'exit');
  const seen = readFileSync(join(folder, 'seen'), 'utf8');
  expect([code, seen]).toEqual([0, expect.stringContaining('for npm itself')]);
  expect(seen).not.toContain('canary');
});

it.each<[string, Record<string, string>, RegExp]>([
  [
    'is given twice',
    { OPENAI_API_KEY: 'sk-canary', OPENAI_API_KEY_FILE: '/canary' },
    /OPENAI_API_KEY and OPENAI_API_KEY_FILE are both set/,
  ],
  [
    'cannot be read',
    { MASTER_KEYS_FILE: '/nowhere/canary' },
    /MASTER_KEYS_FILE names a file that cannot be read \(ENOENT\)/,
  ],
  [
    'stands where its path should',
    { WEB_TOKEN_FILE: 'canary-web-0123456789' },
    /WEB_TOKEN_FILE names a file/,
  ],
])('a secret that %s keeps Parley from starting, and is not repeated', async (_, env, says) => {
  await using failed = await spawnParley(env);
  expect([failed.child.exitCode, failed.output()]).toEqual([1, expect.stringMatching(says)]);
  expect(failed.output()).not.toContain('canary');
});

it('a mistyped command repeats nothing of the address behind it', async () => {
  await using failed = await spawnParley({}, { arguments: ['mvoe', 'postgres://parley:canary@db/parley'] });
  expect([failed.child.exitCode, failed.output()]).toEqual([1, expect.stringContaining('no command "mvoe"')]);
  expect(failed.output()).not.toContain('canary');
});
