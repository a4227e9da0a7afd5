/** The counterpart of Discord is itself held to Discord's rules, with discord.js as its client. */
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { type APIMessage, GatewayDispatchEvents, GatewayIntentBits, REST, Routes } from 'discord.js';
import { expect, test } from 'vitest';
import { type Discord, startDiscord } from './counterparts/discord/start.ts';

const INTENTS =
  GatewayIntentBits.Guilds |
  GatewayIntentBits.GuildMessages |
  GatewayIntentBits.DirectMessages |
  GatewayIntentBits.MessageContent;

interface Dispatched {
  t: string;
  d: Record<string, unknown>;
}

async function connect(discord: Discord, { intents = INTENTS, token = discord.token } = {}) {
  const rest = new REST({ api: discord.url, timeout: 2000, retries: 0 }).setToken(discord.token);
  const events: Dispatched[] = [];
  const manager = new WebSocketManager({
    token,
    intents,
    rest,
  });
  const errors: Error[] = [];
  manager.on(WebSocketShardEvents.Error, ({ error }) => errors.push(error));
  manager.on(WebSocketShardEvents.Dispatch, ({ data }) => events.push({ t: data.t, d: { ...data.d } }));
  const of = (name: string) => events.filter(({ t }) => t === name).map(({ d }) => d);
  return { rest, manager, events, errors, of, [Symbol.asyncDispose]: async () => manager.destroy() };
}

test('a mention reaches the bot, with whom it mentions; its answer can be edited and deleted', async () => {
  await using discord = await startDiscord();
  await using bot = await connect(discord);
  await bot.manager.connect();
  await discord.waitFor(() => bot.of(GatewayDispatchEvents.GuildCreate).length === 1);
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
  const answer = (await bot.rest.post(Routes.channelMessages(general), {
    body: { content: 'Hi', message_reference: { message_id: question }, allowed_mentions: { parse: [] } },
  })) as APIMessage;
  expect(answer.referenced_message?.id).toBe(question);
  await bot.rest.patch(Routes.channelMessage(general, answer.id), { body: { content: 'Hi, Ada' } });
  expect(discord.botMessages(general)).toMatchObject([
    { content: 'Hi, Ada', referenceId: question, history: [{ content: 'Hi' }, { content: 'Hi, Ada' }] },
  ]);
  expect(discord.pings).toEqual([]);
  await bot.rest.delete(Routes.channelMessage(general, answer.id));
  expect(discord.botMessages(general)).toEqual([]);
  const late = bot.rest.patch(Routes.channelMessage(general, answer.id), { body: { content: 'x' } });
  await expect(late).rejects.toMatchObject({ status: 404, code: 10008 });
});
