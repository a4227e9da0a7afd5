/** Starts our own Slack: the Web API (`api.ts`), events and interactions (`transport.ts`), people (`actors.ts`). */
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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
import { DEFAULT_SETTINGS, type Settings, type Stats } from './settings.ts';
import { createSignIn } from './sign-in/state.ts';
import type { Slack, SlackOptions, Workspace, WorkspaceOption } from './slack.ts';
import { startTwin } from './twin.ts';
import { skipIds } from './world/ids.ts';
import { createWorkspace, workspaceOn } from './world/workspaces.ts';
import { createWorld, type World } from './world/world.ts';

export type { ChannelOption, Slack, SlackOptions, UserOption, Workspace, WorkspaceOption } from './slack.ts';

export async function startSlack(options: SlackOptions = {}): Promise<Slack> {
  const world = options.world ?? createWorld();
  if (options.world) skipIds();
  const open = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    open.add(response);
    response.on('close', () => open.delete(response));
    void route(context, request, response);
  });
  const context = createContext(options, world, server);
  const workspaces = createWorkspaces(context, options);
  const { first } = workspaces;

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  world.origin = `http://127.0.0.1:${port}`;

  const stored = world.workspaces.get(first.id);
  if (options.twin && stored) context.twin = await startTwin(world, stored);

  const slack: Slack = {
    ...ofFirst(first),
    ...sharedFields(context),
    url: `${world.origin}/api/`,
    authorizeUrl: `${world.origin}/oauth/v2/authorize`,
    port,
    get botToken() {
      return first.botToken;
    },
    workspace: workspaces.named,
    addWorkspace: workspaces.add,
    setRequestUrl: (url) => setRequestUrl(context, url),
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
      context.socketMode.close();
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

function createContext(options: SlackOptions, world: World, server: Server): Context {
  const app = appOptions(options.manifest);
  const { agent, messagesTab, redirectUrls } = app;
  const settings: Settings = { ...DEFAULT_SETTINGS, agent, messagesTab, redirectUrls, ...options.settings };
  const stats: Stats = { rateLimited: {}, injected429: 0, connections: 0, deliveries: 0 };
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
    signIn: createSignIn(),
    downloads: [],
    pings: [],
    requests: [],
    events: createEvents(() => context),
    socketMode,
    transport: createTransport(settings, socketMode, signingSecret),
    twin: undefined,
    redirectOrigin: undefined,
  };
  return context;
}

function createWorkspaces(context: Context, options: SlackOptions) {
  const botName = options.botName ?? 'parley';
  const workspaces = options.world
    ? [...context.world.workspaces.values()].map((stored) => workspaceOn(context, stored))
    : (options.workspaces ?? [{ name: 'Workshop' }]).map((one) => createWorkspace(context, botName, one));
  const first = workspaces[0];
  if (!first) throw new Error('no workspace');
  return {
    first,
    named(name: string): Workspace {
      const found = workspaces.find((one) => one.name === name);
      if (!found) throw new Error(`no workspace ${name}`);
      return found;
    },
    add(option: WorkspaceOption): Workspace {
      const made = createWorkspace(context, botName, option);
      workspaces.push(made);
      return made;
    },
  };
}

/** The state that a test reads and changes directly. */
function sharedFields(context: Context) {
  const { world, appToken, signingSecret, clientId, clientSecret, settings, tiers, scopes, subscribed } =
    context;
  const { stats, faults, commands, statuses, prompts, sessions, downloads, pings, requests, events } =
    context;
  const { signIn, socketMode, twin } = context;
  return {
    ...{ appId: world.appId, appToken, signingSecret, clientId, clientSecret },
    ...{ settings, limits: tiers.limits, scopes, subscribed, stats, faults, commands, statuses, prompts },
    ...{ sessions, downloads, pings, requests, events: events.records, signIn, socketMode, world, twin },
  };
}

/**
 * Slack waits this long for the answer to a challenge (ms), as for any event (apis/events-api, "within three seconds").
 * A test's shorter `ackWindow` is for its deliveries.
 */
const CHALLENGE_MS = 3_000;

/** Slack sends a challenge to the address first. */
async function setRequestUrl({ signingSecret, settings }: Context, url: string): Promise<void> {
  const challenge = randomBytes(16).toString('hex');
  const payload = { token: 'verification-token', challenge, type: 'url_verification' };
  const signing = { secret: signingSecret };
  const answer = await postSigned(url, { type: 'events_api', payload }, signing, CHALLENGE_MS);
  const said = answer.payload;
  const echoed = typeof said === 'object' && said !== null && 'challenge' in said ? said.challenge : said;
  if (!answer.ok || echoed !== challenge)
    throw new Error("Your URL didn't respond with the value of the challenge");
  settings.requestUrl = url;
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
