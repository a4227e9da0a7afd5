/** Finds the message that a call posted whose reply was lost. */
import type { Logger } from 'pino';
import { isSureRefusal, loggable } from '../../api/errors.ts';
import { tsOf } from '../../ids.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';

export interface Lost {
  channel: string;
  /** Undefined in the channel itself. */
  thread: string | undefined;
  turn: string;
  /** The ts of a moment before the answer. Absent: that of the question, if the turn's id has one. */
  asked?: string | undefined;
  /** The part's index, as in the message's metadata. */
  index: number | string;
  /** The ts of the answer's known messages. */
  posted: ReadonlySet<string>;
  log: Logger;
}

const EVENT = 'parley_answer';
/** Messages that are searched, the newest of the channel or the thread. */
const LOOKED_AT = { channel: 15, thread: 1_000 };

/** The metadata by which a message is found. */
export function metadataOf(turn: string, index?: number | string) {
  return { event_type: EVENT, event_payload: { turn, ...(index !== undefined && { index }) } };
}

/**
 * Finds the ts of a lost message. A message names its turn, but a stream in a thread cannot before it is
 * stopped. A lane answers one turn at a time, so an open stream belongs to this turn.
 * @throws the error of Slack's client, unless Slack refuses to tell
 */
export async function findLost(
  { channel, thread, turn, asked = tsOf(turn), index, posted, log }: Lost,
  { edits, botUserId }: Workspace,
): Promise<string | undefined> {
  // All ts have one length, so they compare as texts.
  const request = { channel, include_all_metadata: true, ...(asked && { oldest: asked }) };
  const read = () =>
    thread === undefined
      ? edits.conversations.history({ ...request, limit: LOOKED_AT.channel })
      : edits.conversations.replies({ ...request, ts: thread, limit: LOOKED_AT.thread });
  const { messages = [] } = await read().catch((error: unknown) => {
    if (!isSureRefusal(error)) throw error;
    // If Parley cannot search, an answer posted twice is better than none.
    log.warn({ code: loggable(error) }, 'slack does not say whether a message was posted');
    return { messages: [] };
  });
  // A message that shares a file has no metadata either: it is of the answer before (posted-files.ts).
  const own = messages.filter(
    ({ ts, user, files = [] }) =>
      user === botUserId && ts !== undefined && !posted.has(ts) && files.length === 0,
  );
  const payload = ({ metadata }: (typeof own)[number]) =>
    metadata?.event_type === EVENT
      ? (metadata.event_payload as Partial<ReturnType<typeof metadataOf>['event_payload']>)
      : undefined;
  const ofTurn = own.filter((one) => payload(one)?.turn === turn);
  const found =
    ofTurn.find((one) => payload(one)?.index === index) ??
    // This message was found earlier and edited. An edit names the turn, but not the index.
    ofTurn.find((one) => payload(one)?.index === undefined) ??
    (thread === undefined
      ? undefined
      : own.find((one) => payload(one) === undefined && (one.ts ?? '') > asked));
  return found?.ts;
}
