/**
 * What people see while a question is still being read, before its turn begins: the status under a thread, or, in plain
 * direct messages, which have none, a placeholder that the answer grows in.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { THINKING } from '../../core/notices.ts';
import { slackText, smallPrint } from './dialect.ts';
import { metadataOf } from './find-lost.ts';
import type { Place } from './place.ts';
import { clearThinking, sayThinking } from './thinking-status.ts';
import type { Workspace } from './workspaces.ts';

export interface EarlySign {
  /** The turn begins, which shows a status of its own. Resolves to the ts of the placeholder, where there is one. */
  handOver(): Promise<string | undefined>;
  /** Nothing is answered. */
  remove(): Promise<void>;
}

export interface EarlySignOptions {
  workspace: Workspace;
  place: Place;
  /** Of the question. */
  turn: string;
  /** Whether files or a thread are read first; else the turn begins at once. */
  takesLong: boolean;
  /** Notes that a placeholder is about to be posted; false where there is to be none. */
  announce(): Promise<boolean>;
}

const NONE: EarlySign = { handOver: async () => undefined, remove: async () => {} };

/** How long after a question people see that it is being answered (ms). */
const SIGN_MS = 2_000;
/** A turn that waited longer for others may begin its answer at once. */
const LEAST_MS = 500;
/** A status that Slack takes longer for is not waited for. */
const STATUS_WAIT_MS = 1_000;

/** How long until people are to see a sign of it. @param askedAt by Slack's clock (ms since 1970) */
export function leftOfSign(askedAt: number): number {
  return Math.min(Math.max(askedAt + SIGN_MS - Date.now(), LEAST_MS), SIGN_MS);
}

export function showEarly(options: EarlySignOptions): EarlySign {
  const { workspace, place, takesLong } = options;
  const { channel, thread } = place;
  if (thread === undefined) return placeholder(options);
  return takesLong ? status(workspace, channel, thread) : NONE;
}

function status(workspace: Workspace, channel: string, thread: string): EarlySign {
  const place = { workspace: async () => workspace, channel, thread };
  const shown = sayThinking(place);
  return {
    async handOver() {
      await Promise.race([shown, sleep(STATUS_WAIT_MS, undefined, { ref: false })]);
      return undefined;
    },
    async remove() {
      await shown;
      clearThinking(place);
    },
  };
}

function placeholder({
  workspace: { edits },
  place: { channel },
  turn,
  announce,
}: EarlySignOptions): EarlySign {
  let posting: Promise<string | undefined> = Promise.resolve(undefined);
  const timer = setTimeout(() => {
    posting = post().catch(() => undefined);
  }, SIGN_MS);

  async function post(): Promise<string | undefined> {
    if (!(await announce())) return undefined;
    const text = slackText(smallPrint(THINKING));
    return (await edits.chat.postMessage({ channel, text, metadata: metadataOf(turn, 0) })).ts;
  }

  return {
    handOver() {
      clearTimeout(timer);
      return posting;
    },
    async remove() {
      clearTimeout(timer);
      const ts = await posting;
      if (ts !== undefined) await edits.chat.delete({ channel, ts }).catch(() => {});
    },
  };
}
