/** Connections to Discord that break, and events that come twice: each message is answered once. */

import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startDiscord } from '../../../lab/counterparts/discord/start.ts';
import {
  answers,
  done,
  finish,
  pause,
  sentMessages,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { AdapterError } from '../../../src/core/errors.ts';
import { readinessOf } from '../../fixtures.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { startParley } from '../../harness/web.ts';
import { settled } from '../../settled.ts';

const contents = ({ discord }: Bot, channel = discord.channel('general')) =>
  discord.botMessages(channel).map(({ content }) => content);

const answered = (bot: Bot, ...texts: string[]) =>
  bot.discord.waitFor(() => contents(bot).toSorted().join() === texts.toSorted().join(), {
    what: () => `${texts.join()} in place of ${contents(bot).join()}`,
  });

/** So long that a second answer would have come. */
const settle = () => settled(400);

async function ready({ parley }: Bot): Promise<{ status: number; reason?: string }> {
  const { code, reason } = await readinessOf(parley.app.url);
  return { status: code, ...(reason && { reason }) };
}

/** The model's answer to a question that names it. */
const echoes =
  (pauses = 0) =>
  (exchange: Parameters<ReturnType<typeof answers>>[0]) => {
    const [, name = ''] = /say (\w+)/.exec(JSON.stringify(sentMessages(exchange.request).at(-1))) ?? [];
    return streams(text(`First ${name}. `), pause(pauses), text(`Then ${name}.`), finish(), done)(exchange);
  };

// At the same time, since the client waits for five seconds before it identifies again.
describe.concurrent('a connection that breaks in the middle of answers', () => {
  it.each([
    ['is resumed', (bot: Bot) => bot.discord.gateway.dropConnections()],
    ['cannot be resumed', (bot: Bot) => bot.discord.gateway.dropConnections({ resumable: false })],
    ['has its session made invalid', (bot: Bot) => bot.discord.gateway.invalidateSession()],
    ['is asked to reconnect', (bot: Bot) => bot.discord.gateway.requestReconnect()],
  ])('%s: they go on, and each message is answered once', async (_, breakIt) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    model.respond(echoes(400));
    discord.user('ada').says(channel, `<@${discord.botId}> say one`);
    await model.received(1);
    const before = discord.stats.identifies + discord.stats.resumes;
    breakIt(bot);
    await answered(bot, 'First one. Then one.');
    await discord.waitFor(
      () => discord.gateway.connected === 1 && discord.stats.identifies + discord.stats.resumes > before,
    );
    await discord.waitFor(async () => (await ready(bot)).status === 200);
    discord.user('ben').says(channel, `<@${discord.botId}> say two`);
    await answered(bot, 'First one. Then one.', 'First two. Then two.');
    await settle();
    expect(model.requests).toHaveLength(2);
    expect(discord.commands).toBeDefined();
    expect(discord.stats.commandPuts).toBe(1);
  });

  it('what was said while it was down is answered once it is resumed', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(echoes());
    discord.gateway.refusing = true;
    discord.gateway.dropConnections();
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> say one`);
    await discord.waitFor(async () => (await ready(bot)).status === 503);
    expect((await ready(bot)).reason).toMatch(/Discord/);
    discord.gateway.refusing = false;
    await answered(bot, 'First one. Then one.');
    expect(discord.stats.resumes).toBe(1);
    await discord.waitFor(async () => (await ready(bot)).status === 200);
    await settle();
    expect(model.requests).toHaveLength(1);
  });
});

describe.concurrent('a stop', () => {
  it('while the client waits until it may identify again ends', async () => {
    await using bot = await startBot();
    const { gateway, stats } = bot.discord;
    const { hellos, identifies } = stats;
    gateway.invalidateSession();
    await bot.discord.waitFor(() => stats.hellos > hellos);
    await bot.restart(() => expect(stats.identifies).toBe(identifies));
  });

  it('ends soon where Discord does not answer that it is left', async () => {
    const { discord, model, parley } = await startBot();
    discord.gateway.freeze();
    const isStopped = parley.app.stop().then(() => true);
    // By itself the client waits half a minute.
    expect(await Promise.race([isStopped, sleep(25_000, false, { ref: false })])).toBe(true);
    await Promise.all([discord.stop(), model.stop()]);
  });
});

describe('events that come twice', () => {
  it('a message is answered once, and a thread’s message too', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    discord.gateway.duplicates = true;
    model.respond(echoes(100));
    const ada = discord.user('ada');
    const channel = discord.channel('general');
    ada.says(channel, `<@${discord.botId}> say one`);
    discord.user('ben').says(channel, `<@${discord.botId}> say two`);
    await answered(bot, 'First one. Then one.', 'First two. Then two.');
    const thread = ada.startsThread(channel, 'Twice');
    ada.says(thread, `<@${discord.botId}> say three`);
    await discord.waitFor(() => contents(bot, thread).join() === 'First three. Then three.');
    // A mention without a question is answered by the help, not by a model.
    ada.says(channel, `<@${discord.botId}>`);
    await discord.waitFor(() => contents(bot).length === 3);
    await settle();
    expect(model.requests).toHaveLength(3);
    expect(contents(bot)).toHaveLength(3);
    expect(contents(bot, thread)).toHaveLength(1);
  });

  it('a command and a button act once', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    discord.gateway.duplicates = true;
    model.respond(streams(text('Asked.'), finish('length'), done), answers('Went on.'), answers('Again.'));
    const ada = discord.user('ada');
    const asked = await (await ada.runs('ask', { prompt: 'say it' })).message();
    await discord.waitFor(() => JSON.stringify(discord.message(asked.id).components).includes('Continue'));
    await ada.clicks(asked.id, 'Continue');
    await discord.waitFor(() => contents(bot).includes('Went on.'));
    await ada.clicks(asked.id, 'Regenerate');
    await discord.waitFor(() => contents(bot).includes('Again.'));
    await settle();
    expect(contents(bot)).toEqual(['Again.', 'Went on.']);
    expect(model.requests).toHaveLength(3);
    expect(bot.parley.log.filter((line) => line.includes('interaction not answered'))).toEqual([]);
    // Were a second press of Delete not left alone, it would fail.
    await ada.clicks(asked.id, 'Delete');
    await discord.waitFor(() => contents(bot).join() === 'Went on.');
  });

  it('an outage of a server forgets nothing of it', async () => {
    await using bot = await startBot({ env: { LEFT_SERVER_DAYS: '0' } });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    model.respond(answers('Yes.'), answers('Of course.'));
    discord.user('ada').says(channel, `<@${discord.botId}> remember 4711`);
    await answered(bot, 'Yes.');
    discord.outage(discord.guildId, true);
    await settle();
    discord.outage(discord.guildId, false);
    discord.user('ada').says(channel, `<@${discord.botId}> which number?`);
    await answered(bot, 'Yes.', 'Of course.');
    expect(JSON.stringify(sentMessages(model.requests.at(-1)))).toContain('4711');
  });
});

describe('a start', () => {
  const env = (discord: Awaited<ReturnType<typeof startDiscord>>, token = discord.token) => ({
    DISCORD_TOKEN: token,
    DISCORD_API_URL: discord.url,
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    WEB: 'off',
  });

  it.each([
    ['the gateway refuses', 'refusing' as const],
    ['Discord’s API fails', 'status500' as const],
  ])('while %s comes up by itself as soon as it can', async (_, trouble) => {
    await using discord = await startDiscord();
    if (trouble === 'refusing') discord.gateway.refusing = true;
    else discord.faults.rate('other', 'status500', 1, () => 0);
    const starting = startParley(env(discord));
    await discord.waitFor(
      () => discord.gateway.refused > 0 || discord.requests.some(({ status }) => status === 500),
    );
    discord.faults.clear();
    discord.gateway.refusing = false;
    await using parley = await starting;
    await discord.waitFor(() => discord.gateway.connected === 1);
    await discord.waitFor(async () => (await fetch(`${parley.app.url}/readyz`)).status === 200);
    expect(parley.log.some((line) => line.includes('discord connect'))).toBe(true);
  });

  it('with a wrong token fails with a sentence that names DISCORD_TOKEN, and not the token', async () => {
    await using discord = await startDiscord();
    const token = `${discord.token.slice(0, -3)}xyz`;
    const error = await startParley(env(discord, token)).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(AdapterError);
    expect(String((error as Error).message)).toContain('DISCORD_TOKEN');
    expect(JSON.stringify([String(error), (error as Error).stack])).not.toContain(token);
  });

  it('that is stopped while the connection is being made again does not come back', async () => {
    await using discord = await startDiscord();
    const parley = await startParley(env(discord));
    await discord.waitFor(() => discord.gateway.connected === 1);
    discord.gateway.refusing = true;
    discord.gateway.dropConnections();
    await discord.waitFor(async () => (await fetch(`${parley.app.url}/readyz`)).status === 503);
    await parley.app.stop();
    discord.gateway.refusing = false;
    // It is half a second between two attempts.
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(discord.gateway.connected).toBe(0);
  });
});
