/** Starts the counterpart of Discord, and connects discord.js to it. */
import { WebSocketManager, WebSocketShardEvents } from '@discordjs/ws';
import { type APIMessage, GatewayIntentBits, REST, Routes } from 'discord.js';
import { type Discord, type DiscordOptions, startDiscord } from '../../../lab/counterparts/discord/start.ts';

export const WITHOUT_CONTENT =
  GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;

const INTENTS = WITHOUT_CONTENT | GatewayIntentBits.MessageContent;

/** Starts without the twin, which costs time and has a test of its own. */
export const start = (options: DiscordOptions = {}) => startDiscord({ twin: false, ...options });

export const restOf = (discord: Discord, token = discord.token) =>
  new REST({ api: discord.url, timeout: 2000, retries: 0 }).setToken(token);

interface Event {
  id: string;
  token: string;
  content: string;
  [field: string]: unknown;
}

export async function connect(discord: Discord, { intents = INTENTS, token = discord.token } = {}) {
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

export type Bot = Awaited<ReturnType<typeof connect>>;

/** Waits for the next interaction and answers it. */
export async function answers(discord: Discord, bot: Bot, type: number, data: object = {}, which = 0) {
  const { id, token } = await discord.waitFor(() => bot.of('INTERACTION_CREATE')[which]);
  await bot.rest.post(Routes.interactionCallback(id, token), { body: { type, data }, auth: false });
  return { id, token };
}

export const say = (rest: REST, channel: string, body: object) =>
  rest.post(Routes.channelMessages(channel), { body }) as Promise<APIMessage>;

export function row(...components: object[]) {
  return { type: 1, components };
}

export function button(customId: string, label = 'Press') {
  return { type: 2, style: 2, custom_id: customId, label };
}
