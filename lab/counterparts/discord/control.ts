/** The control API of this Discord: what people do, faults, and what the counterpart recorded. */
import type { Server } from 'node:http';
import { createControlServer } from '../control-server.ts';
import type { CallKind, Fault } from './faults.ts';
import type { Actor, SaysOptions } from './people/actors.ts';
import type { InteractionHandle } from './people/handle.ts';
import type { Answers, OptionValue } from './people/using-commands.ts';
import type { Discord, UserOption } from './start.ts';

/** A command: `user` is the person's name, the other fields are the arguments of the actor's method. */
export interface ControlCommand {
  do: string;
  user?: string;
  options?: unknown;
  channel?: string;
  content?: string;
  message?: string;
  command?: string;
  title?: string;
  button?: string;
  customId?: string;
  values?: string[];
  answers?: Answers;
  /** Id of an interaction that an earlier command returned. */
  interaction?: string;
  option?: string;
  typed?: string;
  kind?: CallKind;
  fault?: Fault;
  times?: number;
  settings?: Partial<Discord['settings']>;
  resumable?: boolean;
  count?: number;
  guild?: string;
  on?: boolean;
}

type Handles = Map<string, InteractionHandle>;

export function createControl(discord: Discord): Server {
  const controlled: Controlled = { discord, handles: new Map() };
  return createControlServer<ControlCommand>({
    act: (wanted) => act(controlled, wanted),
    read: (url) => read(controlled, url),
  });
}

interface Controlled {
  discord: Discord;
  handles: Handles;
}

async function seen(handles: Handles, started: Promise<InteractionHandle>) {
  const handle = await started;
  handles.set(handle.id, handle);
  return { interaction: handle.id, callback: handle.callback, modal: handle.modal };
}

async function byActor(
  { discord, handles }: Controlled,
  actor: Actor,
  wanted: ControlCommand,
): Promise<unknown> {
  const { content = '', command = '', message = '', channel = discord.channel('general'), options } = wanted;
  switch (wanted.do) {
    case 'says':
      return { id: actor.says(channel, content, options as SaysOptions) };
    case 'dm':
      return { id: actor.dm(content, options as SaysOptions), channel: actor.dmChannel };
    case 'edits':
      return actor.edits(message, content);
    case 'deletes':
      return actor.deletes(message);
    case 'startsThread':
      return { id: actor.startsThread(channel, wanted.title ?? '', message ? { messageId: message } : {}) };
    case 'posts':
      return { id: actor.posts(channel, wanted.title ?? '', content) };
    case 'runs':
      return seen(handles, actor.runs(command, options as Record<string, OptionValue>, channel));
    case 'context':
      return seen(handles, actor.context(command, message));
    case 'types':
      return actor.types(command, wanted.option ?? '', wanted.typed ?? '', channel);
    case 'clicks':
      return seen(handles, actor.clicks(message, wanted.button ?? ''));
    case 'chooses':
      return seen(handles, actor.chooses(message, wanted.customId ?? '', wanted.values ?? []));
    case 'submits': {
      const opened = handles.get(wanted.interaction ?? '');
      if (!opened) throw new Error(`no interaction ${wanted.interaction}`);
      return seen(handles, actor.submits(opened, wanted.answers ?? {}));
    }
    default:
      throw new Error(`nobody can do ${wanted.do}`);
  }
}

async function act(controlled: Controlled, wanted: ControlCommand): Promise<unknown> {
  const { discord } = controlled;
  const { gateway, faults } = discord;
  switch (wanted.do) {
    case 'user': {
      const { id, dmChannel } = discord.user(wanted.user ?? '', wanted.options as UserOption);
      return { id, dmChannel };
    }
    case 'settings':
      return Object.assign(discord.settings, wanted.settings);
    case 'fault':
      return faults.next(wanted.kind ?? 'other', wanted.fault ?? 'status500', wanted.times);
    case 'dropConnections':
      return gateway.dropConnections({ resumable: wanted.resumable ?? true });
    case 'invalidateSession':
      return gateway.invalidateSession();
    case 'requestReconnect':
      return gateway.requestReconnect();
    case 'duplicateNext':
      return gateway.duplicateNext(wanted.count ?? 1);
    case 'removeGuild':
      return discord.removeGuild(wanted.guild ?? discord.guildId);
    case 'outage':
      return discord.outage(wanted.guild ?? discord.guildId, wanted.on ?? true);
    default:
      return byActor(controlled, discord.user(wanted.user ?? 'ada'), wanted);
  }
}

async function read({ discord, handles }: Controlled, url: URL): Promise<unknown> {
  const { searchParams } = url;
  switch (url.pathname) {
    case '/control/messages':
      return discord.messages(searchParams.get('channel') ?? discord.channel('general'));
    case '/control/message':
      return discord.message(searchParams.get('id') ?? '');
    case '/control/answer': {
      const handle = handles.get(searchParams.get('interaction') ?? '');
      return { message: await handle?.message(), followups: handle?.followups };
    }
    case '/control/state': {
      const { stats, pings, requests, typing, commands, twin } = discord;
      // `now` and every `at` are on the same clock.
      return { now: performance.now(), stats, pings, requests, typing, commands, refusals: twin?.refusals };
    }
    default:
      throw new Error(`nothing to read at ${url.pathname}`);
  }
}
