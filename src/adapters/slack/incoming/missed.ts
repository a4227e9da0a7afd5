/** Reads the messages that Parley missed while it was not connected, from the history of each workspace. */
import type { Logger } from 'pino';
import { type CatchUpOptions, createCatchUp } from '../../../chat/catch-up/catch-up.ts';
import { isLater } from '../../../chat/catch-up/later-id.ts';
import type { Marks } from '../../../chat/catch-up/marks.ts';
import type { Progress } from '../../../chat/catch-up/reading.ts';
import type { AdapterState } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { SlackConnection } from '../connection/connection.ts';
import { isOfAgent, type SlackMessage } from '../reading/slack-message.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { type ConversationKind, createHistory, type History, type PastMessage } from './history.ts';

export interface Missed {
  /** Notes that a message was handled, answered or not. @param thread in which it is answered */
  seen(message: SlackMessage, team: string, thread: string | undefined): Promise<void>;
  /** `CatchUp.whenRead` for the place of a message. */
  whenRead(message: SlackMessage, team: string): Promise<void> | undefined;
  /** Call this before the connection closes. Never throws. */
  stop(): Promise<void>;
}

export interface MissedOptions {
  connection: SlackConnection;
  adapterState: AdapterState;
  missedMs: number;
  /** Takes a message unless it was forgotten. Never throws. */
  take(message: SlackMessage, workspace: Workspace): Promise<void>;
  log: Logger;
}

const AGENT = 'agent|';
const MOST_USED = 200;
const MOST_THREADS = 50;
/** The kinds of conversations, in the order of reading. In direct messages, every message is for Parley. */
const KINDS: ConversationKind[] = ['im', 'public_channel', 'private_channel', 'mpim'];
/** Most conversations of a kind that are read although nobody used Parley there lately. */
const MOST_OF_A_KIND = 50;
/** Workspaces that are read at once. Each has rate limits of its own. */
const AT_ONCE = 8;

export function createMissed(options: MissedOptions): Missed {
  const { connection, adapterState, missedMs, log } = options;
  /** Workspaces where each direct message begins a thread of its own. Slack's history does not tell which those are. */
  const agents = new Set<string>();
  const catchUp = createCatchUp({
    adapterState,
    missedMs,
    idAt: tsAt,
    isConnected: () => connection.whyNotReady() === undefined,
    read: readAll(options),
    log,
  });
  connection.onOpen(() => catchUp.connected());

  return {
    async seen(message, team, thread) {
      if (isOfAgent(message) && !agents.has(team)) {
        await adapterState.write(AGENT + team, true);
        agents.add(team);
      }
      const { channel = '', ts } = message;
      for (const place of new Set([replyIn(message), thread]))
        await catchUp.seen(placeOf(team, channel, place), ts);
    },
    whenRead: (message, team) => catchUp.whenRead(placeOf(team, message.channel ?? '', replyIn(message))),
    stop: catchUp.stop,
  };
}

/** Reads all workspaces, some at once. */
function readAll(options: MissedOptions): CatchUpOptions['read'] {
  const { connection, log } = options;
  const { workspaces } = connection;
  const told = new Set<string>();
  return async (marks, signal, _, progress) => {
    progress.expect(marks.places);
    const teams = (await workspaces.all()).values();
    const readSome = async () => {
      for (const team of teams) {
        try {
          const workspace = await workspaces.of(team);
          if (workspace) await readWorkspace(options, { workspace, marks, signal, progress, told });
        } catch (error) {
          if (signal.aborted) return;
          log.error({ team, error: whereFrom(error) }, 'missed messages not taken');
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  };
}

interface Reading {
  workspace: Workspace;
  marks: Marks;
  signal: AbortSignal;
  progress: Progress;
  /** Missing scopes that were logged. */
  told: Set<string>;
}

/** Reads the conversations one after another, those used last first. In each, the oldest message comes first. */
async function readWorkspace(options: MissedOptions, reading: Reading): Promise<void> {
  const { workspace, marks } = reading;
  const { team } = workspace;
  const isAgent = (await options.adapterState.read<boolean>(AGENT + team)) === true;
  const history = createHistory({ team, client: workspace.edits, ...reading, log: options.log });
  const { readConversations, readThreads, threads } = createPlaces(options, reading, { history, isAgent });
  const places = marks.places.map(partsOf).filter((place) => place.team === team);
  const used = new Set(places.map(({ channel }) => channel));
  await readConversations([...used].slice(0, MOST_USED));
  for (const { channel, thread } of places)
    if (thread !== undefined) threads.set(placeOf(team, channel, thread), { channel, thread });
  await readThreads();
  if (marks.since === undefined) return;
  for (const kind of KINDS) {
    const others = (await history.conversations(kind)).filter((channel) => !used.has(channel));
    await readConversations(others.slice(0, MOST_OF_A_KIND));
  }
  await readThreads();
}

/** Reads the conversations and threads of one workspace. */
function createPlaces(
  { take }: MissedOptions,
  { workspace, marks, signal, progress }: Reading,
  { history, isAgent }: { history: History; isAgent: boolean },
) {
  const { team } = workspace;
  /** Threads still to read, by place. */
  const threads = new Map<string, { channel: string; thread: string }>();

  async function takeAll(channel: string, found: PastMessage[]): Promise<void> {
    for (const message of found) {
      signal.throwIfAborted();
      const thread_ts = replyIn(message);
      if (!isAfter(message.ts, marks.after(placeOf(team, channel, thread_ts)))) continue;
      await take({ ...message, thread_ts, channel, ...(isAgent && { app_context: {} }) }, workspace);
    }
  }

  return {
    threads,
    async readConversations(channels: string[]): Promise<void> {
      for (const channel of channels) {
        const after = marks.after(placeOf(team, channel));
        if (after === undefined) continue;
        const found = await history.conversation(channel, after);
        for (const { ts, latest_reply } of found) {
          const place = placeOf(team, channel, ts);
          if (isAfter(latest_reply, marks.after(place))) threads.set(place, { channel, thread: ts });
        }
        await takeAll(channel, found);
        progress.done(placeOf(team, channel));
      }
    },
    async readThreads(): Promise<void> {
      for (const [place, { channel, thread }] of [...threads].slice(0, MOST_THREADS)) {
        const after = marks.after(place);
        if (after !== undefined) await takeAll(channel, await history.thread(channel, thread, after));
        progress.done(place);
      }
      threads.clear();
    },
  };
}

/** The ts of a message at a time (ms since 1970). Until 2286, it is as long as Slack's. */
export const tsAt = (time: number): string => (time / 1000).toFixed(6);

/** The thread of a reply. In Slack's history, a message with replies names itself as its thread. */
function replyIn({ ts, thread_ts }: SlackMessage): string | undefined {
  return thread_ts === ts ? undefined : thread_ts;
}

function isAfter(ts: string | undefined, mark: string | undefined): boolean {
  return ts !== undefined && mark !== undefined && isLater(ts, mark);
}

function placeOf(team: string, channel: string, thread?: string): string {
  return [team, channel, thread].filter(Boolean).join(' ');
}

function partsOf(place: string): { team: string; channel: string; thread: string | undefined } {
  const [team = '', channel = '', thread] = place.split(' ');
  return { team, channel, thread };
}
