/** Rows of the twin: its ids for our users, channels and messages, and what a call needs before it. */
import type { Emulator } from 'emulate';
import { type Args, object } from '../api/args.ts';
import { shown } from '../blocks/shown.ts';
import type { StoredChannel, StoredMessage, StoredWorkspace, World } from '../world/world.ts';

export type Rows = ReturnType<typeof createRows>;

export type Ask = (method: string, args: Args, token: string) => Promise<Record<string, unknown>>;

export function asker({ url }: Emulator): Ask {
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

interface RowOptions {
  world: World;
  workspace: StoredWorkspace;
  ask: Ask;
  botToken: string;
}

/** Creates the rows that a call needs at their first use, and maps our ids to the twin's. */
export function createRows(options: RowOptions) {
  const { workspace, ask, botToken } = options;
  const ids = new Map<string, string>([[workspace.bot.userId, workspace.bot.userId]]);
  const free: { id: string; name: string }[] = [];
  const theirs = createIds(options, ids, free);
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
    ...createSteps(options, theirs),
  };
}

type Theirs = (ours: string) => Promise<string>;

/** Returns the function that gives the twin's id for ours, and creates the row if it is missing. */
function createIds(
  { world, workspace, ask, botToken }: RowOptions,
  ids: Map<string, string>,
  free: { id: string; name: string }[],
): Theirs {
  const tokens = new Map<string, string>();

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

  return theirs;
}

/** Steps that calls need before them. */
function createSteps({ world, ask, botToken }: RowOptions, theirs: Theirs) {
  return {
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
  };
}
