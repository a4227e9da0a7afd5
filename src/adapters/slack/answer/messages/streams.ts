/** Slack's native streams: the places that accept them, and the messages of one answer that are streams. */

import type { Logger } from 'pino';
import { type Part, ShowError } from '../../../../chat/answer/surface.ts';
import { createRecent } from '../../../../core/recent.ts';
import { codeOf } from '../../api/error-codes.ts';
import { isStopped, isStuck, isSureRefusal, loggable, refusesStreams, showError } from '../../api/errors.ts';
import { isDirect } from '../../ids.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { belowOf } from '../blocks.ts';
import { metadataOf } from './find-lost.ts';

/** The places where Slack accepts streams: every place, until Slack refuses a stream there, and again after a while. */
export interface Streaming {
  isOn(team: string, channel: string): boolean;
  /** Notes that Slack refused a stream in a place. */
  refused(team: string, channel: string): void;
}

/** Channels remembered as refusing streams, and for how long, ms. */
const MOST_CHANNELS = 10_000;
const REFUSED_MS = 5 * 60_000;

export function createStreaming(): Streaming {
  const refused = createRecent<string, true>(MOST_CHANNELS, { ttl: REFUSED_MS });
  const key = (team: string, channel: string) => `${team} ${channel}`;
  return {
    isOn: (team, channel) => !refused.has(key(team, channel)),
    refused: (team, channel) => void refused.set(key(team, channel), true),
  };
}

export interface StreamsOptions {
  team: string;
  channel: string;
  /** The thread to answer in. Undefined in the channel itself. */
  thread: string | undefined;
  turn: string;
  /** The asker, since a stream in a channel is addressed to a person. */
  asker: string;
  /** The asker's own workspace. In a shared channel it may be another one. */
  askersTeam(): Promise<string>;
  streaming: Streaming;
  /** @throws ShowError `closed` if another process now holds the turn */
  held(): Promise<Workspace['edits']>;
  /** Called when a person stopped the answer by Slack's own button under a stream. */
  onStopped(): void;
  log: Logger;
}

export interface Streams {
  /** Whether the answer's next message can be a stream. */
  isOn(): boolean;
  /** @throws the error of Slack's client, or ShowError `again` if the message must be posted instead */
  begin(part: Part): Promise<string>;
  /** Whether the message is a stream that can still grow. */
  isOpen(ts: string): boolean;
  /**
   * Updates a stream to the wanted part. `other`: the message is no stream, or has ended, and must be edited.
   * @param onLeft gets the text of a stream that has ended
   * @throws the error of Slack's client
   */
  write(ts: string, part: Part, onLeft: (text: string) => void): Promise<'shown' | 'other'>;
  /** Ends the stream as it is. Does nothing if it has ended. */
  close(ts: string): Promise<void>;
}

/** A stream that is open: Slack shows that its message is being written. */
interface Stream {
  /** The text appended so far. */
  sent: string;
  isOpen: boolean;
  /** Whether Slack refused to stop this stream. */
  isStuck?: boolean;
}

/** Attempts to start a stream when calls fail on the way. After these, the answer is posted. */
const MOST_STARTS = 2;

export const isLive = ({ buttons }: Part) => buttons.includes('stop');

export function createStreams(options: StreamsOptions): Streams {
  const streams = new Map<string, Stream>();
  const starts = createStarts(options);
  const { send, endInSteps } = createSending(options);
  const { channel, held, onStopped } = options;

  async function close(ts: string): Promise<void> {
    await (await held()).chat.stopStream({ channel, ts }).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      if (isStopped(error)) onStopped();
    });
  }

  /** Handles a failed write: rethrows unless the stream has ended. */
  function failed(ts: string, part: Part, stream: Stream, error: unknown): void {
    if (showError(error).kind === 'limited') stream.isOpen = true;
    if (isStopped(error)) {
      onStopped();
      streams.delete(ts);
      // The end of the answer comes in a moment.
      if (isLive(part)) throw new ShowError('again');
      // Slack closes a stream itself after some minutes.
    } else if (codeOf(error) !== 'message_not_in_streaming_state') throw error;
  }

  async function sendTo(ts: string, part: Part, stream: Stream): Promise<'shown' | 'other'> {
    try {
      const result = await send(ts, part, stream);
      if (result !== 'ended') return result;
      streams.delete(ts);
      return 'shown';
    } catch (error) {
      failed(ts, part, stream, error);
      return 'other';
    }
  }

  return {
    isOn: starts.isOn,
    async begin(part) {
      const ts = await starts.begin(part);
      streams.set(ts, { sent: part.text, isOpen: true });
      return ts;
    },
    isOpen: (ts) => streams.get(ts)?.isOpen === true,
    async write(ts, part, onLeft) {
      const stream = streams.get(ts);
      if (!stream) return 'other';
      const isGrown = part.text.startsWith(stream.sent);
      let result: 'shown' | 'other' = 'other';
      if (stream.isStuck && isGrown) result = await endInSteps(ts, part, stream);
      else if (stream.isOpen && isGrown) result = await sendTo(ts, part, stream);
      else await close(ts);
      onLeft(stream.sent);
      if (result === 'other') streams.delete(ts);
      return result;
    },
    async close(ts) {
      if (streams.get(ts)?.isOpen) await close(ts);
    },
  };
}

/** Starts the streams of one answer, until Slack refuses them or starting fails. */
function createStarts(options: StreamsOptions): Pick<Streams, 'isOn' | 'begin'> {
  const { team, channel, thread, asker, streaming, held, log } = options;
  let starts = 0;
  /** Whether Slack refuses streams for this answer, or starting one failed. */
  let isGivenUp = false;

  /** The error to throw after a stream did not start. */
  function notBegun(error: unknown): unknown {
    if (showError(error).kind === 'limited') return error;
    const isForAll = refusesStreams(error);
    // A failure on the way is usually short.
    if (!isForAll && !isSureRefusal(error) && ++starts < MOST_STARTS) return error;
    if (isForAll) streaming.refused(team, channel);
    isGivenUp = true;
    const what = isForAll
      ? 'slack begins no stream here: answers are posted'
      : 'stream not begun: the answer is posted';
    log.warn({ channel, code: loggable(error) }, what);
    // Posts have a rate limit of their own, so the post waits for that.
    return new ShowError('again', 0, error);
  }

  return {
    /** In direct messages Slack allows streams in threads only (chat.startStream). */
    isOn: () => !isGivenUp && streaming.isOn(team, channel) && (thread !== undefined || !isDirect(channel)),
    async begin(part) {
      const recipient_team_id = await options.askersTeam();
      try {
        const { ts } = await (await held()).chat.startStream({
          channel,
          // Slack's types require a thread, Slack's documentation does not.
          ...((thread === undefined ? {} : { thread_ts: thread }) as { thread_ts: string }),
          markdown_text: part.text,
          recipient_user_id: asker,
          recipient_team_id,
        });
        if (ts === undefined) throw new ShowError('again');
        return ts;
      } catch (error) {
        throw notBegun(error);
      }
    },
  };
}

/** Sends the new text of a part to its stream. */
function createSending({ channel, turn, held, log }: StreamsOptions) {
  /** Appends the new text, and stops the stream with its last piece. `ended`: the stream shows the whole part. */
  async function send(ts: string, part: Part, stream: Stream): Promise<'shown' | 'other' | 'ended'> {
    const rest = part.text.slice(stream.sent.length);
    if (isLive(part) && rest === '') return 'shown';
    // A failed call may have succeeded. The stream must not continue until a call certainly succeeds.
    stream.isOpen = false;
    if (isLive(part)) {
      await (await held()).chat.appendStream({ channel, ts, markdown_text: rest });
      stream.isOpen = true;
      stream.sent = part.text;
      return 'shown';
    }
    const blocks = belowOf(part, turn);
    try {
      await (await held()).chat.stopStream({
        channel,
        ts,
        ...(rest !== '' && { markdown_text: rest }),
        ...(blocks.length > 0 && { blocks }),
        metadata: metadataOf(turn),
      });
    } catch (error) {
      if (!isStuck(error)) throw error;
      return endInSteps(ts, part, stream);
    }
    stream.sent = part.text;
    return 'ended';
  }

  /** Ends a stream in two steps, after one step failed. A stream that Slack does not stop keeps its text. */
  async function endInSteps(ts: string, part: Part, stream: Stream): Promise<'shown' | 'other'> {
    const rest = part.text.slice(stream.sent.length);
    if (rest !== '') await (await held()).chat.appendStream({ channel, ts, markdown_text: rest });
    stream.sent = part.text;
    try {
      await (await held()).chat.stopStream({ channel, ts });
      return 'other';
    } catch (error) {
      if (!isStuck(error)) throw error;
      stream.isStuck = true;
      const what = 'slack does not end a stream: it is left open with all of its text';
      log.warn({ code: loggable(error) }, what);
      return 'shown';
    }
  }

  return { send, endInSteps };
}
