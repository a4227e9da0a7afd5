/**
 * `emulate`, another implementation of Slack, beside ours. It receives every call that our methods accept and that
 * it knows, in order and after the bot has its response. Tests can ask for its refusals, and for messages that
 * differ from ours.
 *
 * It stands beside ours because it gives its own ids, and knows one workspace and no tiers, kinds of tokens, limits,
 * streams, Socket Mode or interactions. So the truth is in `world.ts`, and the twin is a second opinion on the first
 * workspace. It never sees calls that our methods refuse, and the bot reads nothing from it.
 */
import { createEmulator, type Emulator } from 'emulate';
import { type Args, object } from './api/args.ts';
import { shown } from './blocks/shown.ts';
import type { StoredChannel, StoredMessage, StoredWorkspace, World } from './world/world.ts';

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

export async function startTwin(world: World, workspace: StoredWorkspace): Promise<Twin> {
  const spares = Array.from({ length: SPARES }, (_, index) => `spare${index}`);
  const { id: botId, userId: botUserId } = workspace.bot;
  const botToken = 'xoxb-twin';
  const twin = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        users: spares.map((name) => ({ name })),
        oauth_apps: [
          {
            client_id: 'twin',
            client_secret: 'twin',
            name: 'parley',
            redirect_uris: [],
            bot_id: botId,
            bot_user_id: botUserId,
          },
        ],
        tokens: [
          { token: botToken, type: 'bot', user_id: botUserId, bot_id: botId, bot_user_id: botUserId },
          ...spares.map((name) => ({ token: name, user: name })),
        ],
      },
    },
  });
  const ask = asker(twin);
  const rows = createRows(world, workspace, ask, botToken);
  await rows.seed();
  const refusals: Twin['refusals'] = [];
  /** Messages that the bot wrote or changed. */
  const written = new Set<StoredMessage>();
  const views: string[] = [];
  let taken = 0;
  let queue = Promise.resolve();
  let stopped = false;

  async function send(method: string, args: Args, answer: Record<string, unknown>): Promise<void> {
    if (stopped) return;
    const translated: Args = { ...args };
    for (const name of IDS)
      if (typeof args[name] === 'string') translated[name] = await rows.theirs(args[name]);
    if (typeof args.users === 'string') {
      const users = await Promise.all(args.users.split(',').map(rows.theirs));
      translated.users = users.join(',');
    }
    if (args.markdown_text !== undefined) translated.text = args.markdown_text;
    if (typeof args.trigger_id === 'string') translated.trigger_id = await rows.trigger(answer);
    if (method === 'files.completeUploadExternal') translated.files = await rows.upload(args.files);
    const said = await ask(method, translated, botToken);
    if (said.ok !== true) {
      refusals.push({ method, error: String(said.error) });
      return;
    }
    taken += 1;
    note(method, answer, said);
  }

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
      const found = [...views];
      for (const message of written) {
        const theirs = await rows.read(message);
        if (message.deleted !== (theirs === undefined)) found.push(`${message.ts} is there on one side only`);
        else if (theirs !== undefined && theirs !== shown(message)) {
          found.push(`${message.ts} reads ${JSON.stringify(theirs)}, not ${JSON.stringify(shown(message))}`);
        }
      }
      return found;
    },
    async stop() {
      stopped = true;
      await queue;
      await twin.close();
    },
  };
}

type Ask = (method: string, args: Args, token: string) => Promise<Record<string, unknown>>;

function asker({ url }: Emulator): Ask {
  const base = url.replace('localhost', '127.0.0.1');
  return async (method, args, token) => {
    const response = await fetch(`${base}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    return (await response.json()) as Record<string, unknown>;
  };
}

/** Creates the rows that a call needs at their first use, and maps our ids to the twin's. */
function createRows(world: World, workspace: StoredWorkspace, ask: Ask, botToken: string) {
  const ids = new Map<string, string>([[workspace.bot.userId, workspace.bot.userId]]);
  const tokens = new Map<string, string>();
  const free: { id: string; name: string }[] = [];

  function user(ours: string): string {
    const spare = free.shift();
    if (!spare) throw new Error('more people than the twin has room for');
    ids.set(ours, spare.id);
    tokens.set(ours, spare.name);
    return spare.id;
  }

  async function channel(ours: StoredChannel): Promise<string> {
    const people = [...ours.members].filter((one) => one !== workspace.bot.userId);
    const users = (await Promise.all(people.map(theirs))).join(',');
    const direct = ours.type === 'im' || ours.type === 'mpim';
    const named = { name: ours.name, is_private: ours.type === 'group' };
    const made = direct
      ? await ask('conversations.open', { users }, botToken)
      : await ask('conversations.create', { ...named, name: `${ours.name}-ours` }, botToken);
    const id = String(object(made.channel)?.id);
    if (!direct && users !== '') await ask('conversations.invite', { channel: id, users }, botToken);
    ids.set(ours.id, id);
    return id;
  }

  async function message(ours: StoredMessage): Promise<string> {
    const to = await theirs(ours.channelId);
    const thread = ours.threadTs === undefined ? {} : { thread_ts: await theirs(ours.threadTs) };
    if (!ours.own) await theirs(ours.userId);
    const token = tokens.get(ours.userId) ?? botToken;
    const made = await ask(
      'chat.postMessage',
      { channel: to, text: shown(ours) || '(files)', ...thread },
      token,
    );
    ids.set(ours.ts, String(made.ts));
    return String(made.ts);
  }

  async function theirs(ours: string): Promise<string> {
    const known = ids.get(ours);
    if (known !== undefined) return known;
    const there = workspace.channels.get(ours);
    if (there) return channel(there);
    if (workspace.users.has(ours)) return user(ours);
    const said = world.messages.find((one) => one.ts === ours && one.workspaceId === workspace.id);
    return said ? message(said) : ours;
  }

  return {
    theirs,
    same: (ours: string, id: string) => ids.set(ours, id),
    async seed(): Promise<void> {
      const { members } = await ask('users.list', {}, botToken);
      for (const one of Array.isArray(members) ? members : []) {
        const { id, name } = object(one) ?? {};
        if (String(name).startsWith('spare')) free.push({ id: String(id), name: String(name) });
      }
    },
    /** A trigger of the twin, for the user and view of our trigger that was exchanged for a view. */
    async trigger(answer: Record<string, unknown>): Promise<string> {
      const view = world.views.get(String(object(answer.view)?.id));
      const previous = view?.previousId ? { view_id: await theirs(view.previousId) } : {};
      const made = await ask(
        'views.generateTriggerId',
        { user_id: await theirs(view?.userId ?? ''), ...previous },
        botToken,
      );
      return String(made.trigger_id);
    },
    /** The first two steps of an upload. */
    upload: (given: unknown) => {
      const files: unknown[] =
        typeof given === 'string' ? JSON.parse(given) : Array.isArray(given) ? given : [];
      return Promise.all(
        files.map(async (one) => {
          const file = world.files.get(String(object(one)?.id));
          const size = { filename: file?.name, length: file?.bytes.length };
          const made = await ask('files.getUploadURLExternal', size, botToken);
          const url = String(made.upload_url).replace('localhost', '127.0.0.1');
          await fetch(url, { method: 'POST', body: new Uint8Array(file?.bytes ?? []) });
          return { id: made.file_id, title: file?.title };
        }),
      );
    },
    /** The text that people read in the twin; undefined if the message is missing. */
    async read(ours: StoredMessage): Promise<string | undefined> {
      const parent = await theirs(ours.threadTs ?? ours.ts);
      const { messages } = await ask(
        'conversations.replies',
        { channel: await theirs(ours.channelId), ts: parent },
        botToken,
      );
      const all = Array.isArray(messages) ? messages.map((one) => object(one) ?? {}) : [];
      const found = all.find(({ ts }) => ts === ids.get(ours.ts));
      if (!found) return undefined;
      const blocks = (Array.isArray(found.blocks) ? found.blocks : []) as StoredMessage['blocks'];
      return shown({ ...ours, text: String(found.text), blocks, stream: undefined });
    },
  };
}
