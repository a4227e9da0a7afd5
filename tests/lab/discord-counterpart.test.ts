/** The counterpart of Discord is itself held to Discord's rules, with discord.js as its client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import {
  type APIMessage,
  ChannelType,
  GatewayIntentBits,
  MessageFlags,
  PermissionFlagsBits,
  REST,
  Routes,
} from 'discord.js';
import { describe, expect, test } from 'vitest';
import { type Discord, type DiscordOptions, startDiscord } from '../../lab/counterparts/discord/start.ts';
import { seededRandom } from '../../lab/counterparts/faults.ts';

const WITHOUT_CONTENT =
  GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;
const INTENTS = WITHOUT_CONTENT | GatewayIntentBits.MessageContent;

/** The twin costs time and is looked at in one test. */
const start = (options: DiscordOptions = {}) => startDiscord({ twin: false, ...options });

const restOf = (discord: Discord, token = discord.token) =>
  new REST({ api: discord.url, timeout: 2000, retries: 0 }).setToken(token);

interface Event {
  id: string;
  token: string;
  content: string;
  [field: string]: unknown;
}

async function connect(discord: Discord, { intents = INTENTS, token = discord.token } = {}) {
  const rest = restOf(discord);
  const events: { t: string; d: Event }[] = [];
  const closes: number[] = [];
  const manager = new WebSocketManager({ token, intents, rest });
  manager.on(WebSocketShardEvents.Error, () => {});
  manager.on(WebSocketShardEvents.Closed, ({ code }) => closes.push(code));
  manager.on(WebSocketShardEvents.Dispatch, ({ data }) => {
    events.push({ t: data.t, d: { ...data.d } as unknown as Event });
  });
  const of = (name: string) => events.filter(({ t }) => t === name).map(({ d }) => d);
  await manager.connect();
  await discord.waitFor(() => of('GUILD_CREATE').length > 0);
  return { rest, manager, closes, of, [Symbol.asyncDispose]: async () => manager.destroy() };
}

type Bot = Awaited<ReturnType<typeof connect>>;

/** Waits for the next interaction and answers it. */
async function answers(discord: Discord, bot: Bot, type: number, data: object = {}, which = 0) {
  const { id, token } = await discord.waitFor(() => bot.of('INTERACTION_CREATE')[which]);
  await bot.rest.post(Routes.interactionCallback(id, token), { body: { type, data }, auth: false });
  return { id, token };
}

const say = (rest: REST, channel: string, body: object) =>
  rest.post(Routes.channelMessages(channel), { body }) as Promise<APIMessage>;

test('a mention reaches the bot, with whom it mentions; its answer can be edited and deleted', async () => {
  await using discord = await start();
  await using bot = await connect(discord);
  const general = discord.channel('general');
  const question = discord.user('ada', { nick: 'Countess' }).says(general, `<@${discord.botId}> hello`);
  const event = await discord.waitFor(() => bot.of('MESSAGE_CREATE')[0]);
  expect(event).toMatchObject({
    id: question,
    guild_id: discord.guildId,
    type: 0,
    content: `<@${discord.botId}> hello`,
    author: { username: 'ada', global_name: 'Ada' },
    member: { nick: 'Countess' },
    mentions: [{ id: discord.botId, bot: true }],
  });
  const answer = await say(bot.rest, general, {
    content: 'Hi',
    message_reference: { message_id: question },
    allowed_mentions: { parse: [] },
  });
  expect(answer.referenced_message?.id).toBe(question);
  await bot.rest.patch(Routes.channelMessage(general, answer.id), { body: { content: 'Hi, Ada' } });
  expect(discord.botMessages(general)).toMatchObject([
    { content: 'Hi, Ada', referenceId: question, history: [{ content: 'Hi' }, { content: 'Hi, Ada' }] },
  ]);
  await bot.rest.delete(Routes.channelMessage(general, answer.id));
  expect(discord.botMessages(general)).toEqual([]);
  const late = bot.rest.patch(Routes.channelMessage(general, answer.id), { body: { content: 'x' } });
  await expect(late).rejects.toMatchObject({ status: 404, code: 10008 });
  const others = bot.rest.patch(Routes.channelMessage(general, question), { body: { content: 'x' } });
  await expect(others).rejects.toMatchObject({ status: 403, code: 50005 });
});

describe('who is not let in', () => {
  test('a wrong token, on both sides', async () => {
    await using discord = await start();
    const response = await fetch(`${discord.url}/v10/users/@me`, { headers: { authorization: 'Bot x' } });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ message: '401: Unauthorized', code: 0 });
    expect(discord.requests.at(-1)).toMatchObject({ path: '/users/@me', authorized: false, status: 401 });
    await expect(connect(discord, { token: 'x' })).rejects.toThrow(/Authentication|auth/i);
  });

  test('an intent that is switched off', async () => {
    await using discord = await start({ messageContentAllowed: false });
    await expect(connect(discord)).rejects.toThrow(/disallowed/i);
    await using bot = await connect(discord, { intents: WITHOUT_CONTENT });
    const general = discord.channel('general');
    const ada = discord.user('ada');
    const first = ada.says(general, 'among ourselves', { attachments: [{ name: 'a.txt', data: 'a' }] });
    ada.says(general, `<@${discord.botId}> for you`, { replyTo: first });
    ada.dm('in private');
    const seen = await discord.waitFor(
      () => bot.of('MESSAGE_CREATE').length === 3 && bot.of('MESSAGE_CREATE'),
    );
    expect(seen.map(({ content }) => content)).toEqual(['', `<@${discord.botId}> for you`, 'in private']);
    expect(seen[0]).toMatchObject({ attachments: [] });
    expect(seen[1]).toMatchObject({ referenced_message: { id: first, content: '' } });
    expect(await bot.rest.get(Routes.channelMessage(general, first))).toMatchObject({ content: '' });
  });
});

describe('what is refused', () => {
  test.each([
    ['a text that is too long', { content: 'x'.repeat(2001) }, 50035],
    ['nothing but spaces', { content: '  \n' }, 50006],
    ['nothing', {}, 50006],
    ['a long nonce', { content: 'x', nonce: 'n'.repeat(26) }, 50035],
    ['two buttons of one id', { content: 'x', components: [row(button('a'), button('a'))] }, 50035],
    ['a long id', { content: 'x', components: [row(button('a'.repeat(101)))] }, 50035],
    ['six rows', { content: 'x', components: [1, 2, 3, 4, 5, 6].map((id) => row(button(`${id}`))) }, 50035],
    [
      'text beside new components',
      { content: 'x', flags: 1 << 15, components: [{ type: 10, content: 'y' }] },
      50035,
    ],
    ['too many words', { flags: 1 << 15, components: [{ type: 10, content: 'y'.repeat(4001) }] }, 50035],
    ['a reply to what is gone', { content: 'x', message_reference: { message_id: '1' } }, 50035],
    [
      'rules that exclude each other',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
      50035,
    ],
  ])('%s', async (_, body, code) => {
    await using discord = await start();
    await expect(say(restOf(discord), discord.channel('general'), body)).rejects.toMatchObject({
      status: 400,
      code,
    });
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
  });

  test('not: 1,000 characters of two units each, and a reply that may fail', async () => {
    await using discord = await start();
    const body = {
      content: '😀'.repeat(1000),
      message_reference: { message_id: '1', fail_if_not_exists: false },
    };
    expect(await say(restOf(discord), discord.channel('general'), body)).toMatchObject({ type: 0 });
  });

  test('a channel where it may not write, and a server that it was removed from', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const general = discord.channel('general');
    discord.deny(general, PermissionFlagsBits.SendMessages);
    await expect(say(bot.rest, general, { content: 'x' })).rejects.toMatchObject({
      status: 403,
      code: 50013,
    });
    discord.removeGuild(discord.guildId);
    await expect(say(bot.rest, general, { content: 'x' })).rejects.toMatchObject({
      status: 403,
      code: 50001,
    });
    expect(await discord.waitFor(() => bot.of('GUILD_DELETE')[0])).toEqual({ id: discord.guildId });
    discord.outage(discord.guildId, true);
    discord.outage(discord.guildId, false);
    await discord.waitFor(() => bot.of('GUILD_CREATE').length === 2);
    expect(bot.of('GUILD_DELETE')[1]).toMatchObject({ unavailable: true });
  });
});

describe('limits', () => {
  test('five messages in a window, counted by channel, told in the headers', async () => {
    await using discord = await start({ limits: { create: { limit: 5, window: 400 } } });
    const post = (channel: string) =>
      fetch(`${discord.url}/v10/channels/${channel}/messages`, {
        method: 'POST',
        headers: { authorization: `Bot ${discord.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ content: 'x' }),
      });
    const general = discord.channel('general');
    for (const remaining of ['4', '3', '2', '1', '0']) {
      const { status, headers } = await post(general);
      expect([status, headers.get('x-ratelimit-limit'), headers.get('x-ratelimit-remaining')]).toEqual([
        200,
        '5',
        remaining,
      ]);
      expect(Number(headers.get('x-ratelimit-reset-after'))).toBeLessThanOrEqual(0.4);
      expect(headers.get('x-ratelimit-bucket')).toMatch(/\w{32}/);
    }
    expect((await post(discord.channel('random'))).status).toBe(200);
    const refused = await post(general);
    expect(refused.status).toBe(429);
    expect([refused.headers.get('retry-after'), refused.headers.get('x-ratelimit-scope')]).toEqual([
      '1',
      'user',
    ]);
    expect(await refused.json()).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect(discord.stats.rateLimited).toBe(1);
    expect(discord.botMessages(general)).toHaveLength(5);
  });

  test('discord.js keeps to them by itself', async () => {
    await using discord = await start({ limits: { create: { limit: 3, window: 200 } } });
    const rest = restOf(discord);
    const general = discord.channel('general');
    await Promise.all([1, 2, 3, 4, 5, 6, 7].map((one) => say(rest, general, { content: `${one}` })));
    expect(discord.botMessages(general).map(({ content }) => content)).toEqual([
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
    ]);
    expect(discord.stats.rateLimited).toBe(0);
  });
});

test('the same nonce is the same message', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const first = await say(rest, general, { content: 'once', nonce: 'n1', enforce_nonce: true });
  const second = await say(rest, general, { content: 'once', nonce: 'n1', enforce_nonce: true });
  expect(second.id).toBe(first.id);
  expect(discord.botMessages(general)).toHaveLength(1);
});

test('whom a message would ping is known', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const ada = discord.user('ada');
  const question = ada.says(general, 'hello');
  const reply = { content: '@everyone', message_reference: { message_id: question } };
  await say(rest, general, { ...reply, allowed_mentions: { parse: [], replied_user: false } });
  await say(rest, general, { content: `\`${ada.mention}\`` });
  expect(discord.pings).toEqual([]);
  const { id } = await say(rest, general, reply);
  expect(discord.pings).toMatchObject([{ messageId: id, users: [ada.id], everyone: true, by: 'create' }]);
  await rest.patch(Routes.channelMessage(general, id), { body: { content: ada.mention } });
  expect(discord.pings[1]).toMatchObject({ users: [ada.id], everyone: false, by: 'edit' });
});

test('files are kept, served, and replaced by an edit', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const file = (name: string, text: string) => ({ name, data: Buffer.from(text) });
  const { id, attachments } = (await rest.post(Routes.channelMessages(general), {
    body: { content: '', attachments: [{ id: 0, filename: 'answer.md' }] },
    files: [file('answer.md', '# One')],
  })) as APIMessage;
  expect(attachments).toMatchObject([{ filename: 'answer.md', size: 5 }]);
  expect(await (await fetch(attachments[0]?.url ?? '')).text()).toBe('# One');
  await rest.patch(Routes.channelMessage(general, id), {
    body: { attachments: [{ id: 0 }] },
    files: [file('other.md', '# Two')],
  });
  expect(discord.message(id).attachments).toMatchObject([{ name: 'other.md', text: '# Two' }]);
  const emptied = rest.patch(Routes.channelMessage(general, id), { body: { attachments: [] } });
  await expect(emptied).rejects.toMatchObject({ code: 50006 });
});

describe('the gateway', () => {
  test('a session is resumed, with what was said meanwhile', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const { gateway, stats } = discord;
    gateway.dropConnections({ resumable: true });
    const ids = ['1', '2'].map((text) => discord.user('ada').says(discord.channel('general'), text));
    await discord.waitFor(() => bot.of('RESUMED').length === 1);
    expect(bot.of('MESSAGE_CREATE').map(({ id }) => id)).toEqual(ids);
    gateway.requestReconnect();
    await discord.waitFor(() => bot.of('RESUMED').length === 2);
    expect(stats).toMatchObject({ identifies: 1, resumes: 2, invalidSessions: 0 });
  });

  test('a session that is gone is not', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    discord.gateway.dropConnections({ resumable: false });
    discord.user('ada').says(discord.channel('general'), 'lost');
    // That discord.js then identifies again takes it five seconds.
    await discord.waitFor(() => discord.stats.invalidSessions === 1);
    expect(discord.stats).toMatchObject({ identifies: 1, resumes: 0 });
    expect(bot.of('MESSAGE_CREATE')).toEqual([]);
  });

  test('events come twice on demand', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    discord.gateway.duplicateNext(1);
    const [first, second] = ['1', '2'].map((text) =>
      discord.user('ada').says(discord.channel('general'), text),
    );
    await discord.waitFor(() => bot.of('MESSAGE_CREATE').length === 3);
    expect(bot.of('MESSAGE_CREATE').map(({ id }) => id)).toEqual([first, first, second]);
  });
});

describe('interactions', () => {
  test('a command opens a modal; what is filled in comes back, and is answered in private', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const role = discord.addRole('staff');
    const ada = discord.user('ada', { permissions: 'admin' });
    const running = ada.runs('key set');
    const text = { type: 4, custom_id: 'key', style: 1, max_length: 200 };
    const components = [
      { type: 18, label: 'API key', component: text },
      {
        type: 18,
        label: 'Where',
        component: { type: 3, custom_id: 'where', options: [{ label: 'A', value: 'a' }] },
      },
      { type: 18, label: 'Who', component: { type: 6, custom_id: 'who', min_values: 0, required: false } },
    ];
    await answers(discord, bot, 9, { title: 'Key', custom_id: 'key:set', components });
    const opened = await running;
    expect(opened.modal?.custom_id).toBe('key:set');
    expect(opened.payload).toMatchObject({
      application_id: discord.applicationId,
      guild_id: discord.guildId,
      member: { user: { id: ada.id }, permissions: expect.stringMatching(/^\d+$/) },
      data: { name: 'key', options: [{ name: 'set', type: 1, options: [] }] },
      authorizing_integration_owners: { 0: discord.guildId },
      context: 0,
    });
    const submitting = ada.submits(opened, { key: 'sk-1', where: ['a'], who: [role] });
    const { id, token } = await answers(discord, bot, 5, { flags: MessageFlags.Ephemeral }, 1);
    expect(bot.of('INTERACTION_CREATE')[1]).toMatchObject({
      type: 5,
      data: {
        custom_id: 'key:set',
        components: [
          { type: 18, component: { type: 4, custom_id: 'key', value: 'sk-1' } },
          { type: 18, component: { type: 3, values: ['a'] } },
          { type: 18, component: { type: 6, values: [role] } },
        ],
        resolved: { roles: { [role]: { name: 'staff' } } },
      },
    });
    const submitted = await submitting;
    await bot.rest.patch(Routes.webhookMessage(discord.applicationId, token), {
      body: { content: 'Kept' },
      auth: false,
    });
    const seen = await submitted.message();
    expect(seen).toMatchObject({ content: 'Kept', ephemeral: true });
    expect(discord.messages(discord.channel('general'))).toEqual([]);
    const byChannel = bot.rest.get(Routes.channelMessage(seen.channelId, seen.id));
    await expect(byChannel).rejects.toMatchObject({ code: 10008 });
    const again = bot.rest.post(Routes.interactionCallback(id, token), { body: { type: 5 }, auth: false });
    await expect(again).rejects.toMatchObject({ status: 400, code: 40060 });
    discord.settings.tokenLifetime = 0;
    const expired = bot.rest.get(Routes.webhookMessage(discord.applicationId, token), { auth: false });
    await expect(expired).rejects.toMatchObject({ status: 401, code: 50027 });
  });

  test('too late, or with what does not fit', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const ada = discord.user('ada');
    const running = ada.runs('ask', { prompt: 'x' });
    await expect(answers(discord, bot, 7)).rejects.toMatchObject({ code: 50035 });
    await expect(answers(discord, bot, 4, { content: '' })).rejects.toMatchObject({ code: 50006 });
    await expect(answers(discord, bot, 9, { title: 'T', custom_id: 'c' })).rejects.toMatchObject({
      code: 50035,
    });
    discord.settings.callbackWindow = 0;
    await expect(answers(discord, bot, 5)).rejects.toMatchObject({ status: 404, code: 10062 });
    discord.settings.callbackWindow = 3000;
    await answers(discord, bot, 4, { content: 'just in time' });
    expect(await (await running).message()).toMatchObject({ content: 'just in time', type: 20 });
  });

  test('registered commands are what can be run and completed; buttons and selects act on their message', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const general = discord.channel('general');
    const ada = discord.user('ada');
    const name = { type: 3, name: 'name', description: 'Which', autocomplete: true, required: true };
    const body = [
      { name: 'model', description: 'Choose', options: [name] },
      { type: 3, name: 'Ask Parley' },
    ];
    await bot.rest.put(Routes.applicationCommands(discord.applicationId), { body });
    expect(discord.stats.commandPuts).toBe(1);
    expect(discord.commands).toEqual(body);
    await expect(ada.runs('ask')).rejects.toThrow('no command ask');
    await expect(ada.runs('model')).rejects.toThrow('needs name');
    const typing = ada.types('model', 'name', 'gp');
    await answers(discord, bot, 8, { choices: [{ name: 'GPT', value: 'gpt' }] });
    expect(await typing).toEqual([{ name: 'GPT', value: 'gpt' }]);

    const target = discord.user('ben').says(general, 'look');
    const asking = ada.context('Ask Parley', target);
    const components = [
      row(button('go', 'Go')),
      row({ type: 3, custom_id: 'pick', options: [{ label: 'A', value: 'a' }] }),
    ];
    await answers(discord, bot, 4, { content: 'first', components }, 1);
    expect(bot.of('INTERACTION_CREATE')[1]).toMatchObject({
      data: { type: 3, target_id: target, resolved: { messages: { [target]: { content: 'look' } } } },
    });
    const shown = await (await asking).message();
    const clicking = ada.clicks(shown, 'Go');
    await answers(discord, bot, 7, { content: 'second' }, 2);
    expect((await clicking).callback?.type).toBe(7);
    const choosing = ada.chooses(shown, 'pick', ['a']);
    const { token } = await answers(discord, bot, 6, {}, 3);
    await choosing;
    expect(bot.of('INTERACTION_CREATE')[3]).toMatchObject({
      data: { values: ['a'] },
      message: { content: 'second' },
    });
    await bot.rest.post(Routes.webhook(discord.applicationId, token), {
      body: { content: 'third' },
      auth: false,
    });
    expect(discord.botMessages(general).map(({ content }) => content)).toEqual(['second', 'third']);
  });
});

test('threads have the id of their message; posts that of their first', async () => {
  await using discord = await start({
    guilds: [{ name: 'G', channels: ['general', { name: 'forum', type: ChannelType.GuildForum }] }],
  });
  await using bot = await connect(discord);
  const ada = discord.user('ada');
  const question = ada.says(discord.channel('general'), 'long story');
  const path = Routes.threads(discord.channel('general'), question);
  await expect(bot.rest.post(path, { body: { name: 'n'.repeat(101) } })).rejects.toMatchObject({
    code: 50035,
  });
  expect(await bot.rest.post(path, { body: { name: 'story' } })).toMatchObject({ id: question, type: 11 });
  await expect(bot.rest.post(path, { body: { name: 'story' } })).rejects.toMatchObject({ code: 160004 });
  expect(await discord.waitFor(() => bot.of('THREAD_CREATE')[0])).toMatchObject({
    id: question,
    newly_created: true,
  });
  const { id } = await say(bot.rest, question, { content: 'once upon a time' });
  discord.setThread(question, { archived: true });
  const edit = () => bot.rest.patch(Routes.channelMessage(question, id), { body: { content: 'x' } });
  await expect(edit()).rejects.toMatchObject({ code: 50083 });
  discord.setThread(question, { locked: true });
  await expect(say(bot.rest, question, { content: 'x' })).rejects.toMatchObject({ code: 160005 });
  const post = ada.posts(discord.channel('forum'), 'Title', 'text');
  expect(await bot.rest.get(Routes.channelMessage(post, post))).toMatchObject({ content: 'text' });
  expect(await bot.rest.get(Routes.channel(post))).toMatchObject({
    parent_id: discord.channel('forum'),
    name: 'Title',
  });
  await expect(say(bot.rest, discord.channel('forum'), { content: 'x' })).rejects.toMatchObject({
    code: 50008,
  });
});

test('direct messages, also to someone who takes none', async () => {
  await using discord = await start();
  await using bot = await connect(discord);
  const ada = discord.user('ada');
  const id = ada.dm('psst');
  const event = await discord.waitFor(() => bot.of('MESSAGE_CREATE')[0]);
  expect(event).toMatchObject({ id, channel_id: ada.dmChannel });
  expect(event).not.toHaveProperty('guild_id');
  const opened = await bot.rest.post(Routes.userChannels(), { body: { recipient_id: ada.id } });
  expect(opened).toMatchObject({ id: ada.dmChannel, type: 1, recipients: [{ id: ada.id }] });
  discord.user('ada', { takesDms: false });
  await expect(say(bot.rest, ada.dmChannel, { content: 'x' })).rejects.toMatchObject({
    status: 403,
    code: 50007,
  });
});

test('what a user gives to a command can be fetched; what becomes of messages and channels is told', async () => {
  await using discord = await start();
  await using bot = await connect(discord);
  const ada = discord.user('ada');
  discord.settings.callbackWindow = 200;
  const running = ada.runs('ask', { prompt: 'x', file: { name: 'a.txt', data: 'abc' } });
  const { data } = await discord.waitFor(() => bot.of('INTERACTION_CREATE')[0]);
  const { resolved } = data as { resolved: { attachments: Record<string, { url: string; size: number }> } };
  const [file] = Object.values(resolved.attachments);
  expect(file?.size).toBe(3);
  expect(await (await fetch(file?.url ?? '')).text()).toBe('abc');
  expect((await running).callback).toBeUndefined();

  const general = discord.channel('general');
  const ids = ['1', '2'].map((text) => ada.says(general, text));
  discord.unfurl(ids[0] ?? '');
  expect(await discord.waitFor(() => bot.of('MESSAGE_UPDATE')[0])).toMatchObject({
    id: ids[0],
    edited_timestamp: null,
  });
  discord.purge(general, ids);
  discord.removeChannel(general);
  expect(await discord.waitFor(() => bot.of('CHANNEL_DELETE')[0])).toMatchObject({ id: general });
  expect(bot.of('MESSAGE_DELETE_BULK')[0]).toMatchObject({ ids, channel_id: general });
});

test('failures on demand: before the work, after it, and never an answer', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const { faults } = discord;
  faults.next('create', 'status500');
  await expect(say(rest, general, { content: '1' })).rejects.toMatchObject({ status: 500 });
  faults.next('create', 'reset');
  await expect(say(rest, general, { content: '2' })).rejects.toThrow();
  faults.next('create', 'resetAfter');
  await expect(say(rest, general, { content: '3' })).rejects.toThrow();
  faults.next('create', 'status429');
  await say(rest, general, { content: '4' });
  expect(discord.stats).toMatchObject({ rateLimited: 0, injected429: 1 });
  faults.next('typing', 'hang');
  const hanging = rest.post(Routes.channelTyping(general), { signal: AbortSignal.timeout(50) });
  await expect(hanging).rejects.toThrow();
  expect(discord.botMessages(general).map(({ content }) => content)).toEqual(['3', '4']);
});

test('a share of failures is the same for the same seed; a round trip takes its time', async () => {
  const failing = async (seed: number) => {
    await using discord = await start();
    discord.faults.rate('other', 'status500', 0.5, seededRandom(seed));
    const rest = restOf(discord);
    const asked = Array.from({ length: 20 }, () =>
      rest.get(Routes.user()).then(
        () => '.',
        () => 'x',
      ),
    );
    return (await Promise.all(asked)).join('');
  };
  const first = await failing(1);
  expect(first).toMatch(/x/);
  expect(first).toMatch(/\./);
  expect(await failing(1)).toBe(first);
  await using discord = await start();
  discord.settings.delay = 60;
  const before = performance.now();
  await restOf(discord).get(Routes.user());
  expect(performance.now() - before).toBeGreaterThan(55);
});

test('another implementation takes the same requests and comes to the same messages', async () => {
  await using discord = await start({ twin: true });
  await using bot = await connect(discord);
  const general = discord.channel('general');
  const ada = discord.user('ada');
  await bot.rest.put(Routes.applicationCommands(discord.applicationId), {
    body: [{ name: 'ask', description: 'Ask' }],
  });
  const question = ada.says(general, 'hello');
  const { id } = await say(bot.rest, general, {
    content: 'one',
    message_reference: { message_id: question },
  });
  await bot.rest.patch(Routes.channelMessage(general, id), { body: { content: 'two' } });
  await bot.rest.post(Routes.channelTyping(general));
  await bot.rest.post(Routes.threads(general, question), { body: { name: 'thread' } });
  await say(bot.rest, question, { content: 'in the thread' });
  await say(bot.rest, ada.dm('x') && ada.dmChannel, { content: 'in private' });
  const gone = await say(bot.rest, general, { content: 'gone' });
  await bot.rest.delete(Routes.channelMessage(general, gone.id));
  const running = ada.runs('ask');
  const { token } = await answers(discord, bot, 5);
  await bot.rest.patch(Routes.webhookMessage(discord.applicationId, token), {
    body: { content: 'three' },
    auth: false,
  });
  await bot.rest.patch(Routes.webhookMessage(discord.applicationId, token), {
    body: { content: 'four' },
    auth: false,
  });
  await bot.rest.post(Routes.webhook(discord.applicationId, token), {
    body: { content: 'five' },
    auth: false,
  });
  await running;
  expect(await discord.twin?.differences()).toEqual([]);
  expect(discord.twin?.refusals).toEqual([]);
});

test('it stands by itself, and is told what to do from another process', async () => {
  const child = spawn('node', [`${import.meta.dirname}/../../lab/counterparts/discord/serve.ts`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(child.stdout), 'line');
    const { url, token, control, channels, users, guildId } = JSON.parse(line);
    const told = await fetch(control, {
      method: 'POST',
      body: JSON.stringify({ do: 'says', user: 'ada', content: 'hello' }),
    });
    const { id } = (await told.json()) as { id: string };
    const messages = await (await fetch(`${control}/messages?channel=${channels.general}`)).json();
    expect(messages).toMatchObject([{ id, content: 'hello', author: { id: users.ada } }]);
    expect(await new REST({ api: url }).setToken(token).get(Routes.guild(guildId))).toMatchObject({
      id: guildId,
    });
  } finally {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  }
});

function row(...components: object[]) {
  return { type: 1, components };
}

function button(customId: string, label = 'Press') {
  return { type: 2, style: 2, custom_id: customId, label };
}
