/**
 * A store that fails under the real program, on every platform at once: what people read meanwhile, that each message is
 * answered once when the store is back, without a restart, and what is remembered then.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { COMPILE_CACHE } from '../lab/counterparts/compile-cache.ts';
import { startDiscord } from '../lab/counterparts/discord/start.ts';
import type { Exchange } from '../lab/counterparts/model-script.ts';
import {
  after,
  done,
  finish,
  sentMessages,
  startModelServer,
  streams,
  text,
} from '../lab/counterparts/model-server.ts';
import { startSlack } from '../lab/counterparts/slack/start.ts';
import { notices } from './adapters/slack/said.ts';
import { emptyFolder, METRICS_TOKEN, readinessOf } from './fixtures.ts';
import { browserOf, type Followed } from './harness/web.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const PLATFORMS = ['discord', 'slack', 'web'] as const;
type Platform = (typeof PLATFORMS)[number];

/** The file-size limit of a process can be set from outside on Linux: no file grows any more, as on a full disk. */
const hasPrlimit = process.platform === 'linux' && spawnSync('prlimit', ['--version']).status === 0;
const limitFiles = (pid: number | undefined, bytes: string) =>
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);

/** Parley on all platforms, with one conversation on each. Every question has a word of its own, such as `slack-one`. */
async function start() {
  const folder = await emptyFolder();
  const data = join(folder, 'data');
  mkdirSync(data);
  await using started = new AsyncDisposableStack();
  const discord = started.use(await startDiscord({ twin: false }));
  const slack = started.use(await startSlack({ twin: false }));
  const model = started.use(await startModelServer());
  const asked: string[] = [];
  /** Until then answers have not begun, or stand in their middle. */
  const until = { beginning: Promise.resolve(), middle: Promise.resolve() };
  model.respond((exchange: Exchange) => {
    const [question = ''] =
      /\w+-(?:one|two)/.exec(JSON.stringify(sentMessages(exchange.request).at(-1))) ?? [];
    asked.push(question);
    return streams(
      after(until.beginning),
      text(`Begin ${question}. `),
      after(until.middle),
      text(`End ${question}.`),
      finish(),
      done,
    )(exchange);
  });

  const child = spawn(process.execPath, [MAIN], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...COMPILE_CACHE,
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-canary',
      STORE_URL: `sqlite://${join(data, 'parley.sqlite')}`,
      PORT: '0',
      METRICS_TOKEN,
    },
  });
  started.defer(async () => {
    child.kill('SIGTERM');
    await once(child, 'exit');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
  const url = await discord.waitFor(() => /http:\/\/[\d.:]+/.exec(output)?.[0]);
  const ready = async () => {
    const { code, reason } = await readinessOf(url);
    return [code, reason];
  };
  await expect.poll(ready).toEqual([200, undefined]);
  const browser = browserOf(url);
  const conversation = await browser.newConversation();
  const channel = discord.channel('general');
  let thread: string | undefined;
  const onPage = new Map<string, Promise<Followed>>();
  const pageRefusals: string[] = [];

  /** As the page does: sends a message until it is taken, and follows its answer. */
  async function askOnPage(question: string): Promise<Followed> {
    const id = randomUUID();
    for (;;) {
      const response = await browser.fetch(`/api/conversations/${conversation}/messages`, {
        method: 'POST',
        json: { id, text: question, attachments: [] },
      });
      const body = await response.text();
      if (response.ok) return browser.follow(conversation, id);
      pageRefusals.push(`${response.status} ${body}`);
      await sleep(500);
    }
  }

  /** The messages that people see on a chat platform, without deleted ones. */
  const shown = (platform: Platform): string[] => {
    if (platform === 'discord')
      return discord.botMessages(channel).flatMap(({ deleted, content }) => (deleted ? [] : content));
    return slack
      .botMessages('general')
      .map((message) => [message.shown, ...notices(message)].filter(Boolean).join('\n'));
  };

  const all = started.move();
  return {
    child,
    data,
    asked,
    ready,
    shown,
    pageRefusals,
    output: () => output,
    ask(word: 'one' | 'two') {
      discord.user('ada').says(channel, `<@${discord.botId}> discord-${word}`);
      const inThread = thread === undefined ? {} : { threadTs: thread };
      thread = slack.user('ada').says('general', `${slack.mention} slack-${word}`, inThread);
      const followed = askOnPage(`web-${word}`);
      followed.catch(() => {});
      onPage.set(word, followed);
    },
    /** The model's answers wait there; returns how to let them go on. */
    hold(where: 'beginning' | 'middle') {
      const { promise, resolve } = Promise.withResolvers<void>();
      until[where] = promise;
      return resolve;
    },
    /** Has the last answers of the platforms of chats made again: in their messages, not in others. */
    async regenerates() {
      const count = () => [shown('discord').length, shown('slack').length];
      const [before, made] = [count(), asked.length];
      await discord.user('ada').clicks(discord.botMessages(channel).at(-1)?.id ?? '', 'Regenerate');
      await slack.user('ada').clicks(slack.botMessages('general').at(-1)?.ts ?? '', 'Regenerate');
      await expect.poll(() => asked.length).toBe(made + 2);
      await expect.poll(() => shown('discord').at(-1)).toBe('Begin discord-two. End discord-two.');
      await expect.poll(() => shown('slack').at(-1)).toBe('Begin slack-two. End slack-two.');
      expect(count()).toEqual(before);
    },
    /** Whatever stood there meanwhile, in the end each answer stands there once, and whole. */
    async answered(word: 'one' | 'two') {
      for (const platform of ['discord', 'slack'] as const) {
        const answer = `Begin ${platform}-${word}. End ${platform}-${word}.`;
        await expect.poll(() => shown(platform)).toContain(answer);
        expect(shown(platform).filter((one) => one.includes(`${platform}-${word}`))).toEqual([answer]);
      }
      expect(await onPage.get(word)).toMatchObject({ text: `Begin web-${word}. End web-${word}.` });
      expect(asked.filter((question) => question.endsWith(word)).sort()).toEqual(
        PLATFORMS.map((platform) => `${platform}-${word}`),
      );
    },
    pageEnd: (word: string) => onPage.get(word),
    /** The next question brings the model the one before and its answer, once. */
    async remembers() {
      this.ask('two');
      await this.answered('two');
      for (const { body } of model.requests.slice(-3)) {
        const all = JSON.stringify(body.input ?? body.messages);
        const [platform = ''] = /\w+(?=-two)/.exec(all) ?? [];
        expect(all.split(`End ${platform}-one.`)).toHaveLength(2);
        expect(all.split(`${platform}-one`)).toHaveLength(4);
      }
      await this.hasStoredBoth();
    },
    async hasStoredBoth() {
      const ends = (await browser.turns(conversation)).map(({ end, notice }) => ({ end, notice }));
      expect(ends).toEqual(Array(2).fill({ end: 'stop', notice: null }));
    },
    /** That it failed and works again is said once each; and nothing that is nobody's business. */
    log() {
      const lines = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
      expect(lines.length).toBeLessThan(60);
      for (const secret of ['canary', slack.botToken, discord.token, '-one', '-two', 'Begin'])
        expect(output).not.toContain(secret);
      return lines.map(({ msg }) => msg as string);
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const LATER = /^(?:-# |_)?Parley cannot reach its store just now. It answers this as soon as it can/;
const NOT_KEPT = /not stored yet/;

describe('a store that fails', () => {
  it('when messages come: people are told, and answered once when it is back', async () => {
    await using parley = await start();
    renameSync(parley.data, `${parley.data}.away`);
    parley.ask('one');
    await expect.poll(parley.ready).toEqual([503, 'the store fails: its file is gone']);
    for (const platform of ['discord', 'slack'] as const)
      await expect.poll(() => parley.shown(platform)).toEqual([expect.stringMatching(LATER)]);
    await expect.poll(() => parley.pageRefusals[0]).toMatch(/^503 .*cannot reach its store just now/);
    expect(parley.asked).toEqual([]);
    renameSync(`${parley.data}.away`, parley.data);
    await expect.poll(parley.ready).toEqual([200, undefined]);
    await parley.answered('one');
    // Nobody is told twice.
    for (const platform of ['discord', 'slack'] as const)
      expect(parley.shown(platform).filter((one) => LATER.test(one))).toHaveLength(1);
    await parley.remembers();
    const said = parley.log();
    expect(said.filter((one) => one.startsWith('the store fails'))).toHaveLength(1);
    expect(said.filter((one) => one === 'the store works again')).toHaveLength(1);
  });

  it('in the middle of answers, held by another program: nobody notices', async () => {
    await using parley = await start();
    const goOn = parley.hold('middle');
    parley.ask('one');
    await expect.poll(() => parley.asked).toHaveLength(3);
    const holder = new DatabaseSync(join(parley.data, 'parley.sqlite'));
    holder.exec('BEGIN EXCLUSIVE');
    await sleep(1_500);
    // Their ends come while it is still held.
    goOn();
    await sleep(500);
    holder.exec('ROLLBACK');
    holder.close();
    await parley.answered('one');
    await parley.remembers();
    expect(parley.log().filter((one) => one.startsWith('the store'))).toEqual([]);
  });

  it.skipIf(!hasPrlimit)(
    'while answers are written, its disk full: people are told that they are not stored, and no longer once they are (prlimit, Linux)',
    async () => {
      await using parley = await start();
      parley.ask('one');
      await parley.answered('one');
      const goOn = parley.hold('beginning');
      parley.ask('two');
      await expect.poll(() => parley.asked).toHaveLength(6);
      limitFiles(parley.child.pid, '1');
      goOn();
      for (const platform of ['discord', 'slack'] as const)
        await expect.poll(() => parley.shown(platform).at(-1)).toMatch(NOT_KEPT);
      expect(await parley.pageEnd('two')).toMatchObject({ notice: expect.stringMatching(NOT_KEPT) });
      expect(await parley.ready()).toEqual([503, expect.stringMatching(/the store fails: its disk/)]);
      limitFiles(parley.child.pid, 'unlimited');
      await parley.answered('two');
      await expect.poll(parley.ready).toEqual([200, undefined]);
      await parley.hasStoredBoth();
      // Which messages show an answer could be remembered only later, too.
      await parley.regenerates();
      parley.log();
    },
  );

  it('while a start waits for a platform: the start ends when the store is back', async () => {
    await using stack = new AsyncDisposableStack();
    // Takes connections and answers nothing.
    const discord = stack.adopt(createServer(), (server) => {
      server.closeAllConnections();
      server.close();
    });
    await once(discord.listen(0, '127.0.0.1'), 'listening');
    const folder = await emptyFolder();
    const data = join(folder, 'data');
    const child = spawn(process.execPath, [MAIN], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...COMPILE_CACHE,
        DISCORD_TOKEN: 'canary',
        DISCORD_API_URL: `http://127.0.0.1:${(discord.address() as AddressInfo).port}`,
        PORT: '0',
      },
    });
    stack.defer(() => void child.kill('SIGKILL'));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => (output += part));
    await once(discord, 'connection');
    renameSync(data, `${data}.away`);
    await expect.poll(() => output).toMatch(/the store fails/);
    await sleep(6_000);
    expect([child.exitCode, /Parley is/.test(output)]).toEqual([null, false]);
    renameSync(`${data}.away`, data);
    await expect.poll(() => output).toMatch(/Parley is ready/);
  });

  it.skipIf(!hasPrlimit)(
    'at the start, its disk full: says so, and the way out (prlimit, Linux)',
    async () => {
      const folder = await emptyFolder();
      const child = spawn('prlimit', ['--fsize=1', process.execPath, MAIN], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env.PATH, PORT: '0', NODE_DISABLE_COMPILE_CACHE: '1' },
      });
      let said = '';
      child.stderr.on('data', (part) => (said += part));
      const [code] = await once(child, 'exit');
      expect(code).toBe(1);
      expect(said).toMatch(/cannot be opened: its disk .* has space, or set STORE_URL/);
      expect(said).not.toMatch(/ {4}at /);
    },
  );
});
