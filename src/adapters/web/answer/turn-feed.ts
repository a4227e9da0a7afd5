/**
 * The feed of a turn for its readers, whichever process answers it. Readers see a turn of this process as it grows. For a
 * turn of another process, one read of the store serves all readers, as often as people notice and only while somebody
 * follows.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { Settings } from '../../../core/settings.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { Toolbox } from '../../../core/turn/tools/turn-tools.ts';
import { tenantIn } from '../../../core/types.ts';
import type { TurnEvents } from '../api.ts';
import { type LiveAnswer, type LiveAnswers, type TurnReference, turnKeyOf } from './live-answers.ts';
import { endOf, inPlainText, madeView, stepView } from './turn-view.ts';

export interface FeedsOptions {
  live: LiveAnswers;
  queue: TurnQueue;
  transcripts: Transcripts;
  settings: Pick<Settings, 'read'>;
  toolbox: Pick<Toolbox, 'tools'>;
  log: Logger;
}

export interface Feeds {
  /** The feed of a turn that exists. It reads from the first watcher on, to the end or until the last one leaves. */
  of(reference: TurnReference): Feed;
  /** Whether somebody watches a turn that has not ended, as far as this process knows. */
  isFollowed(reference: TurnReference): boolean;
}

export interface Feed {
  readonly status: 'waiting' | 'thinking' | 'retrying';
  /** The answer so far. Each attempt begins it anew. */
  readonly text: string;
  /** The text before `text` was no answer and must disappear. */
  readonly isRetracted?: boolean;
  /** As of `LiveAnswer`. Absent where another process answers, until its end. */
  readonly steps?: LiveAnswer['steps'];
  readonly progress?: string;
  /** `gone`: the turn is not there any more. After the end nothing changes. */
  readonly end: TurnEvents['end'] | 'gone' | undefined;
  /** Calls back after each change. Returns a function that stops this. */
  watch(onChange: () => void): () => void;
}

type Seen = Pick<Feed, 'status' | 'text' | 'isRetracted' | 'steps' | 'progress' | 'end'>;

/** Delay between two reads of the store, ms. A draft in the store is half a second old at most. */
const LOOK_MS = 300;
const NO_STEPS: LiveAnswer['steps'] = [];

export function createFeeds(options: FeedsOptions): Feeds {
  const feeds = new Map<string, Feed>();
  return {
    of(reference) {
      return feeds.get(turnKeyOf(reference)) ?? createFeed(options, reference, feeds);
    },
    isFollowed: (reference) => feeds.has(turnKeyOf(reference)),
  };
}

function endSeen(
  { end, notice, hasThoughts, model, footer }: NonNullable<LiveAnswer['end']>,
  { steps, files, endedAt }: Pick<LiveAnswer, 'steps' | 'files' | 'endedAt'>,
): TurnEvents['end'] {
  return {
    end,
    notice: notice ?? null,
    ...(endedAt !== undefined && { endedAt }),
    ...(hasThoughts && { hasThoughts }),
    ...(model !== undefined && { model }),
    ...(footer !== undefined && { footer: inPlainText(footer) }),
    ...(steps.length > 0 && { steps: steps.map(stepView) }),
    ...(files.length > 0 && { files: files.map(madeView) }),
  };
}

/** @param feeds the feeds that are watched and have not ended */
function createFeed(options: FeedsOptions, reference: TurnReference, feeds: Map<string, Feed>): Feed {
  const { live } = options;
  const key = turnKeyOf(reference);
  const watchers = new Set<() => void>();
  let seen: Seen = { status: 'thinking', text: '', end: undefined };
  const look = createLook(options, reference, {
    isWanted: () => watchers.size > 0 && !seen.end && !live.get(reference),
    see,
  });
  let leave = () => {};

  function begin(): void {
    const stopWatching = live.watch(reference, seeHere);
    feeds.set(key, feed);
    leave = () => {
      stopWatching();
      if (feeds.get(key) === feed) feeds.delete(key);
    };
    seeHere();
  }

  function see(next: Seen): void {
    seen = next;
    if (next.end) leave();
    for (const onChange of watchers) onChange();
  }

  function seeHere(): void {
    const answer = live.get(reference);
    if (!answer) void look();
    else see({ ...answer, end: answer.end && endSeen(answer.end, answer) });
  }

  const feed: Feed = {
    get status() {
      return seen.status;
    },
    get text() {
      return seen.text;
    },
    get isRetracted() {
      return seen.isRetracted ?? false;
    },
    get steps() {
      return seen.steps ?? NO_STEPS;
    },
    get progress() {
      return seen.progress ?? '';
    },
    get end() {
      return seen.end;
    },
    watch(onChange) {
      watchers.add(onChange);
      if (watchers.size === 1) begin();
      return () => {
        if (watchers.delete(onChange) && watchers.size === 0) leave();
      };
    },
  };
  return feed;
}

interface LookOptions {
  /** Whether somebody watches a turn that is answered elsewhere. */
  isWanted(): boolean;
  see(next: Seen): void;
}

/** Reads the store again and again while somebody follows. Several calls at once make one such loop. */
function createLook(
  { queue, transcripts, settings, toolbox, log }: FeedsOptions,
  reference: TurnReference,
  { isWanted, see }: LookOptions,
) {
  let isLooking = false;
  let isFailing = false;

  async function read(): Promise<Seen> {
    const turn = (await queue.live(reference.conversation)).find(({ id }) => id === reference.id);
    if (turn?.phase === 'waiting') return { status: 'waiting', text: '', end: undefined };
    if (turn?.phase === 'answering') return { status: 'thinking', text: turn.text, end: undefined };
    const kept = await transcripts.find(reference.conversation, reference.id);
    if (!kept) return { status: 'thinking', text: '', end: 'gone' };
    const { footer } = await settings.read(tenantIn(reference.conversation));
    return { status: 'thinking', text: kept.answer, end: endOf(kept, footer, toolbox) };
  }

  return async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    while (isWanted()) {
      try {
        const next = await read();
        isFailing = false;
        if (isWanted()) see(next);
      } catch (error) {
        const what = { conversation: reference.conversation, turn: reference.id, error: whereFrom(error) };
        if (!isFailing) log.warn(what, 'turn could not be read; trying again');
        isFailing = true;
      }
      if (isWanted()) await sleep(LOOK_MS);
    }
    isLooking = false;
  };
}
