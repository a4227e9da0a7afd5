/** An answer's messages on Slack: native streams where they are allowed, else posts and updates. */

import type { Bucket } from '../reply/pacing.ts';
import { type Part, ShowError, type Surface } from '../reply/surface.ts';
import { blocksOf, controlsOf } from './blocks.ts';
import { codeOf, isStopped, refusesStreams, showError } from './errors.ts';
import type { Method } from './limits.ts';
import { tsOf } from './place.ts';
import type { Streaming } from './streaming.ts';
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
}

/** A message that Slack shows as being written. */
interface Stream {
  /** What was appended to it so far. */
  sent: string;
  isOpen: boolean;
}

const EVENT = 'parley_answer';
/** Of the thread, what is looked at for a post whose outcome is unknown. */
const LOOKED_AT = 15;
/** Slack clears a status after two minutes. */
const STATUS_MS = 90_000;
/** Each of 50 characters at most. */
const LOADING = ['Thinking …', 'Reading what was said …', 'Writing …'];
/** What a notification shows; an update takes no more than 4,000. */
const NOTIFICATION_CHARACTERS = 200;

const isLive = ({ buttons }: Part) => buttons.includes('stop');

export function createSurface(options: SurfaceOptions): Surface {
  const { workspaces, streaming, team, channel, thread, turn, asker } = options;
  const inThread = thread === undefined ? {} : { thread_ts: thread };
  const streams = new Map<string, Stream>();
  const posted = new Set(options.known);
  const uploaded = new Set<string>();
  /** What was posted without the file that belongs to it, by the index of its part. */
  const withoutFile = new Map<number, string>();
  let isPosting = false;
  /** Whether the next post is to be a stream. */
  let isStreamNext = false;
  /** A message may have been posted that nobody knows the ts of. */
  let isUncertain = options.isResumed;
  /** The ts of what is answered; of one length each, they compare as texts. */
  const asked = tsOf(turn);

  async function workspace(): Promise<Workspace> {
    const found = await workspaces.of(team);
    if (!found) throw new ShowError('closed');
    return found;
  }

  async function guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw showError(error);
    }
  }

  const textOf = ({ text }: Part) => text.slice(0, NOTIFICATION_CHARACTERS).toWellFormed();

  const metadata = (index?: number) => ({
    event_type: EVENT,
    event_payload: { turn, ...(index !== undefined && { index }) },
  });

  /**
   * The message that a call made whose outcome is not known: it says so, or it is a stream, which cannot before it is
   * stopped. Of a lane one turn is answered at a time, so an open stream is this one's.
   */
  async function lost(index: number, { edits, botUserId }: Workspace): Promise<string | undefined> {
    const request = { channel, include_all_metadata: true, ...(asked && { oldest: asked }) };
    const { messages = [] } = await (thread === undefined
      ? edits.conversations.history({ ...request, limit: LOOKED_AT })
      : edits.conversations.replies({ ...request, ts: thread, limit: 1_000 }));
    const own = messages.filter(({ ts, user }) => user === botUserId && ts !== undefined && !posted.has(ts));
    const payload = ({ metadata: meta }: (typeof own)[number]) =>
      meta?.event_type === EVENT ? (meta.event_payload as { turn?: string; index?: number }) : undefined;
    const found =
      own.find((one) => payload(one)?.turn === turn && payload(one)?.index === index) ??
      own.find((one) => payload(one) === undefined && (one.ts ?? '') > asked);
    return found?.ts;
  }

  async function start(part: Part, { edits }: Workspace): Promise<string> {
    try {
      const { ts } = await edits.chat.startStream({
        channel,
        // Slack's own types want a thread, its documentation does not.
        ...(inThread as { thread_ts: string }),
        markdown_text: part.text,
        recipient_user_id: asker,
        recipient_team_id: await options.askersTeam(),
      });
      if (ts === undefined) throw new ShowError('again');
      streams.set(ts, { sent: part.text, isOpen: true });
      return ts;
    } catch (error) {
      if (!refusesStreams(error)) throw error;
      streaming.refused(team, channel);
      // A post is counted elsewhere, and made when it is its turn there.
      throw new ShowError('again', 0, error);
    }
  }

  async function postPlain(part: Part, index: number, { edits }: Workspace): Promise<string> {
    const { ts } = await edits.chat.postMessage({
      channel,
      ...inThread,
      text: textOf(part),
      blocks: blocksOf(part, turn),
      metadata: metadata(index),
      unfurl_links: false,
      unfurl_media: false,
    });
    if (ts === undefined) throw new ShowError('again');
    return ts;
  }

  async function make(part: Part, index: number, own: Workspace): Promise<string> {
    isUncertain = true;
    try {
      return isLive(part) && isStreamNext ? await start(part, own) : await postPlain(part, index, own);
    } catch (error) {
      const { kind, cause } = showError(error);
      isUncertain = kind === 'again' && !refusesStreams(cause);
      throw error;
    }
  }

  async function update(ts: string, part: Part): Promise<void> {
    const { edits } = await workspace();
    const request = {
      channel,
      ts,
      text: textOf(part),
      blocks: blocksOf(part, turn),
      metadata: metadata(),
    };
    try {
      await edits.chat.update(request);
    } catch (error) {
      // Still a stream: one that began before a restart, or whose stop got lost.
      if (codeOf(error) !== 'streaming_state_conflict') throw error;
      await edits.chat.stopStream({ channel, ts });
      await edits.chat.update(request);
    }
  }

  /** Appends what is new, and with the last of it ends the stream. */
  async function stream(ts: string, part: Part, open: Stream): Promise<void> {
    const { edits } = await workspace();
    const rest = part.text.slice(open.sent.length);
    const text = rest === '' ? {} : { markdown_text: rest };
    if (!isLive(part)) {
      const blocks = controlsOf(part.buttons, turn);
      open.isOpen = false;
      await edits.chat.stopStream({
        channel,
        ts,
        ...text,
        ...(blocks.length > 0 && { blocks }),
        metadata: metadata(),
      });
    } else if (rest !== '') {
      // Whether a failed call did its work is not known: until it has, the stream is not to be gone on with.
      open.isOpen = false;
      await edits.chat.appendStream({ channel, ts, markdown_text: rest });
      open.isOpen = true;
    }
    open.sent = part.text;
  }

  async function close(ts: string): Promise<void> {
    const { edits } = await workspace();
    await edits.chat.stopStream({ channel, ts }).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      if (isStopped(error)) options.onStopped();
    });
  }

  async function edit(ts: string, part: Part): Promise<void> {
    const known = streams.get(ts);
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
    streams.delete(ts);
    await update(ts, part);
  }

  async function upload(ts: string, { file }: Part): Promise<void> {
    if (!file || uploaded.has(ts)) return;
    const { client } = await workspace();
    const request = { channel_id: channel, filename: file.name, content: file.text };
    await client.filesUploadV2(thread === undefined ? request : { ...request, thread_ts: thread });
    uploaded.add(ts);
  }

  /** Slack lets a direct message be streamed in threads only (chat.startStream). */
  const isStreaming = () =>
    streaming.isOn(team, channel) && (thread !== undefined || !channel.startsWith('D'));

  return {
    post: (part, index) =>
      guarded(async () => {
        isPosting = true;
        const own = await workspace();
        let ts = withoutFile.get(index) ?? (isUncertain ? await lost(index, own) : undefined);
        if (ts === undefined) ts = await make(part, index, own);
        else await update(ts, part);
        isUncertain = false;
        posted.add(ts);
        withoutFile.set(index, ts);
        await upload(ts, part);
        withoutFile.delete(index);
        return ts;
      }),
    edit: (ts, part) =>
      guarded(async () => {
        await edit(ts, part);
        await upload(ts, part);
      }),
    remove: (ts) =>
      guarded(async () => {
        if (streams.get(ts)?.isOpen) await close(ts);
        const { edits } = await workspace();
        await edits.chat.delete({ channel, ts }).catch((error: unknown) => {
          if (codeOf(error) !== 'message_not_found') throw error;
        });
      }),
    indicate() {
      if (thread === undefined) return () => {};
      let isOver = false;
      let underWay = 0;
      // Whether it can be shown matters to no answer.
      const say = async (status: string) => {
        const { edits } = await workspace();
        const request = { channel_id: channel, thread_ts: thread, status };
        await edits.assistant.threads.setStatus(
          status === '' ? request : { ...request, loading_messages: LOADING },
        );
      };
      const clear = () => void say('').catch(() => {});
      const show = async () => {
        underWay++;
        await say('is thinking …').catch(() => {});
        underWay--;
        if (isOver) clear();
      };
      void show();
      const timer = setInterval(show, STATUS_MS);
      return () => {
        isOver = true;
        clearInterval(timer);
        // Slack clears a status when something is posted: not one that comes after it, nor where nothing is.
        queueMicrotask(() => {
          if (underWay === 0 && !isPosting) clear();
        });
      };
    },
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
