/** Starts our own Discord: REST (`rest.ts`), a gateway (`gateway.ts`), people (`actors.ts`) and a second opinion (`twin.ts`). */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults } from '../faults.ts';
import { waitFor } from '../wait-for.ts';
import type { Context, Stats } from './context.ts';
import type { Discord, DiscordOptions } from './discord.ts';
import { createGateway } from './gateway/gateway.ts';
import { createInteractions } from './interactions.ts';
import { createBuckets } from './rest/buckets.ts';
import { createRest } from './rest/rest.ts';
import { startSettings } from './settings.ts';
import { createSignIn } from './sign-in/state.ts';
import { createChannelControl, createThreadControl } from './test-controls/channels.ts';
import { createGuildControl, makeGuild } from './test-controls/guilds.ts';
import { createMessageControl } from './test-controls/messages.ts';
import { createUsers } from './test-controls/users.ts';
import { startTwin } from './twin.ts';
import { createWorld, type World } from './world/world.ts';

export type { ChannelOption, Discord, DiscordOptions, GuildOption, UserOption } from './discord.ts';

export async function startDiscord(options: DiscordOptions = {}): Promise<Discord> {
  const world = options.world ?? createWorld(options.botName ?? 'parley');
  const server = createServer((request, response) => rest.handle(request, response));
  const context = createContext(options, world, server);
  const rest = createRest(context);
  const { gateway, buckets, token } = context;

  if (!options.world) for (const one of options.guilds ?? [{ name: 'Workshop' }]) makeGuild(world, one);
  const guildId = [...world.guilds.keys()][0] ?? '';
  const channels = createChannelControl(context, guildId);
  const user = createUsers({
    context,
    isTakenUp: options.world !== undefined,
    defaultChannel: () => channels.channel('general'),
  });
  const users = options.world ? [] : (options.users ?? [{ name: 'ada' }, { name: 'ben' }]);
  for (const { name, ...wanted } of users) user(name, wanted);

  world.origin = await listen(server, options.port);
  if (options.twin) context.twin = await startTwin(world, context.interactions, token);

  const discord: Discord = {
    ...sharedFields(context),
    ...channels,
    ...createThreadControl(context, guildId),
    ...createGuildControl(context),
    ...createMessageControl(context),
    url: `${world.origin}/api`,
    port: Number(new URL(world.origin).port),
    guildId,
    limits: buckets.limits,
    get commands() {
      return context.commands.body;
    },
    user,
    changeCommands(change) {
      context.commands.stored = change(context.commands.stored);
    },
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

function createContext(options: DiscordOptions, world: World, server: Server): Context {
  const token = `${Buffer.from(world.bot.id).toString('base64url')}.counter.part-token`;
  const settings = startSettings(options);
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
  const url = () => `${world.origin.replace('http', 'ws')}/gateway`;
  return {
    world,
    token,
    gateway: createGateway({ server, world, token, settings, stats, url }),
    buckets: createBuckets(options.limits),
    settings,
    stats,
    faults: createFaults(0.2),
    interactions: createInteractions(),
    pings: [],
    requests: [],
    typing: [],
    commands: { body: undefined, stored: [] },
    signIn: createSignIn(),
    twin: undefined,
  };
}

/** The state that a test reads and changes directly. */
function sharedFields(context: Context) {
  const { world, token, settings, stats, faults, gateway, pings, requests, typing, signIn, twin } = context;
  const ids = { botId: world.bot.id, applicationId: world.applicationId };
  return { world, token, settings, stats, faults, gateway, pings, requests, typing, signIn, twin, ...ids };
}

/** Returns the origin. */
async function listen(server: Server, port = 0): Promise<string> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
