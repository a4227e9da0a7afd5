/** The control API of this Slack: what people do, faults, and what the counterpart recorded. */
import type { Server } from 'node:http';
import { createControlServer } from '../control-server.ts';
import type { DisconnectReason } from './delivery/socket-mode.ts';
import type { Actor, SaysOptions } from './people/actors.ts';
import type { InteractionHandle } from './people/handle.ts';
import type { InstallOptions } from './people/installing.ts';
import type { Answers } from './people/using-views.ts';
import type { Settings } from './settings.ts';
import type { Slack, UserOption, Workspace } from './slack.ts';

/**
 * A command: `user` is the person's name in `workspace`, the other fields are the arguments of the actor's method.
 */
export interface ControlCommand {
  do: string;
  workspace?: string;
  user?: string;
  options?: unknown;
  channel?: string;
  text?: string;
  /** The ts of a message. */
  message?: string;
  /** Id of a view. */
  view?: string;
  command?: string;
  callbackId?: string;
  button?: string;
  actionId?: string;
  values?: string[];
  answers?: Answers;
  tab?: 'home' | 'messages';
  entities?: object[];
  threadTs?: string;
  link?: string;
  method?: string;
  fault?: string;
  times?: number;
  settings?: Partial<Settings>;
  reason?: DisconnectReason;
  url?: string;
}

interface Controlled {
  slack: Slack;
  handles: Map<string, InteractionHandle>;
}

export function createControl(slack: Slack): Server {
  const controlled: Controlled = { slack, handles: new Map() };
  return createControlServer<ControlCommand>({
    act: (wanted) => act(controlled, wanted),
    read: (url) => read(controlled, url),
  });
}

function seenOf({ id, acknowledged, trouble, errors, view, responses }: InteractionHandle) {
  return { interaction: id, acknowledged, trouble, errors, view, responses };
}

async function kept({ handles }: Controlled, started: Promise<InteractionHandle | undefined>) {
  const handle = await started;
  if (!handle) return {};
  handles.set(handle.id, handle);
  return seenOf(handle);
}

async function byActor(controlled: Controlled, actor: Actor, wanted: ControlCommand): Promise<unknown> {
  const { text = '', channel = 'general', message, view = '', actionId = '', values = [] } = wanted;
  const options = wanted.options as SaysOptions | undefined;
  const place = message ?? view;
  switch (wanted.do) {
    case 'says':
      return { ts: actor.says(channel, text, options) };
    case 'dm':
      return { ts: actor.dm(text, options), channel: actor.dmChannel };
    case 'edits':
      return actor.edits(place, text);
    case 'deletes':
      return actor.deletes(place);
    case 'runs':
      return kept(controlled, actor.runs(wanted.command ?? '/parley', text, channel));
    case 'shortcut':
      return kept(controlled, actor.shortcut(wanted.callbackId ?? '', message));
    case 'clicks':
      return kept(controlled, actor.clicks(place, wanted.button ?? ''));
    case 'chooses':
      return kept(controlled, actor.chooses(place, actionId, ...values));
    case 'types':
      return actor.types(place, actionId, text);
    case 'submits':
      return kept(controlled, actor.submits(view, wanted.answers ?? {}));
    case 'closes':
      return kept(controlled, actor.closes(view));
    case 'opensHome':
      return actor.opensHome(wanted.tab);
    case 'looksAt':
      return actor.looksAt(wanted.entities ?? []);
    case 'stopsStream':
      return actor.stopsStream(place);
    case 'stopsSession':
      return actor.stopsSession(channel, wanted.threadTs ?? '');
    case 'installs':
      return actor.installs(wanted.link ?? '', wanted.options as InstallOptions | undefined);
    default:
      throw new Error(`nobody can do ${wanted.do}`);
  }
}

async function act(controlled: Controlled, wanted: ControlCommand): Promise<unknown> {
  const { slack } = controlled;
  const workspace = wanted.workspace === undefined ? slack : slack.workspace(wanted.workspace);
  switch (wanted.do) {
    case 'user': {
      const { id, dmChannel } = workspace.user(wanted.user ?? '', wanted.options as UserOption);
      return { id, dmChannel };
    }
    case 'settings':
      return Object.assign(slack.settings, wanted.settings);
    case 'fault':
      return slack.faults.next(wanted.method ?? '*', wanted.fault ?? 'status500', wanted.times);
    case 'disconnect':
      return slack.socketMode.disconnect(wanted.reason ?? 'refresh_requested');
    case 'dropConnections':
      return slack.socketMode.dropConnections();
    case 'requestUrl':
      return slack.setRequestUrl(wanted.url ?? '');
    case 'redirectTo':
      return slack.redirectTo(wanted.url ?? '');
    case 'uninstall':
      return workspace.uninstall();
    default:
      return byActor(controlled, workspace.user(wanted.user ?? 'ada'), wanted);
  }
}

async function read({ slack, handles }: Controlled, url: URL): Promise<unknown> {
  const { searchParams } = url;
  const get = (name: string) => searchParams.get(name) ?? undefined;
  const named = get('workspace');
  const workspace: Workspace = named === undefined ? slack : slack.workspace(named);
  switch (url.pathname) {
    case '/control/messages':
      return workspace.messages(get('channel') ?? 'general', get('thread'));
    case '/control/message':
      return workspace.message(get('ts') ?? '');
    case '/control/home':
      return workspace.home(get('user') ?? '');
    case '/control/interaction': {
      const handle = handles.get(get('id') ?? '');
      if (!handle) throw new Error(`no interaction ${get('id')}`);
      return seenOf(handle);
    }
    case '/control/state': {
      const { stats, pings, requests, events, statuses, prompts, downloads, twin, socketMode } = slack;
      const { connections } = socketMode;
      const refusals = twin?.refusals;
      // `now` and every `at` are on the same clock.
      const now = performance.now();
      return { now, stats, connections, pings, requests, events, statuses, prompts, downloads, refusals };
    }
    default:
      throw new Error(`nothing to read at ${url.pathname}`);
  }
}
