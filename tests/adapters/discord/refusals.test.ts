/** Calls that Discord refuses: nobody is left with half an answer and no word. */
import { PermissionFlagsBits as Permission } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../lab/counterparts/discord/faults.ts';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import { answers, fails } from '../../../lab/counterparts/model-server.ts';
import { readinessOf } from '../../fixtures.ts';
import type { Bot } from '../../harness/discord.ts';
import { wordsOf } from './long-markdown.ts';
import { begun, ended, expectWhole, quickBot, toldTo } from './refusals.ts';
import { asks, labels, says, settle } from './said.ts';

describe.concurrent('a refusal that passes is not taken for a closed place', () => {
  it.each<[string, Refusal]>([
    ['a missing permission', { status: 403, code: 50013 }],
    ['a 403 without a reason', { status: 403 }],
    ['a page of Cloudflare with 403', { status: 403, html: true }],
    ['a page of Cloudflare with 429', { status: 429, html: true }],
    ['a page of Cloudflare with 502', { status: 502, html: true }],
    ['a page of Cloudflare with 400', { status: 400, html: true }],
    ['a 401', { status: 401 }],
    ['an overloaded Discord', { status: 400, code: 130000 }],
  ])('%s', async (_, refusal) => {
    await using bot = await quickBot();
    const { discord } = bot;
    const channel = discord.channel('general');
    discord.faults.next('create', refusal, 2);
    discord.faults.next('typing', refusal, 1);
    const markdown = await begun(bot, channel);
    discord.faults.next('edit', refusal, 2);
    await expectWhole(bot, channel, markdown);
    expect(discord.botMessages(channel).length).toBe(1);
    expect(await readinessOf(bot.parley.app.url)).toEqual({ code: 200, status: 'ready' });
  });
});

describe.concurrent('the token', () => {
  const ready = ({ parley }: Bot) => readinessOf(parley.app.url);

  it('that Discord refuses once is used again for everything', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.faults.next('*', { status: 401 }, 3);
    model.respond(answers('Still here.'));
    const channel = discord.channel('general');
    asks(bot, discord.user('ada'), 'are you there?');
    await says(bot, 'Still here.');
    asks(bot, discord.user('ada'), 'and in a DM?', channel);
    await discord.waitFor(() => discord.botMessages(channel).length === 2);
    expect((await ready(bot)).code).toBe(200);
    expect(discord.requests.filter(({ path }) => path === '/users/@me').length).toBeLessThan(5);
  });

  it('that Discord refuses for good is told of, and what waits for it is shown when it is taken again', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    model.respond(answers('Back again.'));
    discord.settings.refusesToken = true;
    asks(bot, discord.user('ada'), 'are you there?');
    await discord.waitFor(async () => (await ready(bot)).code === 503);
    expect((await ready(bot)).reason).toContain('DISCORD_TOKEN is not accepted');
    const line = bot.parley.log.find((one) => one.includes('DISCORD_TOKEN is not accepted'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 50, code: '401' });
    discord.settings.refusesToken = false;
    await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > 0);
    await says(bot, 'Back again.');
    await discord.waitFor(async () => (await ready(bot)).code === 200);
  });
});

it('a token that is refused while the gateway is connected again does not end Parley', async () => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  const ready = async () => (await fetch(`${bot.parley.app.url}/readyz`)).status;
  discord.settings.refusesToken = true;
  discord.gateway.dropConnections({ resumable: false });
  asks(bot, discord.user('ada'), 'hello?');
  await settle(6_000);
  discord.settings.refusesToken = false;
  await discord.waitFor(async () => (await ready()) === 200);
  model.respond(answers('Here.'));
  asks(bot, discord.user('ada'), 'and now?');
  await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > 0);
});

describe.concurrent('a message that is older than an hour', () => {
  it('and is edited too often already gets its new answer in a new message, and holds nobody else up', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    discord.settings.oldEdits = { limit: 0, window: 3_600_000 };
    model.respond(answers('Old.'), answers('New.'), answers('For Ben.'));
    asks(bot, discord.user('ada'), 'hi');
    const old = await says(bot, 'Old.');
    await settle();
    const stored = discord.world.messages.get(old.id);
    if (stored) stored.at = new Date(Date.now() - 2 * 3_600_000);
    discord.settings.refuses = ({ kind, path }) =>
      kind === 'edit' && path.includes(old.id)
        ? { status: 429, code: 30046, message: 'Maximum number of edits', retryAfter: 1_800 }
        : undefined;
    await discord.user('ada').clicks(old.id, 'Regenerate');
    await says(bot, 'New.');
    await discord.waitFor(() => discord.botMessages(channel).every(({ id }) => id !== old.id));
    asks(bot, discord.user('ben'), 'and me?');
    await says(bot, 'For Ben.');
  });

  it('waits by itself where that is short', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.settings.oldEdits = { limit: 1, window: 2_000 };
    model.respond(answers('Old.'), answers('New.'));
    asks(bot, discord.user('ada'), 'hi');
    const old = await says(bot, 'Old.');
    await settle();
    const stored = discord.world.messages.get(old.id);
    if (stored) stored.at = new Date(Date.now() - 2 * 3_600_000);
    await discord.user('ada').clicks(old.id, 'Regenerate');
    expect((await says(bot, 'New.')).id).toBe(old.id);
  });
});

describe.concurrent('where Parley may not write', () => {
  it.each<[string, bigint, string]>([
    ['write', Permission.SendMessages, 'Send Messages'],
    ['see', Permission.ViewChannel, 'View Channel'],
  ])('since it may not %s, who asked is told in a direct message, once', async (_, denied, name) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    discord.deny(channel, denied);
    model.respond(answers('You never read this.'));
    asks(bot, discord.user('ada'), 'hi');
    await discord.waitFor(() => toldTo(bot, 'ada').length > 0);
    asks(bot, discord.user('ada'), 'hi again');
    await model.received(2);
    await settle(5_000);
    expect(toldTo(bot, 'ada')).toEqual([expect.stringContaining(`“${name}”`)]);
    expect(discord.botMessages(channel)).toEqual([]);
    const lasting = await readinessOf(bot.parley.app.url);
    expect(lasting).toMatchObject({ status: 'ready', troubles: [{ answers: 2 }] });
    const lines = bot.parley.log
      .map((one) => JSON.parse(one))
      .filter(({ msg }) => /refuses answers/.test(msg));
    expect(lines).toMatchObject([
      { level: 40, answers: 1, code: denied === Permission.ViewChannel ? '50001' : '50013' },
    ]);
  });

  it('any more, in the middle of an answer, what stands there says so and has no button to stop it', async () => {
    await using bot = await quickBot();
    const { discord } = bot;
    const channel = discord.channel('general');
    await begun(bot, channel, 3_000, 15_000);
    discord.deny(channel, Permission.SendMessages);
    await discord.waitFor(() => toldTo(bot, 'ada').length > 0);
    await ended(bot, channel);
    const last = discord.botMessages(channel).at(-1);
    expect(labels(last as MessageView)).toEqual(['Regenerate', 'Continue', 'Delete']);
    expect(discord.botMessages(channel).filter((one) => labels(one).includes('Stop'))).toEqual([]);
  });

  it('nor in a direct message, the log says so', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.user('ada', { takesDms: false });
    discord.deny(discord.channel('general'), Permission.SendMessages);
    model.respond(answers('Never read.'));
    asks(bot, discord.user('ada'), 'hi');
    await discord.waitFor(() => bot.parley.log.some((line) => line.includes('asker not told')));
    expect(bot.parley.log.find((line) => line.includes('asker not told'))).toContain('"code":"50007"');
  });
});

it.each<[string, Refusal]>([
  ['since it is late', { status: 404, code: 10062 }],
  ['for a moment', { status: 403 }],
])('a button whose press Discord takes no answer to, %s, does its work', async (_, refusal) => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  model.respond(answers('First.'));
  asks(bot, discord.user('ada'), 'hi');
  const first = await says(bot, 'First.');
  await settle();
  discord.faults.next('callback', refusal, 1);
  void discord.user('ada').clicks(first.id, 'Delete');
  await discord.waitFor(() => discord.message(first.id).deleted);
});

it('a button is answered though a page of Cloudflare comes first', async () => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  model.respond(answers('First.'), answers('Second.'));
  asks(bot, discord.user('ada'), 'hi');
  const first = await says(bot, 'First.');
  await settle();
  discord.faults.next('callback', { status: 403, html: true }, 2);
  const press = await discord.user('ada').clicks(first.id, 'Regenerate');
  expect(press.callback).toBeDefined();
  await says(bot, 'Second.');
});

it('a model key that is refused stands in what lasts, with its host, until it is taken', async () => {
  await using bot = await quickBot({ OPENAI_API_KEY: 'sk-wrong' });
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const refused = fails(401, { code: 'invalid_api_key', type: 'invalid_request_error' });
  model.respond(refused, refused, answers('Now it works.'));
  const lasting = () => readinessOf(bot.parley.app.url);
  for (const count of [1, 2]) {
    asks(bot, discord.user('ada'), 'hi');
    await discord.waitFor(() => discord.botMessages(channel).length === count);
  }
  await settle();
  expect(await lasting()).toMatchObject({
    status: 'ready',
    troubles: [{ what: `${new URL(model.url).host} refuses Parley's own model key`, answers: 2 }],
  });
  asks(bot, discord.user('ada'), 'hi');
  await says(bot, 'Now it works.');
  await settle();
  expect(await lasting()).toEqual({ code: 200, status: 'ready' });
});

it('in slow mode the further messages of an answer come when they may', async () => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  const channel = discord.channel('general');
  const stored = discord.world.channels.get(channel);
  if (stored) stored.rateLimitPerUser = 2;
  const markdown = wordsOf('w').some(800);
  model.respond(answers(markdown));
  asks(bot, discord.user('ada'), 'hi');
  await expectWhole(bot, channel, markdown);
});
