/** Starts our own Slack: the Web API (`api.ts`), events and interactions (`transport.ts`), people (`actors.ts`). */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFaults } from '../faults.ts';
import { waitFor } from '../wait-for.ts';
import { answerCall } from './api/api.ts';
import { createTiers } from './api/tiers.ts';
import type { Context } from './context.ts';
import { createEvents } from './delivery/events.ts';
import { createInteractions } from './delivery/interactions.ts';
import { createSocketMode } from './delivery/socket-mode.ts';
import { createTransport, postSigned } from './delivery/transport.ts';
import { appOptions } from './manifest.ts';
import { servePage } from './pages.ts';
import type { Settings, Stats } from './settings.ts';
import type { Slack, SlackOptions, Workspace } from './slack.ts';
import { startTwin } from './twin.ts';
import { skipIds } from './world/ids.ts';
import { createWorkspace, workspaceOn } from './world/workspaces.ts';
import { createWorld } from './world/world.ts';

export type { ChannelOption, Slack, SlackOptions, UserOption, Workspace, WorkspaceOption } from './slack.ts';

const SETTINGS: Settings = {
  delay: 0,
  requestUrl: undefined,
  ackWindow: 3000,
  retryDelays: [0, 60_000, 300_000],
  deliveries: 1,
  gap: 'keep',
  hold: false,
  first: 'app_mention',
  streaming: 'allowed',
  refusedBlocks: [],
  refusedBlocksError: 'invalid_blocks',
  longest: undefined,
  closeStreamsAfter: { ms: 300_000 },
  triggerLifetime: 3000,
  responseLifetime: 30 * 60_000,
  shareDelay: 10,
  agent: false,
  messagesTab: true,
  previous: true,
  historyMost: 999,
  tokenLifetime: undefined,
  fileDelay: 0,
  redirectFiles: undefined,
  redirectUrls: undefined,
};

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const world = options.world ?? createWorld();
  if (options.world) skipIds();
  const app = appOptions(options.manifest);
  const { agent, messagesTab, redirectUrls } = app;
  const settings: Settings = { ...SETTINGS, agent, messagesTab, redirectUrls, ...options.settings };
  const stats: Stats = { rateLimited: {}, injected429: 0, connections: 0, deliveries: 0 };
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    void route(context, request, response);
  });
  const socketMode = createSocketMode({ server, world, settings, stats });
  const signingSecret = randomBytes(16).toString('hex');
  const context: Context = {
    world,
    appToken: `xapp-1-${world.appId}-counterpart`,
    signingSecret,
    clientId: `1000.${world.appId}`,
    clientSecret: randomBytes(16).toString('hex'),
    settings,
    stats,
    tiers: createTiers(options.minute, options.limits),
    faults: createFaults(1),
    scopes: new Set(app.scopes),
    subscribed: new Set(app.subscribed),
    commands: new Set(app.commands),
    shortcuts: app.shortcuts && new Set(app.shortcuts),
    interactions: createInteractions(),
    sessions: new Map(),
    statuses: [],
    prompts: [],
    grants: new Map(),
    downloads: [],
    pings: [],
    requests: [],
    events: createEvents(() => context),
    socketMode,
    transport: createTransport(settings, socketMode, signingSecret),
    twin: undefined,
    redirectOrigin: undefined,
  };
  const botName = options.botName ?? 'parley';
  const workspaces = options.world
    ? [...world.workspaces.values()].map((stored) => workspaceOn(context, stored))
    : (options.workspaces ?? [{ name: 'Workshop' }]).map((one) => createWorkspace(context, botName, one));
  const first = workspaces[0];
  if (!first) throw new Error('no workspace');

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world.origin = `http://127.0.0.1:${port}`;

  const stored = world.workspaces.get(first.id);
  if (options.twin !== false && stored) context.twin = await startTwin(world, stored);

  const slack: Slack = {
    ...ofFirst(first),
    url: `${world.origin}/api/`,
    authorizeUrl: `${world.origin}/oauth/v2/authorize`,
    port,
    appId: world.appId,
    appToken: context.appToken,
    signingSecret,
    clientId: context.clientId,
    clientSecret: context.clientSecret,
    settings,
    limits: context.tiers.limits,
    scopes: context.scopes,
    subscribed: context.subscribed,
    stats,
    faults: context.faults,
    commands: context.commands,
    statuses: context.statuses,
    prompts: context.prompts,
    sessions: context.sessions,
    downloads: context.downloads,
    pings: context.pings,
    requests: context.requests,
    events: context.events.records,
    socketMode,
    world,
    twin: context.twin,
    get botToken() {
      return first.botToken;
    },
    workspace(name) {
      const found = workspaces.find((one) => one.name === name);
      if (!found) throw new Error(`no workspace ${name}`);
      return found;
    },
    addWorkspace(option) {
      const made = createWorkspace(context, botName, option);
      workspaces.push(made);
      return made;
    },
    async setRequestUrl(url) {
      const challenge = randomBytes(16).toString('hex');
      const payload = { token: 'verification-token', challenge, type: 'url_verification' };
      const signing = { secret: signingSecret };
      const answer = await postSigned(url, { type: 'events_api', payload }, signing, settings.ackWindow);
      const said = answer.payload;
      const echoed = typeof said === 'object' && said !== null && 'challenge' in said ? said.challenge : said;
      if (!answer.ok || echoed !== challenge)
        throw new Error("Your URL didn't respond with the value of the challenge");
      settings.requestUrl = url;
    },
    expireTokens() {
      for (const token of world.tokens.values()) if (token.expiresAt !== undefined) token.expiresAt = 0;
    },
    release: () => context.events.release(),
    redirectTo(origin) {
      context.redirectOrigin = origin;
    },
    waitFor,
    async stop() {
      context.events.stop();
      socketMode.close();
      for (const response of open) response.destroy();
      await context.twin?.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
    [Symbol.asyncDispose]: () => slack.stop(),
  };
  return slack;
}

/** The first workspace without its token, which changes. */
function ofFirst({ botToken: _, ...rest }: Workspace): Omit<Workspace, 'botToken'> {
  return rest;
}

async function route(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  const method = /^\/api\/([\w.]+)$/.exec(pathname)?.[1];
  if (method !== undefined) return answerCall(context, method, request, response);
  return servePage(context, request, response);
}
