/** Interactions with the real Bolt app over real commands, and a Web API that records, answers and refuses. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { App, type Receiver } from '@slack/bolt';
import pino from 'pino';
import { checkBlocks } from '../../../lab/counterparts/slack/blocks/block-limits.ts';
import { conversationOf, tenantOf } from '../../../src/adapters/slack/ids.ts';
import { mountInteractions } from '../../../src/adapters/slack/interactions/interactions.ts';
import type { AskedBy } from '../../../src/adapters/slack/interactions/slash-command.ts';
import type { UserGroup } from '../../../src/adapters/slack/reading/user-groups.ts';
import { SLACK_WORDS } from '../../../src/adapters/slack/vocabulary.ts';
import { createRecords } from '../../../src/chat/answer/answer-records.ts';
import { createAnswering } from '../../../src/chat/answer/answering.ts';
import { plainDialect } from '../../../src/chat/markdown/dialect.ts';
import { helpText } from '../../../src/core/commands/help.ts';
import { createForgetting } from '../../../src/core/forgetting/forget.ts';
import { createTroubles } from '../../../src/core/reports/troubles.ts';
import { createBooks } from '../../../src/store/books/books.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';
import { type CommandingOptions, commanding } from '../../core/commanding.ts';
import { keepIn, open } from '../../fixtures.ts';
import { recordedSurfaces, type ShownCall } from './recorded-surfaces.ts';
import { stateOf, textIn, type View } from './views.ts';

export const TEAM = 'T1';
export const CHANNEL = 'C1';
export const ADMIN = 'UADMIN';
export const MEMBER = 'UMEMBER';
export const TENANT = tenantOf(TEAM);
export const CONVERSATION = conversationOf(TENANT, { channel: CHANNEL });
type Json = Record<string, unknown>;

export interface Recorded {
  method: string;
  args: Json;
}

export async function interacting(options: CommandingOptions = {}) {
  const set = await commanding({ words: SLACK_WORDS, ...options });
  const calls: Recorded[] = [];
  const refusals = new Map<string, string>();
  const admins = new Set([ADMIN]);
  const asked: { text: string; isPrivate: boolean; by: AskedBy }[] = [];
  const about: string[] = [];
  const announced: { conversation: string; text: string }[] = [];
  let groups: UserGroup[] = [];
  let access: 'yes' | 'admins' = 'yes';
  let ids = 0;
  const nextId = () => String(++ids);

  const server = createServer(async (request, response) => {
    const method = (request.url ?? '').replace(/^\/(?:api\/)?/, '');
    const args = await argsOf(request);
    calls.push({ method, args });
    check(args);
    const error = refusals.get(method);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(error ? { ok: false, error } : { ok: true, ...given(method, args) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  function given(method: string, args: Json): Json {
    switch (method) {
      case 'conversations.open':
        return { channel: { id: `D${args.users}` } };
      case 'files.getUploadURLExternal':
        return { file_id: `F${nextId()}`, upload_url: `${origin}/upload` };
      case 'files.completeUploadExternal':
        return { files: [] };
      case 'views.open':
        return { view: { id: `V${nextId()}` } };
      default:
        return {};
    }
  }

  const receiver: Receiver = { init() {}, start: async () => {}, stop: async () => {} };
  const app = new App({
    receiver,
    authorize: async () => ({ botToken: 'xoxb-1', botId: 'B1', botUserId: 'UBOT', teamId: TEAM }),
    clientOptions: { slackApiUrl: `${origin}/api/`, retryConfig: { retries: 0 } },
    convoStore: false,
  });
  app.error(async (error) => {
    throw error;
  });

  const shown: ShownCall[] = [];
  const surfaceOf = recordedSurfaces(shown, `${origin}/api/`, CHANNEL);
  const records = createRecords(createAdapterState(set.store, 'slack'));
  const log = pino({ level: 'trace' }, { write: (line: string) => void set.log.push(line) });
  const answering = createAnswering({
    surfaceOf: (turn) => surfaceOf(turn),
    dialect: plainDialect,
    limit: 11_500,
    notice: (text) => `_${text}_`,
    records,
    settings: set.settings,
    transcripts: set.transcripts,
    queue: set.queue,
    forgetting: createForgetting({
      ...set,
      notes: [],
      books: createBooks({ store: set.store, isPersonal: () => false }),
    }),
    platform: 'Slack',
    troubles: createTroubles(log),
    shutdown: new AbortController().signal,
    log,
  });

  const interactions = mountInteractions(app, {
    commands: set.commands,
    help: (call) => helpText(call, set.commands.list, { directMessages: true, words: SLACK_WORDS }),
    answering,
    records,
    transcripts: set.transcripts,
    queue: set.queue,
    rate: open.rate,
    refusals: open.refusals,
    spendingDoor: open.spendingDoor,
    audit: open.audit,
    shortVersions: { of: async () => ({ text: 'In short.' }) },
    readPlaceOf: () => async () => 'not-readable',
    pressedSurface: (turn, _, standing) => surfaceOf(turn, standing),
    isAdmin: async (_, user) => admins.has(user),
    privateOf: async () => [],
    isFrom: async (team, body) => body.team?.id === team,
    announce: async (conversation, text) => void announced.push({ conversation, text }),
    callerOf: async () => ({ access, settings: { keys: {} }, isAdmin: false, namedRoles: [] }),
    nameOf: async (_, user) => user.toLowerCase(),
    whereOf: (team, channel) => conversationOf(tenantOf(team), { channel }),
    userGroups: async () => groups,
    onAsk: async (text, isPrivate, by) => void asked.push({ text, isPrivate, by }),
    onAskAbout: async ({ message }) => void about.push(message.text ?? ''),
    log,
  });

  /** Hands it to Bolt; resolves to what was acknowledged with, once all is done. */
  async function send(body: Json): Promise<{ acks: Json[]; before: number }> {
    const acks: Json[] = [];
    let before = -1;
    await app.processEvent({
      body: { team_id: TEAM, api_app_id: 'A1', token: 't', ...body },
      ack: async (said: unknown) => {
        if (before < 0) before = calls.length;
        acks.push((said ?? {}) as Json);
      },
    });
    return { acks, before };
  }

  const lastView = (): View => {
    const call = calls.findLast(({ method, args }) => method.startsWith('views.') && args.view);
    if (!call) throw new Error('no view');
    const view = call.args.view as View;
    return { ...view, id: String(call.args.view_id ?? view.id ?? 'V1') };
  };

  return {
    ...set,
    keep: keepIn(set.store),
    app,
    calls,
    refusals,
    admins,
    asked,
    about,
    announced,
    shown,
    records,
    answering,
    interactions,
    send,
    setGroups: (list: UserGroup[]) => {
      groups = list;
    },
    setAccess: (to: 'yes' | 'admins') => {
      access = to;
    },
    of: (method: string) => calls.filter((one) => one.method === method).map(({ args }) => args),
    lastView,
    types: (text: string, { user = ADMIN, channel = CHANNEL, trigger = nextId() } = {}) =>
      send({
        command: '/parley',
        text,
        user_id: user,
        user_name: user,
        channel_id: channel,
        channel_name: 'general',
        trigger_id: trigger,
        response_url: `${origin}/response`,
      }),
    /** The replies to the caller of a slash command, oldest first. */
    told: () => calls.filter(({ method }) => method === 'response').map(({ args }) => textIn(args)),
    submits: (values: Json, { user = ADMIN, view = lastView() } = {}) =>
      send({
        type: 'view_submission',
        team: { id: TEAM, domain: 'd' },
        user: { id: user, name: user, team_id: TEAM },
        trigger_id: nextId(),
        view: { ...view, state: { values: stateOf(view, values) } },
      }),
    picks: (choice: string, { user = ADMIN, view = lastView() } = {}) =>
      send({
        type: 'block_actions',
        team: { id: TEAM, domain: 'd' },
        user: { id: user, username: user, team_id: TEAM },
        trigger_id: nextId(),
        container: { type: 'view', view_id: view.id },
        view,
        actions: [
          {
            type: 'static_select',
            action_id: 'parley_pick',
            block_id: String(view.blocks.find(({ type }) => type === 'actions')?.block_id),
            selected_option: { text: { type: 'plain_text', text: choice }, value: choice },
          },
        ],
      }),
    /** A button on App Home. */
    opens: (name: string, { user = ADMIN } = {}) =>
      send({
        type: 'block_actions',
        team: { id: TEAM, domain: 'd' },
        user: { id: user, username: user, team_id: TEAM },
        trigger_id: nextId(),
        container: { type: 'view', view_id: 'VHOME' },
        view: { id: 'VHOME', type: 'home', blocks: [], private_metadata: '', title: { text: '' } },
        actions: [{ type: 'button', action_id: `parley_open:${name}`, block_id: 'b' }],
      }),
    /** A button, or feedback, under a message of an answer. */
    presses: (
      action: Json,
      {
        user = MEMBER,
        message = { ts: '1700000001.000100', text: 'An answer.', blocks: [] as Json[] },
        trigger = nextId(),
        forged = {} as Json,
      } = {},
    ) =>
      send({
        type: 'block_actions',
        team: { id: TEAM, domain: 'd' },
        user: { id: user, username: user, team_id: TEAM },
        trigger_id: trigger,
        response_url: `${origin}/response`,
        channel: { id: CHANNEL, name: 'general' },
        container: { type: 'message', message_ts: message.ts, channel_id: CHANNEL },
        message: { type: 'message', ...message },
        actions: [{ type: 'button', block_id: 'b', action_ts: '1700000009.000900', ...action }],
        ...forged,
      }),
    opensHome: (tab: string, { user = ADMIN } = {}) =>
      send({
        type: 'event_callback',
        event: { type: 'app_home_opened', user, tab, channel: `D${user}`, event_ts: '1.1' },
        event_id: `Ev${nextId()}`,
      }),
    async [Symbol.asyncDispose]() {
      await set[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function argsOf(request: IncomingMessage): Promise<Json> {
  const sent = await readAll(request);
  if (request.headers['content-type']?.startsWith('application/json')) return JSON.parse(sent);
  if (!request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) return { sent };
  const read = (value: string) => (/^[[{]/.test(value) ? JSON.parse(value) : value);
  return Object.fromEntries([...new URLSearchParams(sent)].map(([name, value]) => [name, read(value)]));
}

/** As Slack would. */
function check({ view, blocks }: Json): void {
  if (view) checkBlocks((view as View).blocks, 'view');
  if (Array.isArray(blocks)) checkBlocks(blocks, 'message');
  const { title = { text: '' }, private_metadata = '' } = (view ?? {}) as View;
  if (title.text.length > 24 || private_metadata.length > 3_000) throw new Error('view refused');
}
