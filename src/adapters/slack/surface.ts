/** An answer's messages on Slack: native streams where they are allowed, else posts and updates. */
import type { Logger } from 'pino';
import type { Bucket } from '../reply/pacing.ts';
import { type Part, ShowError, type Surface } from '../reply/surface.ts';
import { createAnswerFiles } from './answer-file.ts';
import { controlsOf } from './blocks.ts';
import { leftOfSign } from './early-sign.ts';
import {
  isFinal,
  isStopped,
  isStuck,
  isSureRefusal,
  loggable,
  refusesStreams,
  refusesThreads,
  showError,
} from './errors.ts';
import { codeOf, isRefusedToken } from './failures.ts';
import { findLost, metadataOf } from './find-lost.ts';
import type { Method } from './limits.ts';
import { type Content, createMessageContent } from './message-content.ts';
import { isDirect, timeOf, tsOf } from './place.ts';
import type { Streaming } from './streaming.ts';
import { clearThinking, showThinking } from './thinking-status.ts';
import type { Workspace, Workspaces } from './workspaces.ts';

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

/** A message that Slack shows as being written. */
interface Stream {
  /** What was appended to it so far. */
  sent: string;
  isOpen: boolean;
  /** Slack does not end it. */
  isStuck?: boolean;
}

/** What the text of a message goes on in, that takes no more itself. */
interface Tail {
  /** Undefined until it is posted. */
  ts: string | undefined;
  /** Where it begins in the text. */
  from: number;
}

/** Attempts to start a stream, of those that fail on the way: then the answer is posted. */
const MOST_STARTS = 2;
/** Refusals in a row that no lesser form has helped against: then a notice stands in place of the text. */
const MOST_REFUSALS = 4;

const isLive = ({ buttons }: Part) => buttons.includes('stop');

export function createSurface(options: SurfaceOptions): Surface {
  const { workspaces, streaming, team, channel, thread, turn, asker, log } = options;
  const place = { channel, thread, turn };
  let inThread = thread === undefined ? {} : { thread_ts: thread };
  const streams = new Map<string, Stream>();
  const posted = new Set(options.known);
  /** What stands in messages that are no streams, as far as it is known. */
  const written = new Map<string, string>();
  const tails = new Map<string, Tail>();
  let starts = 0;
  /** A tail may have been posted that nobody knows the ts of. */
  let isTailUncertain = false;
  /** What was posted, but not with all that belongs to it, by the index of its part. */
  const unfinished = new Map<number, string>();
  let isPosting = false;
  /** Streams are refused to this answer, or their starts have failed. */
  let isWithoutStreams = false;
  /** In a row. */
  let refusals = 0;
  /** Whether the next post is to be a stream. */
  let isStreamNext = false;
  /** A message may have been posted that nobody knows the ts of. */
  let isUncertain = options.isResumed;
  const content = createMessageContent(turn, log);
  const files = createAnswerFiles({ workspace, channel, thread, log });

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

  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      const result = await call();
      refusals = 0;
      return result;
    } catch (error) {
      const shown = showError(error);
      if (shown.kind === 'closed' && shown.code !== undefined) {
        if (isRefusedToken(shown.cause)) workspaces.doubt(team);
        // Slack clears a status when something is posted, and nothing is.
        else if (thread !== undefined) clearThinking({ workspace, channel, thread });
      }
      if (shown.kind === 'again' && isSureRefusal(shown.cause) && ++refusals >= MOST_REFUSALS)
        throw new ShowError('refused', undefined, shown.cause, shown.code);
      throw shown;
    }
  }

  async function start(part: Part): Promise<string> {
    const recipient_team_id = await options.askersTeam();
    try {
      const { ts } = await (await held()).chat.startStream({
        channel,
        // Slack's own types want a thread, its documentation does not.
        ...(inThread as { thread_ts: string }),
        markdown_text: part.text,
        recipient_user_id: asker,
        recipient_team_id,
      });
      if (ts === undefined) throw new ShowError('again');
      streams.set(ts, { sent: part.text, isOpen: true });
      return ts;
    } catch (error) {
      if (showError(error).kind === 'limited') throw error;
      const isForAll = refusesStreams(error);
      // A failure on the way passes, as a rule.
      if (!isForAll && !isSureRefusal(error) && ++starts < MOST_STARTS) throw error;
      if (isForAll) streaming.refused(team, channel);
      isWithoutStreams = true;
      const what = isForAll
        ? 'slack begins no stream here: answers are posted'
        : 'stream not begun: the answer is posted';
      log.warn({ channel, code: loggable(error) }, what);
      // A post is counted elsewhere, and made when it is its turn there.
      throw new ShowError('again', 0, error);
    }
  }

  /** @returns how much of the text stands in it, too: the rest is for further messages */
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
      return content.send(part, post);
    });
    if (reply.ts === undefined) throw new ShowError('again');
    written.set(reply.ts, part.text.slice(0, length));
    return { ts: reply.ts, length };
  }

  /** What comes behind the beginning of a text that stands in another message. */
  async function writeTail(head: string, tail: Tail, part: Part): Promise<void> {
    const rest = { ...part, text: part.text.slice(tail.from) };
    if (tail.ts !== undefined) return edit(tail.ts, rest);
    if (rest.text.trim() === '') return;
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
    const tail: Tail = { ts: undefined, from };
    tails.set(head, tail);
    return writeTail(head, tail, part);
  }

  async function make(part: Part, index: number): Promise<{ ts: string; length: number }> {
    isUncertain = true;
    try {
      const isStream = isLive(part) && !part.isPlaceholder && isStreamNext && isStreaming();
      return isStream ? { ts: await start(part), length: part.text.length } : await postPlain(part, index);
    } catch (error) {
      const { kind, cause } = showError(error);
      isUncertain = kind === 'again' && !isSureRefusal(cause);
      throw error;
    }
  }

  async function update(ts: string, part: Part): Promise<void> {
    const request = { channel, ts, metadata: metadataOf(turn) };
    if (content.isPlain && written.get(ts) === part.text) return;
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
      if (!isFinal(error) && !(isStream && isStuck(error))) throw error;
      // What cannot be changed any more is gone on with in a further message.
      const before = written.get(ts) ?? '';
      const from = part.text.startsWith(before) ? before.length : 0;
      log.warn({ code: loggable(error) }, 'slack lets a message be edited no more: a further one goes on');
      return goOnAfter(ts, from, part);
    }
    written.set(ts, part.text.slice(0, length));
    if (length < part.text.length) await goOnAfter(ts, length, part);
  }

  /**
   * Ends a stream in small steps, after it could not be done in one. One that Slack does not end at all has its text,
   * and that is left so.
   */
  async function endStuck(ts: string, part: Part, open: Stream): Promise<void> {
    const rest = part.text.slice(open.sent.length);
    if (rest !== '') await (await held()).chat.appendStream({ channel, ts, markdown_text: rest });
    open.sent = part.text;
    try {
      await (await held()).chat.stopStream({ channel, ts });
    } catch (error) {
      if (!isStuck(error)) throw error;
      open.isStuck = true;
      log.warn(
        { code: loggable(error) },
        'slack does not end a stream: it is left open with all of its text',
      );
      return;
    }
    written.set(ts, open.sent);
    streams.delete(ts);
    await update(ts, part);
  }

  /** Appends what is new, and with the last of it ends the stream. */
  async function stream(ts: string, part: Part, open: Stream): Promise<void> {
    const rest = part.text.slice(open.sent.length);
    const text = rest === '' ? {} : { markdown_text: rest };
    if (!isLive(part)) {
      const blocks = controlsOf(part.buttons, turn);
      open.isOpen = false;
      try {
        await (await held()).chat.stopStream({
          channel,
          ts,
          ...text,
          ...(blocks.length > 0 && { blocks }),
          metadata: metadataOf(turn),
        });
      } catch (error) {
        if (!isStuck(error)) throw error;
        await endStuck(ts, part, open);
      }
    } else if (rest !== '') {
      // Whether a failed call did its work is not known: until it has, the stream is not to be gone on with.
      open.isOpen = false;
      await (await held()).chat.appendStream({ channel, ts, markdown_text: rest });
      open.isOpen = true;
    }
    open.sent = part.text;
    if (isLive(part)) return;
    streams.delete(ts);
    written.set(ts, part.text);
  }

  async function close(ts: string): Promise<void> {
    await (await held()).chat.stopStream({ channel, ts }).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      if (isStopped(error)) options.onStopped();
    });
  }

  async function edit(ts: string, part: Part): Promise<void> {
    const known = streams.get(ts);
    const tail = tails.get(ts);
    if (tail) return writeTail(ts, tail, part);
    if (known?.isStuck && part.text.startsWith(known.sent)) return endStuck(ts, part, known);
    if (known?.isOpen && part.text.startsWith(known.sent)) {
      try {
        return await stream(ts, part, known);
      } catch (error) {
        if (showError(error).kind === 'limited') known.isOpen = true;
        if (isStopped(error)) {
          options.onStopped();
          streams.delete(ts);
          // How it ends is told in a moment.
          if (isLive(part)) throw new ShowError('again');
          // Slack closes a stream by itself after some minutes.
        } else if (codeOf(error) !== 'message_not_in_streaming_state') throw error;
      }
    } else if (known) await close(ts);
    if (known) written.set(ts, known.sent);
    streams.delete(ts);
    await update(ts, part);
  }

  /** Slack lets a direct message be streamed in threads only (chat.startStream). */
  const isStreaming = () =>
    !isWithoutStreams && streaming.isOn(team, channel) && (thread !== undefined || !isDirect(channel));

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
        if (streams.get(ts)?.isOpen) await close(ts);
        for (let next: string | undefined = ts; next !== undefined; next = tails.get(next)?.ts) {
          await (await held()).chat.delete({ channel, ts: next }).catch((error: unknown) => {
            if (codeOf(error) !== 'message_not_found') throw error;
          });
        }
      }),
    indicate: () =>
      thread === undefined
        ? () => {}
        : showThinking({ workspace, channel, thread, isPosting: () => isPosting }),
    isInOrder: () => content.isLess,
    // In threads a status says that an answer is being made: elsewhere Slack has none.
    placeholderAfterMs: thread === undefined ? leftOfSign(timeOf(tsOf(turn))) : Number.POSITIVE_INFINITY,
    bucket(call, id) {
      switch (call) {
        case 'post': {
          const starts = options.bucket('start');
          // Where no more streams may be begun this minute, posts may.
          isStreamNext = isStreaming() && starts.isFree(posted.size === 0 ? 'first' : 'next');
          return isStreamNext ? starts : options.bucket('post');
        }
        case 'whole':
          return options.bucket('post');
        default: {
          if (!streams.get(id ?? '')?.isOpen) return options.bucket('update');
          return options.bucket(call === 'edit' ? 'append' : 'stop');
        }
      }
    },
  };
}
