/** Parley's connection to Slack: makes a Bolt app and its workspaces from tokens and a transport. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpBindings } from '@hono/node-server';
import type { App } from '@slack/bolt';
import { Hono } from 'hono';
import type { Logger } from 'pino';
import type { AdapterState, Leases } from '../../../core/platform.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Secrets } from '../../../core/storage.ts';
import type { TenantId } from '../../../core/types.ts';
import { type Clients, createClients } from '../api/clients.ts';
import { createRenewingFetch } from '../api/renewing-fetch.ts';
import { teamOf } from '../ids.ts';
import { createWelcome, type Welcome } from '../welcome.ts';
import { createInstallRoutes } from '../workspaces/install-routes.ts';
import { createInstallations, type Installations, withFreshTokens } from '../workspaces/installations.ts';
import { createInstalledPlaces } from '../workspaces/installed.ts';
import { createManyWorkspaces } from '../workspaces/many-workspaces.ts';
import { createOneWorkspace } from '../workspaces/one-workspace.ts';
import { createOrgTeams } from '../workspaces/org-teams.ts';
import { createTokenRotation } from '../workspaces/token-rotation.ts';
import { watchUninstalls } from '../workspaces/uninstalls.ts';
import type { WorkspaceSource, Workspaces } from '../workspaces/workspaces.ts';
import { createBoltApp } from './bolt-app.ts';
import { createHttpReceiver } from './http-receiver.ts';
import type { SlackReceiver } from './receiver.ts';
import { createSocketReceiver } from './socket-receiver.ts';

export interface SlackConnectionOptions {
  /** With a slash at the end. */
  apiUrl: string;
  /** The bot token of one workspace. Absent: workspaces install Parley by OAuth. */
  botToken?: string | undefined;
  oauth?: SlackOAuth | undefined;
  /** The token for Socket Mode. Absent: Slack sends signed requests. */
  appToken?: string | undefined;
  signingSecret?: string | undefined;
  /** The address at which people and Slack reach Parley's routes. */
  publicUrl?: string | undefined;
  secrets: Secrets;
  adapterState: AdapterState;
  /** Leases, so that one process at a time refreshes a token. */
  leases: Leases;
  /** Whether the operator lets a workspace in. */
  isAllowed(team: string): Promise<boolean>;
  /** Removes history, settings and key of a workspace that Parley was removed from. */
  forget(tenant: TenantId): Promise<void>;
  /** The text for the person who installs Parley in a workspace. */
  welcome(tenant: TenantId): Promise<string>;
  audit: Audit;
  log: Logger;
}

export interface SlackOAuth {
  clientId: string;
  clientSecret: string;
  stateSecret: string;
}

export interface SlackConnection {
  /** Takes listeners. When a listener throws for an event, Slack delivers the event again. */
  app: App;
  workspaces: Workspaces;
  /** Sets the listener for each time that events begin to arrive, after a start or a gap. Call this before the start. */
  onOpen(listener: () => void): void;
  /** Mount these before the routes of the page, which ask for an access token. */
  routes: Hono<{ Bindings: HttpBindings }>;
  /** @throws AdapterError where no further attempt can help, such as for a token that Slack refuses */
  start(): Promise<void>;
  stop(): Promise<void>;
  whyNotReady(): string | undefined;
}

/** Longest wait of a start for Slack, ms. */
const START_MS = 5_000;

/** @throws AdapterError */
export function createSlackConnection(options: SlackConnectionOptions): SlackConnection {
  const { apiUrl, log } = options;
  const routes = new Hono<{ Bindings: HttpBindings }>();
  const { source, installations, clients } = sourceOf(options, (...args) => welcome.installed(...args));
  const welcome = createWelcome({
    workspaces: source,
    adapterState: options.adapterState,
    text: options.welcome,
    log,
  });
  let opened = () => {};
  const receiver = receiverOf(options, routes, () => opened());
  const app = createBoltApp({ receiver: receiver.receiver, authorize: source.authorize, clients, log });
  const forget = async (tenant: TenantId) => {
    await options.forget(tenant);
    await welcome.removed(teamOf(tenant));
  };
  watchUninstalls({ app, workspaces: source, forget, log });
  if (options.oauth && installations) {
    const { oauth, publicUrl, isAllowed, audit } = options;
    routes.route(
      '/',
      createInstallRoutes({ ...oauth, apiUrl, publicUrl, clients, installations, isAllowed, audit, log }),
    );
  }

  return {
    app,
    workspaces: source,
    onOpen(listener) {
      opened = listener;
    },
    routes,
    async start() {
      const ready = Promise.all([source.start(), receiver.start()]);
      ready.catch((error) => log.error({ error: whereFrom(error) }, 'slack is not connected'));
      await Promise.race([ready, sleep(START_MS, undefined, { ref: false })]);
    },
    async stop() {
      source.stop();
      await receiver.stop();
    },
    whyNotReady: () => source.whyNotReady() ?? receiver.whyNotReady(),
  };
}

interface Source {
  source: WorkspaceSource;
  installations?: Installations;
  clients: Clients;
}

function sourceOf(
  { apiUrl, botToken, oauth, secrets, adapterState, leases, log }: SlackConnectionOptions,
  onInstalled: Welcome['installed'],
): Source {
  const orgTeams = createOrgTeams(adapterState);
  const plain = createClients(apiUrl, log);
  if (botToken !== undefined) {
    return { source: createOneWorkspace({ token: botToken, orgTeams, clients: plain, log }), clients: plain };
  }
  const places = createInstalledPlaces(adapterState);
  const stored = createInstallations(secrets, async (place, installer) => {
    await source.stored(place);
    // An organisation chooses its workspaces after the installation.
    if (!place.isOrg) void onInstalled(place.id, installer);
  });
  const rotation = createTokenRotation({
    clientId: oauth?.clientId ?? '',
    clientSecret: oauth?.clientSecret ?? '',
    client: plain.once(undefined),
    leases,
    read: async (id) => (await stored.find(id))?.tokens,
    write: stored.renew,
    log,
  });
  const clients = createClients(apiUrl, log, createRenewingFetch(rotation));
  const installations = withFreshTokens(stored, rotation);
  const source = createManyWorkspaces({ installations, places, orgTeams, clients });
  return { source, installations, clients };
}

function receiverOf(
  { appToken, signingSecret = '', apiUrl, log }: SlackConnectionOptions,
  routes: Hono<{ Bindings: HttpBindings }>,
  onOpen: () => void,
): SlackReceiver {
  if (appToken !== undefined) return createSocketReceiver({ appToken, apiUrl, onOpen, log });
  const receiver = createHttpReceiver({ signingSecret, onOpen, log });
  routes.route('/', receiver.routes);
  return receiver;
}
