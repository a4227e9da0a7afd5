/**
 * `emulate`, another implementation of Slack, beside ours. It receives every call that our methods accept and that
 * it knows, in order and after the bot has its response. Tests can ask for its refusals, and for messages that
 * differ from ours.
 *
 * It stands beside ours because it gives its own ids, and knows one workspace and no tiers, kinds of tokens, limits,
 * streams, Socket Mode or interactions. So the truth is in `world.ts`, and the twin is a second opinion on the first
 * workspace. It never sees calls that our methods refuse, and the bot reads nothing from it.
 */
import { createEmulator } from 'emulate';
import { type Args, object } from './api/args.ts';
import { shown } from './blocks/shown.ts';
import { type Ask, asker, createRows, type Rows } from './twin/rows.ts';
import type { StoredMessage, StoredWorkspace, World } from './world/world.ts';

export interface Twin {
  /** Forwards an accepted call with its response; returns at once. */
  mirror(workspaceId: string, method: string, args: Args, answer: object): void;
  /** Number of calls that the twin accepted. */
  readonly taken: number;
  /** Calls that the twin refused although we accepted them. */
  refusals: { method: string; error: string }[];
  /** A sentence for each message and view whose text differs there; resolves when all calls have arrived. */
  differences(): Promise<string[]>;
  stop(): Promise<void>;
}

const KNOWN = new Set([
  'auth.test',
  'bots.info',
  'chat.postMessage',
  'chat.update',
  'chat.delete',
  'chat.postEphemeral',
  'chat.getPermalink',
  'conversations.open',
  'conversations.info',
  'conversations.history',
  'conversations.replies',
  'conversations.members',
  'users.info',
  'reactions.add',
  'reactions.remove',
  'views.open',
  'views.push',
  'views.update',
  'views.publish',
  'files.completeUploadExternal',
]);

/** Arguments that are one of our ids. */
const IDS = [
  'channel',
  'user',
  'user_id',
  'ts',
  'thread_ts',
  'timestamp',
  'message_ts',
  'view_id',
  'channel_id',
];

/** Number of spare users. The twin cannot get people later, so spares stand for new ones. */
const SPARES = 40;

const BOT_TOKEN = 'xoxb-twin';

export async function startTwin(world: World, workspace: StoredWorkspace): Promise<Twin> {
  const twin = await createEmulator({ service: 'slack', port: 0, seed: seedOf(workspace) });
  const ask = asker(twin);
  const rows = createRows({ world, workspace, ask, botToken: BOT_TOKEN });
  await rows.seed();
  const refusals: Twin['refusals'] = [];
  const { note, differences } = createComparison(world, rows);
  let taken = 0;
  let queue = Promise.resolve();
  let stopped = false;

  async function send(method: string, args: Args, answer: Record<string, unknown>): Promise<void> {
    if (stopped) return;
    const said = await forward({ rows, ask }, method, args, answer);
    if (said.ok !== true) {
      refusals.push({ method, error: String(said.error) });
      return;
    }
    taken += 1;
    note(method, answer, said);
  }

  return {
    refusals,
    get taken() {
      return taken;
    },
    mirror(workspaceId, method, args, answer) {
      if (workspaceId !== workspace.id || !KNOWN.has(method)) return;
      const copies = structuredClone([args, answer] as const);
      queue = queue
        .then(() => send(method, copies[0], copies[1] as Record<string, unknown>))
        .catch((error: unknown) => {
          if (!stopped) refusals.push({ method, error: String(error) });
        });
    },
    async differences() {
      await queue;
      return differences();
    },
    async stop() {
      stopped = true;
      await queue;
      await twin.close();
    },
  };
}

function seedOf({ bot }: StoredWorkspace) {
  const spares = Array.from({ length: SPARES }, (_, index) => `spare${index}`);
  const { id, userId } = bot;
  return {
    slack: {
      users: spares.map((name) => ({ name })),
      oauth_apps: [
        {
          client_id: 'twin',
          client_secret: 'twin',
          name: 'parley',
          redirect_uris: [],
          bot_id: id,
          bot_user_id: userId,
        },
      ],
      tokens: [
        { token: BOT_TOKEN, type: 'bot', user_id: userId, bot_id: id, bot_user_id: userId },
        ...spares.map((name) => ({ token: name, user: name })),
      ],
    },
  };
}

/** Sends a call to the twin, with its ids in place of ours. */
async function forward(
  { rows, ask }: { rows: Rows; ask: Ask },
  method: string,
  args: Args,
  answer: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const translated: Args = { ...args };
  for (const name of IDS)
    if (typeof args[name] === 'string') translated[name] = await rows.theirs(args[name]);
  if (typeof args.users === 'string') {
    const users = await Promise.all(args.users.split(',').map(rows.theirs));
    translated.users = users.join(',');
  }
  if (args.markdown_text !== undefined) translated.text = args.markdown_text;
  // The twin knows no chunks.
  else if (args.chunks !== undefined) translated.text = textOfChunks(args.chunks);
  if (typeof args.trigger_id === 'string') translated.trigger_id = await rows.trigger(answer);
  if (method === 'files.completeUploadExternal') translated.files = await rows.upload(args.files);
  return ask(method, translated, BOT_TOKEN);
}

function textOfChunks(chunks: unknown): string {
  const given: unknown = typeof chunks === 'string' ? JSON.parse(chunks) : chunks;
  return Array.isArray(given) ? given.map((chunk) => String(object(chunk)?.text ?? '')).join('') : '';
}

function createComparison(world: World, rows: Rows) {
  /** Messages that the bot wrote or changed. */
  const written = new Set<StoredMessage>();
  const views: string[] = [];

  /** Notes which of the twin's ids is which of ours, and the messages to compare. */
  function note(method: string, answer: Record<string, unknown>, said: Record<string, unknown>): void {
    const ts = answer.ts ?? answer.message_ts;
    if (method.startsWith('chat.') && typeof ts === 'string') {
      if (said.ts ?? said.message_ts) rows.same(ts, String(said.ts ?? said.message_ts));
      const message = world.messages.find((one) => one.ts === ts);
      if (message && message.ephemeralTo === undefined) written.add(message);
    }
    for (const name of ['view', 'channel']) {
      const [ours, theirs] = [object(answer[name]), object(said[name])];
      if (ours?.id && theirs?.id) rows.same(String(ours.id), String(theirs.id));
      if (name === 'view' && ours && theirs && ours.callback_id !== theirs.callback_id) {
        views.push(`${ours.id} is ${theirs.callback_id} there, not ${ours.callback_id}`);
      }
    }
  }

  async function differences(): Promise<string[]> {
    const found = [...views];
    for (const message of written) {
      const theirs = await rows.read(message);
      if (message.deleted !== (theirs === undefined)) found.push(`${message.ts} is there on one side only`);
      else if (theirs !== undefined && theirs !== shown(message)) {
        found.push(`${message.ts} reads ${JSON.stringify(theirs)}, not ${JSON.stringify(shown(message))}`);
      }
    }
    return found;
  }

  return { note, differences };
}
