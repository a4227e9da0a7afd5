/** Reads messages said on Slack while Parley was not connected, from the history of each workspace. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { createCatchUp, isLater, type Marks, type Progress } from '../../../chat/catch-up.ts';
import { StoreError } from '../../../core/errors.ts';
import type { Notebook } from '../../../core/platform.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { SlackConnection } from '../connection/connection.ts';
import { isOfAgent, type SlackMessage } from '../reading/slack-message.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { type ConversationKind, createHistory, type PastMessage } from './history.ts';

export interface Missed {
  /** A message was dealt with, whatever came of it. @param thread the one that it is answered in */
  seen(message: SlackMessage, team: string, thread: string | undefined): Promise<void>;
  /** As `CatchUp.whenRead`, of where a message was said. */
  whenRead(message: SlackMessage, team: string): Promise<void> | undefined;
  /** To be called while still connected. Never throws. */
  stop(): Promise<void>;
}

export interface MissedOptions {
  connection: SlackConnection;
  notebook: Notebook;
  missedMs: number;
  /** What one does with a message that comes as an event, of whatever kind it is. */
  take(message: SlackMessage, workspace: Workspace): Promise<void>;
  /** Whether a message was forgotten before Parley heard of it. @throws StoreError */
  isForgotten(message: SlackMessage, workspace: Workspace): Promise<boolean>;
  log: Logger;
}

const AGENT = 'agent|';
const MOST_USED = 200;
const MOST_THREADS = 50;
/** In direct messages each word is for Parley. */
const KINDS: ConversationKind[] = ['im', 'public_channel', 'private_channel', 'mpim'];
/** Most conversations of a kind that Parley was not used in lately. */
const MOST_OF_A_KIND = 50;
/** Workspaces that are read side by side; each has limits of its own. */
const AT_ONCE = 8;
const STORE_WAIT_MS = 5_000;
const MOST_ATTEMPTS = 100;

export function createMissed(options: MissedOptions): Missed {
  const { connection, notebook, missedMs, take, isForgotten, log } = options;
  const { workspaces } = connection;
  /** Workspaces where each direct message is a thread of its own, which history does not say. */
  const agents = new Set<string>();
  const told = new Set<string>();
  const catchUp = createCatchUp({
    notebook,
    missedMs,
    idAt: tsAt,
    isConnected: () => connection.whyNotReady() === undefined,
    read: readAll,
    log,
  });
  connection.onOpen(() => catchUp.connected());

  async function readAll(marks: Marks, signal: AbortSignal, _: string, progress: Progress): Promise<void> {
    progress.expect(marks.places);
    const teams = (await workspaces.all()).values();
    const readSome = async () => {
      for (const team of teams) {
        try {
          const workspace = await workspaces.of(team);
          if (workspace) await readWorkspace(workspace, marks, signal, progress);
        } catch (error) {
          if (signal.aborted) return;
          log.error({ team, error: whereFrom(error) }, 'missed messages not taken');
        }
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  }

  /** Conversation by conversation, the last used first, and in each the oldest message first. */
  async function readWorkspace(
    workspace: Workspace,
    marks: Marks,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<void> {
    const { team } = workspace;
    const isAgent = (await notebook.read<boolean>(AGENT + team)) === true;
    const history = createHistory({ team, client: workspace.edits, told, signal, log });
    const places = marks.places.map(partsOf).filter((place) => place.team === team);
    /** Threads that are to be read yet, by place. */
    const threads = new Map<string, { channel: string; thread: string }>();

    async function takeAll(channel: string, found: PastMessage[]): Promise<void> {
      for (const message of found) {
        signal.throwIfAborted();
        const thread_ts = replyIn(message);
        if (!isAfter(message.ts, marks.after(placeOf(team, channel, thread_ts)))) continue;
        const asEvent = { ...message, thread_ts, channel, ...(isAgent && { app_context: {} }) };
        await takeAgain(async () => {
          if (!(await isForgotten(asEvent, workspace))) await take(asEvent, workspace);
        }, signal);
      }
    }

    async function readConversations(channels: string[]): Promise<void> {
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
    }

    async function readThreads(): Promise<void> {
      for (const [place, { channel, thread }] of [...threads].slice(0, MOST_THREADS)) {
        const after = marks.after(place);
        if (after !== undefined) await takeAll(channel, await history.thread(channel, thread, after));
        progress.done(place);
      }
      threads.clear();
    }

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

  return {
    async seen(message, team, thread) {
      if (isOfAgent(message) && !agents.has(team)) {
        await notebook.write(AGENT + team, true);
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

/** The ts that a message of that time has, milliseconds since 1970. Of the same length as Slack's, until 2286. */
export const tsAt = (time: number): string => (time / 1000).toFixed(6);

/** Slack has nothing to deliver again: while the store is away it is tried again here. Of what fails the log tells. */
async function takeAgain(takeOne: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await takeOne();
    } catch (error) {
      if (!(error instanceof StoreError) || attempt === MOST_ATTEMPTS) return;
      await sleep(STORE_WAIT_MS, undefined, { signal });
    }
  }
}

/** The thread that a message is a reply in; history says of what has replies that it is in its own. */
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
