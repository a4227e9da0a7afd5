/** An answer's messages on Slack: native streams where they are allowed, else posts and updates. */
import type { Logger } from 'pino';
import { type Part, ShowError, type Surface } from '../../../chat/answer/surface.ts';
import type { Bucket } from '../../../chat/pacing/bucket.ts';
import { codeOf, isRefusedToken } from '../api/error-codes.ts';
import {
  isFinal,
  isStuck,
  isSureRefusal,
  loggable,
  refusesContent,
  refusesThreads,
  showError,
} from '../api/errors.ts';
import type { Method } from '../api/limits.ts';
import { timeOf, tsOf } from '../ids.ts';
import { leftOfSign } from '../incoming/early-sign.ts';
import type { Workspace, Workspaces } from '../workspaces/workspaces.ts';
import { createAnswerFiles } from './answer-file.ts';
import { findLost, metadataOf } from './find-lost.ts';
import { type Content, createMessageContent, isEnd } from './message-content.ts';
import { createStreamedMessages, isLive } from './streamed-messages.ts';
import type { Streaming } from './streaming.ts';
import { clearThinking, showThinking } from './thinking-status.ts';

export interface SurfaceOptions {
  workspaces: Workspaces;
  streaming: Streaming;
  bucket(method: Method): Bucket;
  team: string;
  channel: string;
  /** The thread to answer in; undefined: the channel itself, as in a plain direct message. */
  thread: string | undefined;
  turn: string;
  /** Who asked: a stream in a channel is addressed to somebody. */
  asker: string;
  /** The workspace of whoever asked, which is another one where a channel is shared. */
  askersTeam(): Promise<string>;
  /** Somebody stopped the answer by the button that Slack itself shows under a stream. */
  onStopped(): void;
  /** The answer's messages of an earlier attempt. */
  known: string[];
  /** Parley died over that attempt, and may have posted more than it knew of. */
  isResumed: boolean;
  /** As `Run.isHeld`. */
  isHeld(): Promise<boolean>;
  log: Logger;
}

/** What the text of a message goes on in, that takes no more itself. */
interface Tail {
  /** Undefined until it is posted. */
  ts: string | undefined;
  /** The text before it. */
  head: string;
}

/** After this many refusals in a row that no lesser form helped, a notice replaces the text. */
const MOST_REFUSALS = 4;

export function createSurface(options: SurfaceOptions): Surface {
  const { workspaces, streaming, team, channel, thread, turn, asker, log } = options;
  const place = { channel, thread, turn };
  let inThread = thread === undefined ? {} : { thread_ts: thread };
  const posted = new Set(options.known);
  /** What stands in messages that are no streams, as far as it is known. */
  const written = new Map<string, string>();
  const tails = new Map<string, Tail>();
  /** A tail may have been posted that nobody knows the ts of. */
  let isTailUncertain = false;
  /** Messages that were posted but lack something, by part index. */
  const unfinished = new Map<number, string>();
  let isPosting = false;
  /** Refusals in a row. */
  let refusals = 0;
  /** Slack refuses all edits: messages stay as they are until the end, which is tried once more. */
  let isFixed = false;
  /** Whether the next post is to be a stream. */
  let isStreamNext = false;
  /** A message may have been posted that nobody knows the ts of. */
  let isUncertain = options.isResumed;
  const content = createMessageContent(turn, log);
  const files = createAnswerFiles({ workspace, channel, thread, log });
  const { askersTeam, onStopped } = options;
  const stream = { team, channel, thread, turn, asker, askersTeam, streaming, held, onStopped, log };
  const streams = createStreamedMessages(stream);

  async function workspace(): Promise<Workspace> {
    const found = await workspaces.of(team);
    if (!found) throw new ShowError('closed');
    return found;
  }

  /** Asked anew before each call that changes something: the turn may be another process's since the one before. */
  async function held(): Promise<Workspace['edits']> {
    if (!(await options.isHeld())) throw new ShowError('closed');
    return (await workspace()).edits;
  }

  /** Clears the thread's status. Slack does that itself only after a post, and here nothing is posted. */
  function clearStatus(): void {
    if (thread !== undefined) clearThinking({ workspace, channel, thread });
  }

  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      const result = await call();
      refusals = 0;
      return result;
    } catch (error) {
      content.refused(error);
      const shown = showError(error);
      if (shown.kind === 'closed' && shown.code !== undefined) {
        if (isRefusedToken(shown.cause)) workspaces.doubt(team);
        else clearStatus();
      }
      if (shown.kind === 'again' && isSureRefusal(shown.cause) && ++refusals >= MOST_REFUSALS) {
        if (posted.size === 0) clearStatus();
        throw new ShowError('refused', undefined, shown.cause, shown.code);
      }
      throw shown;
    }
  }

  /** @returns the ts, and how much of the text the message shows; further messages get the rest */
  async function postPlain(part: Part, index: number | string): Promise<{ ts: string; length: number }> {
    const post = async (said: Content) =>
      (await held()).chat.postMessage({
        channel,
        ...inThread,
        ...said,
        metadata: metadataOf(turn, index),
        unfurl_links: false,
        unfurl_media: false,
      });
    const { reply, length } = await content.send(part, post).catch((error: unknown) => {
      if (!refusesThreads(error) || !('thread_ts' in inThread)) throw error;
      log.warn(
        { channel, code: loggable(error) },
        'slack takes no replies there: the answer is not in a thread',
      );
      inThread = {};
      clearStatus();
      return content.send(part, post);
    });
    if (reply.ts === undefined) throw new ShowError('again');
    written.set(reply.ts, part.text.slice(0, length));
    return { ts: reply.ts, length };
  }

  /** What comes behind the beginning of a text that stands in another message. */
  async function writeTail(head: string, tail: Tail, part: Part): Promise<void> {
    const rest = { ...part, text: part.text.slice(tail.head.length) };
    if (tail.ts !== undefined) return edit(tail.ts, rest);
    if (rest.text.trim() === '' && rest.notice === undefined) return;
    const own = await workspace();
    const index = `after ${head}`;
    const found = isTailUncertain ? await findLost({ ...place, index, posted, log }, own) : undefined;
    isTailUncertain = true;
    let length = 0;
    try {
      if (found !== undefined) tail.ts = found;
      else ({ ts: tail.ts, length } = await postPlain(rest, index));
      isTailUncertain = false;
    } catch (error) {
      isTailUncertain = !isSureRefusal(error) && showError(error).kind !== 'limited';
      throw error;
    }
    posted.add(tail.ts);
    if (found !== undefined) await edit(found, rest);
    else if (length < rest.text.length) await goOnAfter(tail.ts, length, rest);
  }

  /** From now on the message stays as it is, and a further one goes on from there. */
  function goOnAfter(head: string, from: number, part: Part): Promise<void> {
    const tail: Tail = { ts: undefined, head: part.text.slice(0, from) };
    tails.set(head, tail);
    return writeTail(head, tail, part);
  }

  async function make(part: Part, index: number): Promise<{ ts: string; length: number }> {
    isUncertain = true;
    try {
      const isStream = isLive(part) && !part.isPlaceholder && isStreamNext && streams.isOn();
      if (!isStream) return await postPlain(part, index);
      return { ts: await streams.begin(part), length: part.text.length };
    } catch (error) {
      const { kind, cause } = showError(error);
      isUncertain = kind === 'again' && !isSureRefusal(cause);
      throw error;
    }
  }

  async function update(ts: string, part: Part): Promise<void> {
    const request = { channel, ts, metadata: metadataOf(turn) };
    if (isFixed && isLive(part)) return;
    if (content.isPlain && written.get(ts) === part.text && !isEnd(part)) return;
    const send = async () => {
      const { length } = await content.send(part, async (said) =>
        (await held()).chat.update({ ...request, ...said }),
      );
      return length;
    };
    let isStream = false;
    let length = 0;
    try {
      length = await send().catch(async (error: unknown) => {
        // Still a stream: one that began before a restart, or whose stop got lost.
        isStream = codeOf(error) === 'streaming_state_conflict';
        if (!isStream) throw error;
        await (await held()).chat.stopStream({ channel, ts });
        return send();
      });
    } catch (error) {
      if (!isFinal(error) && !refusesContent(error) && !(isStream && isStuck(error))) throw error;
      isFixed ||= refusesContent(error);
      if (isFixed && isLive(part)) return;
      // What cannot be changed any more is gone on with in a further message.
      const before = written.get(ts) ?? '';
      const from = part.text.startsWith(before) ? before.length : 0;
      log.warn({ code: loggable(error) }, 'slack lets a message be edited no more: a further one goes on');
      return goOnAfter(ts, from, part);
    }
    written.set(ts, part.text.slice(0, length));
    if (length < part.text.length) await goOnAfter(ts, length, part);
  }

  async function edit(ts: string, part: Part): Promise<void> {
    const tail = tails.get(ts);
    if (tail && part.text.startsWith(tail.head)) return writeTail(ts, tail, part);
    if (tail) await removeTails(ts);
    const result = await streams.write(ts, part, (text) => written.set(ts, text));
    if (result === 'other') await update(ts, part);
  }

  async function removeTails(head: string): Promise<void> {
    const tail = tails.get(head);
    tails.delete(head);
    if (tail?.ts !== undefined) await remove(tail.ts);
  }

  async function remove(ts: string): Promise<void> {
    await removeTails(ts);
    await (await held()).chat.delete({ channel, ts }).catch((error: unknown) => {
      if (codeOf(error) !== 'message_not_found') throw error;
    });
  }

  return {
    post: (part, index) =>
      guarded(async () => {
        isPosting = true;
        const own = await workspace();
        const known =
          unfinished.get(index) ??
          (isUncertain ? await findLost({ ...place, index, posted, log }, own) : undefined);
        const { ts, length } = known === undefined ? await make(part, index) : { ts: known, length: 0 };
        isUncertain = false;
        posted.add(ts);
        unfinished.set(index, ts);
        if (known !== undefined) await edit(ts, part);
        else if (length < part.text.length) await goOnAfter(ts, length, part);
        await files.attach(ts, part);
        unfinished.delete(index);
        return ts;
      }),
    edit: (ts, part) =>
      guarded(async () => {
        await edit(ts, part);
        await files.attach(ts, part);
      }),
    remove: (ts) =>
      guarded(async () => {
        await streams.close(ts);
        await remove(ts);
      }),
    findLost: () =>
      guarded(async () => {
        const lost = { ...place, index: posted.size, posted, log };
        const found = await findLost(lost, await workspace());
        isUncertain = false;
        if (found !== undefined) posted.add(found);
        return found;
      }),
    indicate: () =>
      thread === undefined
        ? () => {}
        : showThinking({ workspace, channel, thread, isPosting: () => isPosting }),
    isInOrder: () => content.isLess,
    // In threads a status shows that an answer is being made; elsewhere Slack has none.
    placeholderAfterMs: thread === undefined ? leftOfSign(timeOf(tsOf(turn))) : Number.POSITIVE_INFINITY,
    bucket(call, id) {
      switch (call) {
        case 'post': {
          const starts = options.bucket('start');
          // Where no more streams may be begun this minute, posts may.
          isStreamNext = streams.isOn() && starts.isFree(posted.size === 0 ? 'first' : 'next');
          return isStreamNext ? starts : options.bucket('post');
        }
        case 'whole':
          return options.bucket('post');
        default: {
          if (!streams.isOpen(id ?? '')) return options.bucket('update');
          return options.bucket(call === 'edit' ? 'append' : 'stop');
        }
      }
    },
  };
}
