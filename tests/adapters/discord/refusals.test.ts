/** Calls that Discord refuses: a lesser form is tried, and nobody is left with half an answer and no word. */
import { PermissionFlagsBits as Permission } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../lab/counterparts/discord/faults.ts';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import {
  answers,
  done,
  fails,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { readinessOf } from '../../fixtures.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { faultsOf, wordsOf } from './long-markdown.ts';
import { asks, labels, says, sets, settle } from './said.ts';

const QUICK = { create: { limit: 20, window: 500 }, edit: { limit: 20, window: 500 } };
const quickBot = (env: Record<string, string> = {}) => startBot({ limits: QUICK, twin: false, env });
const PATIENCE = { timeout: 12_000 };

/** An answer of `words` words that takes about `ms` milliseconds. */
function slowly(words: number, ms: number) {
  const { some } = wordsOf('w');
  const steps = 20;
  const pieces = Array.from({ length: steps }, () => `${some(Math.ceil(words / steps))} `);
  const markdown = pieces.join('').trim();
  return {
    markdown,
    behaviour: streams(...pieces.flatMap((piece) => [text(piece), pause(ms / steps)]), finish(), done),
  };
}

const shown = ({ discord }: Bot, channel: string) =>
  discord
    .botMessages(channel)
    .map(({ content }) => content)
    .join('\n');
const isEnded = (message: MessageView | undefined) =>
  message !== undefined && labels(message).includes('Regenerate');
const ended = (bot: Bot, channel: string) =>
  bot.discord.waitFor(() => isEnded(bot.discord.botMessages(channel).at(-1)), {
    ...PATIENCE,
    what: `an end under ${shown(bot, channel)}`,
  });

/** Expects the whole answer with its final buttons, without a Stop button. */
async function expectWhole(bot: Bot, channel: string, markdown: string): Promise<void> {
  await bot.discord.waitFor(() => faultsOf(shown(bot, channel), markdown) === '', {
    ...PATIENCE,
    what: 'the whole answer',
  });
  await ended(bot, channel);
  await bot.discord.waitFor(
    () => !bot.discord.botMessages(channel).some((one) => labels(one).includes('Stop')),
    { what: 'no button to stop it' },
  );
  expect(shown(bot, channel)).not.toContain('rules');
}

async function begun(bot: Bot, channel: string, words = 300, ms = 1_500): Promise<string> {
  const { markdown, behaviour } = slowly(words, ms);
  bot.model.respond(behaviour);
  asks(bot, bot.discord.user('ada'), 'go on', channel);
  await bot.discord.waitFor(() => bot.discord.botMessages(channel).length > 0);
  return markdown;
}

const thread = ({ discord }: Bot) => discord.user('ada').startsThread(discord.channel('general'), 'A talk');

/** Parley's direct messages to a person. */
const toldTo = ({ discord }: Bot, name: string) =>
  discord.botMessages(discord.user(name).dmChannel).map(({ content }) => content);

describe.concurrent('a thread that is archived', () => {
  it('in the middle of an answer is opened again, and the answer goes on', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    const markdown = await begun(bot, channel);
    bot.discord.setThread(channel, { archived: true });
    await expectWhole(bot, channel, markdown);
  });

  it('and that Parley is no member of gets the answer in a new message', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    const markdown = await begun(bot, channel);
    bot.discord.setThread(channel, { archived: true });
    bot.discord.world.channels.get(channel)?.threadMembers.delete(bot.discord.botId);
    await expectWhole(bot, channel, markdown);
    expect(bot.discord.botMessages(channel)).toHaveLength(1);
  });

  it('and that a server does not let be opened again gets the answer in a new message', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    const markdown = await begun(bot, channel);
    bot.discord.settings.refuses = ({ method, path, kind }) =>
      method === 'PATCH' && kind === 'other' && path.startsWith('/channels/')
        ? { status: 405, html: true }
        : undefined;
    bot.discord.setThread(channel, { archived: true });
    await expectWhole(bot, channel, markdown);
    await bot.discord.waitFor(() => bot.discord.botMessages(channel).length === 1);
  });

  it('and locked ends the answer, and who asked is told', async () => {
    await using bot = await quickBot();
    const channel = thread(bot);
    await begun(bot, channel, 3_000, 15_000);
    bot.discord.setThread(channel, { archived: true, locked: true });
    await bot.discord.waitFor(() => toldTo(bot, 'ada').length > 0, PATIENCE);
    expect(toldTo(bot, 'ada')).toEqual([expect.stringContaining(`<#${channel}>: it is locked`)]);
    await expect(bot.model.requests[0]?.closed).resolves.toBe('gone');
  });

  it('as Discord says of one that is locked, ends the answer too, and is not opened again for ever', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = thread(bot);
    await begun(bot, channel, 3_000, 15_000);
    discord.settings.refuses = ({ kind, path }) =>
      (kind === 'create' || kind === 'edit') && path.includes(channel)
        ? { status: 403, code: 50083 }
        : undefined;
    await discord.waitFor(() => toldTo(bot, 'ada').length > 0, PATIENCE);
    expect(toldTo(bot, 'ada')).toEqual([expect.stringContaining(`<#${channel}>: it is locked`)]);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    const openings = discord.requests.filter(({ path }) => path === `/channels/${channel}`);
    expect(openings.length).toBeLessThan(15);
  });

  it.each([
    ['Regenerate', 'a member of', true],
    ['Delete', 'a member of', true],
    ['Continue', 'a member of', true],
    ['Regenerate', 'not a member of', false],
    ['Delete', 'not a member of', false],
    ['Continue', 'not a member of', false],
  ])('lets its buttons work: %s in one that Parley is %s', async (button, _, isMember) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = thread(bot);
    model.respond(streams(text('First.'), finish('length'), done), answers('Second.'));
    asks(bot, discord.user('ada'), 'hi', channel);
    await ended(bot, channel);
    await settle();
    discord.setThread(channel, { archived: true });
    if (!isMember) discord.world.channels.get(channel)?.threadMembers.delete(discord.botId);
    const message = discord.botMessages(channel).at(-1);
    void discord.user('ada').clicks(message?.id ?? '', button);
    if (button === 'Delete') await discord.waitFor(() => discord.botMessages(channel).length === 0);
    else await says(bot, 'Second.', channel);
  });
});

describe.concurrent('a file that is refused', () => {
  const long = wordsOf('w').some(1_500);

  it.each<[string, (bot: Bot, channel: string) => void]>([
    ['for want of a permission', ({ discord }, channel) => discord.deny(channel, Permission.AttachFiles)],
    ['for its size, by a page of Cloudflare', refusing({ status: 413, html: true })],
    ['for its size, by Discord', refusing({ status: 413, code: 40005 })],
    ['for its size, by the code of an upload', refusing({ status: 400, code: 50045 })],
    ['for a reason that nobody foresaw', refusing({ status: 400, code: 50146 })],
  ])('%s comes as messages', async (_, prepare) => {
    await using bot = await quickBot();
    const channel = bot.discord.channel('general');
    await sets(bot.discord.user('root', { permissions: 'admin' }), 'mostParts', '1');
    prepare(bot, channel);
    bot.model.respond(answers(long));
    asks(bot, bot.discord.user('ada'), 'long', channel);
    await expectWhole(bot, channel, long);
    expect(bot.discord.botMessages(channel).some(({ attachments }) => attachments.length > 0)).toBe(false);
    expect(bot.discord.botMessages(channel).length).toBeGreaterThan(2);
  });

  function refusing(refusal: Refusal) {
    return ({ discord }: Bot) => {
      discord.settings.refuses = ({ files }) => (files.length > 0 ? refusal : undefined);
    };
  }
});

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
    await discord.waitFor(async () => (await ready(bot)).code === 503, PATIENCE);
    expect((await ready(bot)).reason).toContain('DISCORD_TOKEN is not accepted');
    const line = bot.parley.log.find((one) => one.includes('DISCORD_TOKEN is not accepted'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 50, code: '401' });
    discord.settings.refusesToken = false;
    await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > 0, {
      timeout: 15_000,
    });
    await says(bot, 'Back again.');
    await discord.waitFor(async () => (await ready(bot)).code === 200, PATIENCE);
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
  await discord.waitFor(async () => (await ready()) === 200, { timeout: 20_000 });
  model.respond(answers('Here.'));
  asks(bot, discord.user('ada'), 'and now?');
  await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > 0, PATIENCE);
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

describe.concurrent('a form that is refused', () => {
  const withComponents = (body: unknown) => JSON.stringify(body).includes('"custom_id"');

  it.each<[string, Refusal]>([
    ['by name', { status: 400, code: 50035, errors: { components: { 0: { _errors: [] } } } }],
    ['without a word why', { status: 400, code: 50999 }],
  ])('for its buttons, %s, comes without them', async (_, refusal) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    discord.settings.refuses = ({ body }) => (withComponents(body) ? refusal : undefined);
    model.respond(answers('Without buttons.'));
    asks(bot, discord.user('ada'), 'hi');
    const message = await discord.waitFor(() => discord.botMessages(channel)[0]);
    expect(message.content).toBe('Without buttons.');
    await settle(600);
    // Discord named the buttons, so the reference stays, and a second answer is not lost either.
    expect(discord.requests.filter(({ kind }) => kind === 'create' || kind === 'edit').length).toBeLessThan(
      8,
    );
  });

  it('once, in the middle, has the buttons of its end', async () => {
    await using bot = await quickBot();
    const { discord } = bot;
    const channel = discord.channel('general');
    discord.settings.refuses = ({ kind, body }) =>
      kind === 'create' && withComponents(body) ? { status: 400, code: 50999 } : undefined;
    const markdown = await begun(bot, channel);
    await expectWhole(bot, channel, markdown);
  });

  it('for its size though it has no file is tried again', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.faults.next('create', { status: 413, html: true }, 2);
    model.respond(answers('Small.'));
    asks(bot, discord.user('ada'), 'hi');
    await says(bot, 'Small.');
  });

  it.each<[string, (bot: Bot, channel: string) => void]>([
    [
      'history may not be read',
      ({ discord }, channel) => discord.deny(channel, Permission.ReadMessageHistory),
    ],
    [
      'nobody knows why',
      ({ discord }) => {
        discord.settings.refuses = ({ body }) =>
          JSON.stringify(body).includes('message_reference') ? { status: 400, code: 50998 } : undefined;
      },
    ],
  ])('for what it replies to, since %s, comes without it', async (_, prepare) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    prepare(bot, discord.channel('general'));
    model.respond(answers('No reply.'));
    asks(bot, discord.user('ada'), 'hi');
    const message = await says(bot, 'No reply.');
    expect(labels(message)).toEqual(['Regenerate', 'Delete']);
  });

  it('for its marks comes as plain text', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.settings.refuses = ({ body }) =>
      JSON.stringify(body).includes('**b') ? { status: 400, code: 50997 } : undefined;
    model.respond(answers('All **bold** here.'));
    asks(bot, discord.user('ada'), 'hi');
    await says(bot, 'All \\*\\*bold\\*\\* here.');
  });

  it('for a text in every form leaves a notice that names no rules, and the rest', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    discord.settings.refuses = ({ body }) =>
      JSON.stringify(body).includes('w900') ? { status: 400, code: 50996 } : undefined;
    model.respond(answers(wordsOf('w').some(1_200)));
    asks(bot, discord.user('ada'), 'hi');
    await ended(bot, channel);
    await settle(600);
    const texts = discord.botMessages(channel).map(({ content }) => content);
    expect(
      texts.filter((one) => one.startsWith("-# This part of the answer couldn't be shown")),
    ).toHaveLength(1);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.join('')).not.toContain('rules');
  });

  it.each([200000, 240000])('by a rule about content (%s) is told so', async (code) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.settings.refuses = ({ body }) =>
      JSON.stringify(body).includes('naughty') ? { status: 400, code } : undefined;
    model.respond(answers('A naughty word.'));
    asks(bot, discord.user('ada'), 'hi');
    await says(
      bot,
      '-# This answer cannot be shown here: the rules of this place do not let its text through.',
    );
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
    await discord.waitFor(() => toldTo(bot, 'ada').length > 0, PATIENCE);
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
    await discord.waitFor(() => toldTo(bot, 'ada').length > 0, PATIENCE);
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
    await discord.waitFor(() => bot.parley.log.some((line) => line.includes('asker not told')), PATIENCE);
    expect(bot.parley.log.find((line) => line.includes('asker not told'))).toContain('"code":"50007"');
  });
});

it('a button whose press Discord never takes in an archived thread does its work, and is not tried for ever', async () => {
  await using bot = await quickBot();
  const { discord, model } = bot;
  const channel = thread(bot);
  model.respond(answers('First.'));
  asks(bot, discord.user('ada'), 'hi', channel);
  const first = await says(bot, 'First.', channel);
  await settle();
  discord.settings.refuses = ({ kind }) => (kind === 'callback' ? { status: 400, code: 50083 } : undefined);
  void discord.user('ada').clicks(first.id, 'Delete');
  await discord.waitFor(() => discord.botMessages(channel).length === 0);
  expect(discord.requests.filter(({ kind }) => kind === 'callback')).toHaveLength(2);
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
