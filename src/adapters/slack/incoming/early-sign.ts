/**
 * Shows people that Parley is reading a question, before its turn begins. In a thread this is the status. Plain direct
 * messages have no status, so there it is a placeholder, in which the answer then grows.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Records } from '../../../chat/answer/answer-records.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId } from '../../../core/types.ts';
import { findLost, metadataOf } from '../answer/messages/find-lost.ts';
import { clearThinking, sayThinking } from '../answer/thinking-status.ts';
import type { Location } from '../ids.ts';
import { slackText, smallPrint } from '../markdown/dialect.ts';
import { en } from '../sentences/en.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface EarlySign {
  /** Call this when the turn begins, which shows a status of its own. Resolves to the ts of the placeholder, if any. */
  handOver(): Promise<string | undefined>;
  /** Call this when there will be no answer. */
  remove(): Promise<void>;
}

export interface EarlySignOptions {
  workspace: Workspace;
  location: Location;
  /** The question's turn. */
  turn: string;
  /** Whether Parley reads files or a thread first. Otherwise the turn begins at once. */
  takesLong: boolean;
  /** Notes that a placeholder is about to be posted. False if none should be posted. */
  announce(): Promise<boolean>;
}

const NONE: EarlySign = { handOver: async () => undefined, remove: async () => {} };

/** Time from a question until people see a sign of its answer, ms. */
const SIGN_MS = 2_000;
/** Least wait before the sign, ms. A turn that waited for others may begin its answer at once. */
const LEAST_MS = 500;
/** Longest wait for Slack to set a status, ms. */
const STATUS_WAIT_MS = 1_000;

/** Time left until people should see a sign of the answer, ms. @param askedAt ms since 1970, by Slack's clock */
export function leftOfSign(askedAt: number): number {
  return Math.min(Math.max(askedAt + SIGN_MS - Date.now(), LEAST_MS), SIGN_MS);
}

export function showEarly(options: EarlySignOptions): EarlySign {
  const { workspace, location, takesLong } = options;
  const { channel, thread } = location;
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
  location: { channel },
  turn,
  announce,
}: EarlySignOptions): EarlySign {
  let posting: Promise<string | undefined> = Promise.resolve(undefined);
  const timer = setTimeout(() => {
    posting = post().catch(() => undefined);
  }, SIGN_MS);

  async function post(): Promise<string | undefined> {
    if (!(await announce())) return undefined;
    const text = slackText(smallPrint(en.notices.thinking));
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

/**
 * Placeholders of questions that Parley is still reading. Each is noted before it is posted. If Parley dies before the
 * turn begins, the process that gets Slack's redelivery of the question finds the placeholder.
 */
export interface Announced {
  /**
   * Notes a placeholder. False if none should be posted, since another answer is under way in the conversation, or the
   * placeholder is noted already.
   */
  note(turn: string, conversation: ConversationId, asker: string): Promise<boolean>;
  /** Removes the placeholder of a question that gets no answer, unless an answer uses it. Then forgets the note. */
  remove(turn: string, workspace: Workspace, channel: string): Promise<void>;
}

export interface AnnouncedOptions {
  queue: Pick<TurnQueue, 'live'>;
  records: Records;
  log: Logger;
}

export function createAnnounced({ queue, records, log }: AnnouncedOptions): Announced {
  return {
    async note(turn, conversation, asker) {
      if ((await queue.live(conversation)).length > 0 || (await records.read(turn))) return false;
      await records.write(turn, { conversation, asker, ids: [], round: 1, isPlaceheld: true });
      return true;
    },

    async remove(turn, workspace, channel) {
      const record = await records.read(turn);
      if (!record?.isPlaceheld || record.ids.length > 0) return;
      const place = { channel, thread: undefined, turn };
      const ts = await findLost({ ...place, index: 0, posted: new Set(), log }, workspace);
      if (ts !== undefined) await workspace.edits.chat.delete({ channel, ts }).catch(() => {});
      await records.remove(turn);
    },
  };
}
