/**
 * Starts our own Discord: REST (`rest.ts`), a gateway (`gateway.ts`), people (`actors.ts`) and a second opinion
 * (`twin.ts`).
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChannelType } from 'discord-api-types/v10';
import { createFaults } from '../faults.ts';
import { waitFor } from '../wait-for.ts';
import type { Context, Stats } from './context.ts';
import type { Discord, DiscordOptions, GuildOption, UserOption } from './discord.ts';
import { createGateway } from './gateway/gateway.ts';
import { createInteractions } from './interactions.ts';
import { type Actor, createActor } from './people/actors.ts';
import { view } from './people/view.ts';
import { announce, unfurl } from './posting.ts';
import { createBuckets } from './rest/buckets.ts';
import { createRest } from './rest/rest.ts';
import { setThread, startThread } from './routes/threads.ts';
import type { Settings } from './settings.ts';
import { startTwin } from './twin.ts';
import { channelPayload, guildEvent } from './world/payloads.ts';
import { snowflake } from './world/snowflake.ts';
import {
  ADMIN,
  BOT,
  createWorld,
  isThread,
  MEMBER,
  newChannel,
  newGuild,
  newMember,
  newRole,
  roleOfBot,
  type StoredGuild,
  type StoredUser,
} from './world/world.ts';

export type { ChannelOption, Discord, DiscordOptions, GuildOption, UserOption } from './discord.ts';

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const world = options.world ?? createWorld(options.botName ?? 'parley');
  const token = `${Buffer.from(world.bot.id).toString('base64url')}.counter.part-token`;
  const settings: Settings = {
    delay: 0,
    messageContentAllowed: options.messageContentAllowed ?? true,
    callbackWindow: 3000,
    tokenLifetime: 15 * 60_000,
    shards: options.shards ?? 1,
    leastShards: 1,
    maxConcurrency: options.maxConcurrency ?? 1,
    limitsIdentifies: false,
    fileDelay: 0,
    sendsReferenced: true,
    resumeUrl: undefined,
    refusesToken: false,
    oldEdits: { limit: 3, window: 20_000 },
  };
  const stats: Stats = {
    rateLimited: 0,
    injected429: 0,
    commandPuts: 0,
    invalidRequests: 0,
    hellos: 0,
    identifies: 0,
    resumes: 0,
    invalidSessions: 0,
    hurriedIdentifies: 0,
  };
  const server = createServer((request, response) => rest.handle(request, response));
  const url = () => `${world.origin.replace('http', 'ws')}/gateway`;
  const gateway = createGateway({ server, world, token, settings, stats, url });
  const buckets = createBuckets(options.limits);
  const context: Context = {
    world,
    token,
    gateway,
    buckets,
    settings,
    stats,
    faults: createFaults(0.2),
    interactions: createInteractions(),
    pings: [],
    requests: [],
    typing: [],
    commands: { body: undefined, stored: [] },
    twin: undefined,
  };
  const rest = createRest(context);
  const actors = new Map<string, Actor>();

  function makeGuild({ name, channels = ['general', 'random'] }: GuildOption): StoredGuild {
    const guild = newGuild(name, snowflake());
    for (const user of world.users.values()) {
      guild.members.set(user.id, newMember(user.id === world.bot.id ? BOT : MEMBER));
    }
    const own = roleOfBot(world.bot);
    guild.roles.push(own);
    guild.members.get(world.bot.id)?.roles.push(own.id);
    world.guilds.set(guild.id, guild);
    for (const one of channels) {
      const channel = typeof one === 'string' ? { name: one } : one;
      const made = newChannel({ type: ChannelType.GuildText, ...channel, guildId: guild.id });
      world.channels.set(made.id, made);
    }
    return guild;
  }

  const guilds = options.world
    ? [...world.guilds.values()]
    : (options.guilds ?? [{ name: 'Workshop' }]).map(makeGuild);
  const guildId = guilds[0]?.id ?? '';

  function guildOf(id: string): StoredGuild {
    const guild = world.guilds.get(id);
    if (!guild) throw new Error(`no guild ${id}`);
    return guild;
  }

  function channelOf(id: string) {
    const channel = world.channels.get(id);
    if (!channel) throw new Error(`no channel ${id}`);
    return channel;
  }

  function messageOf(id: string) {
    const message = world.messages.get(id);
    if (!message) throw new Error(`no message ${id}`);
    return message;
  }

  function user(name: string, wanted?: UserOption): Actor {
    const known = actors.get(name);
    const actor = known ?? makeUser(name);
    const { permissions, nick, roles, globalName, bot, takesDms } = wanted ?? {};
    const stored = world.users.get(actor.id);
    if (stored) Object.assign(stored, defined({ globalName, bot, takesDms }));
    const bits = permissions === 'admin' ? ADMIN : permissions === 'member' ? MEMBER : permissions;
    for (const guild of world.guilds.values()) {
      const member = guild.members.get(actor.id);
      if (member) Object.assign(member, defined({ permissions: bits, nick, roles }));
    }
    return actor;
  }

  function makeUser(name: string): Actor {
    const known = options.world && [...world.users.values()].find((one) => one.name === name);
    const stored = known ?? newUser(name);
    const actor = createActor(context, stored, () => discord.channel('general'));
    actors.set(name, actor);
    return actor;
  }

  function newUser(name: string): StoredUser {
    const globalName = name.charAt(0).toUpperCase() + name.slice(1);
    const stored = { id: snowflake(), name, globalName, bot: false, takesDms: true };
    world.users.set(stored.id, stored);
    for (const guild of world.guilds.values()) guild.members.set(stored.id, newMember(MEMBER));
    return stored;
  }

  const users = options.world ? [] : (options.users ?? [{ name: 'ada' }, { name: 'ben' }]);
  for (const { name, ...wanted } of users) user(name, wanted);

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world.origin = `http://127.0.0.1:${port}`;

  if (options.twin !== false) context.twin = await startTwin(world, context.interactions, token);

  const discord: Discord = {
    url: `${world.origin}/api`,
    port,
    token,
    botId: world.bot.id,
    applicationId: world.applicationId,
    guildId,
    settings,
    limits: buckets.limits,
    stats,
    faults: context.faults,
    gateway,
    pings: context.pings,
    requests: context.requests,
    typing: context.typing,
    get commands() {
      return context.commands.body;
    },
    world,
    twin: context.twin,
    user,
    channel(name, guild = guildId) {
      const found = [...world.channels.values()].find((one) => one.name === name && one.guildId === guild);
      if (!found) throw new Error(`no channel ${name}`);
      return found.id;
    },
    addChannel(
      name,
      { type = ChannelType.GuildText, guildId: guild = guildId, tags = [], hidden = false } = {},
    ) {
      const availableTags = tags.map((tag) => ({
        id: snowflake(),
        name: tag,
        moderated: false,
        emoji_id: null,
        emoji_name: null,
      }));
      const channel = newChannel({ type, name, guildId: guild, availableTags, isHidden: hidden });
      world.channels.set(channel.id, channel);
      gateway.dispatch('CHANNEL_CREATE', channelPayload(world, channel));
      return channel.id;
    },
    removeChannel(id) {
      const channel = channelOf(id);
      const payload = channelPayload(world, channel);
      for (const one of world.channels.values()) if (one.parentId === id) world.channels.delete(one.id);
      world.channels.delete(id);
      gateway.dispatch(isThread(channel) ? 'THREAD_DELETE' : 'CHANNEL_DELETE', payload);
    },
    purge(channelId, messageIds) {
      const channel = channelOf(channelId);
      for (const id of messageIds) {
        const message = channel.messages.get(id);
        if (message) message.deleted = true;
        channel.messages.delete(id);
      }
      const guild = channel.guildId === null ? {} : { guild_id: channel.guildId };
      gateway.dispatch('MESSAGE_DELETE_BULK', { ids: messageIds, channel_id: channelId, ...guild });
    },
    unfurl: (messageId) => unfurl(context, messageOf(messageId)),
    updates(messageId, change) {
      const message = messageOf(messageId);
      change(message);
      announce(context, message);
    },
    updatesPartly(messageId, fields) {
      const { id, channelId } = messageOf(messageId);
      const guild = channelOf(channelId).guildId;
      const place = { id, channel_id: channelId, ...(guild !== null && { guild_id: guild }) };
      gateway.dispatch('MESSAGE_UPDATE', { ...place, ...fields });
    },
    addRole(name, { permissions = 0n, guildId: guild = guildId } = {}) {
      const role = newRole(name, permissions);
      guildOf(guild).roles.push(role);
      gateway.dispatch('GUILD_ROLE_CREATE', { guild_id: guild, role });
      return role.id;
    },
    addThread(parentId, name, { messageId, ownerId = guildOf(guildId).ownerId, private: hidden } = {}) {
      const message = messageId === undefined ? undefined : world.messages.get(messageId);
      return startThread(context, channelOf(parentId), {
        name,
        ownerId,
        ...(message ? { message } : {}),
        ...(hidden ? { type: ChannelType.PrivateThread } : {}),
      }).id;
    },
    setThread: (threadId, state) => setThread(context, channelOf(threadId), state),
    addGuild(option) {
      const guild = makeGuild(option);
      gateway.dispatch('GUILD_CREATE', guildEvent(world, guild));
      return guild.id;
    },
    removeGuild(id) {
      guildOf(id).presence = 'removed';
      gateway.dispatch('GUILD_DELETE', { id });
    },
    outage(id, on) {
      const guild = guildOf(id);
      guild.presence = on ? 'unavailable' : 'joined';
      if (on) gateway.dispatch('GUILD_DELETE', { id, unavailable: true });
      else gateway.dispatch('GUILD_CREATE', guildEvent(world, guild));
    },
    deny(channelId, ...permissions) {
      channelOf(channelId).denied = permissions.reduce((all, one) => all | one, 0n);
    },
    changeCommands(change) {
      context.commands.stored = change(context.commands.stored);
    },
    grant(channelId, ...permissions) {
      channelOf(channelId).granted = permissions.reduce((all, one) => all | one, 0n);
    },
    messages: (channelId) =>
      [...channelOf(channelId).messages.values()].map((message) => view(world, message)),
    botMessages: (channelId) =>
      discord.messages(channelId).filter(({ author }) => author.id === world.bot.id),
    message: (id) => view(world, messageOf(id)),
    waitFor,
    async stop() {
      gateway.close();
      rest.close();
      await context.twin?.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
    [Symbol.asyncDispose]: () => discord.stop(),
  };
  return discord;
}

function defined<T extends object>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
