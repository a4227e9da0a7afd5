/** The messages of one answer that are Slack's native streams. */

import { type Part, ShowError } from '../../../../chat/answer/surface.ts';
import { codeOf } from '../../api/error-codes.ts';
import { isStopped, isStuck, loggable, refusesCards, showError } from '../../api/errors.ts';
import { belowOf } from '../blocks.ts';
import type { NextContent, StreamContent } from '../streams/stream-content.ts';
import { contentIn, createStarts, type StartsOptions, type StreamStarts } from '../streams/stream-starts.ts';
import type { StreamForm } from '../streams/streaming.ts';
import { metadataOf } from './find-lost.ts';
import { isLive } from './message-content.ts';

export interface StreamsOptions extends StartsOptions {
  turn: string;
  /** Called when a person stopped the answer by Slack's own button under a stream. */
  onStopped(): void;
}

export interface Streams extends Pick<StreamStarts, 'isOn'> {
  /** Whether a message is a stream with cards that can still grow, or the next message can be one. */
  takesCards(ts: string | undefined): boolean;
  /** @throws the error of Slack's client, or ShowError `again` to try a lesser form, or a post */
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
  form: StreamForm;
  content: StreamContent;
  isOpen: boolean;
  /** Whether Slack refused to stop this stream. */
  isStuck?: boolean;
}

/** One call that brings a stream to a part. */
interface Sending {
  ts: string;
  part: Part;
  stream: Stream;
  next: NextContent;
}

export function createStreams(options: StreamsOptions): Streams {
  const streams = new Map<string, Stream>();
  const starts = createStarts(options);
  const { send, endInSteps } = createSending(options);
  const { team, channel, streaming, held, onStopped } = options;

  async function close(ts: string, { content, form }: Stream): Promise<void> {
    const cards = contentIn(form, { text: '', chunks: content.openCards() });
    await (await held()).chat.stopStream({ channel, ts, ...cards }).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      if (isStopped(error)) onStopped();
    });
  }

  async function sendTo(sending: Sending): Promise<'shown' | 'other'> {
    const { ts, part } = sending;
    try {
      const result = await send(sending);
      if (result !== 'ended') return result;
      streams.delete(ts);
      return 'shown';
    } catch (error) {
      const isEnded = hasEnded(options, sending, error);
      if (isStopped(error)) streams.delete(ts);
      if (!isEnded) throw error;
      // The end of the answer comes in a moment.
      if (isStopped(error) && isLive(part)) throw new ShowError('again');
      return 'other';
    }
  }

  return {
    isOn: starts.isOn,
    takesCards(ts) {
      if (ts === undefined) return starts.isOn() && streaming.formOf(team) === 'cards';
      const stream = streams.get(ts);
      return stream?.isOpen === true && stream.form === 'cards';
    },
    async begin(part) {
      const { ts, ...stream } = await starts.begin(part);
      streams.set(ts, { ...stream, isOpen: true });
      return ts;
    },
    isOpen: (ts) => streams.get(ts)?.isOpen === true,
    async write(ts, part, onLeft) {
      const stream = streams.get(ts);
      if (!stream) return 'other';
      const next = stream.content.next(part);
      const sending = next?.fits && { ts, part, stream, next };
      let result: 'shown' | 'other' = 'other';
      if (stream.isStuck && sending) result = await endInSteps(sending);
      else if (stream.isOpen && sending) result = await sendTo(sending);
      else await close(ts, stream);
      onLeft(stream.content.text);
      if (result === 'other') streams.delete(ts);
      return result;
    },
    async close(ts) {
      const stream = streams.get(ts);
      if (stream?.isOpen) await close(ts, stream);
    },
  };
}

/** Draws the consequences of a failed write. Returns whether the stream has ended. */
function hasEnded({ team, streaming, onStopped }: StreamsOptions, { stream, next }: Sending, error: unknown) {
  if (showError(error).kind === 'limited') stream.isOpen = true;
  if (next.hasCards && refusesCards(error)) streaming.refusedForm(team, 'cards');
  if (isStopped(error)) onStopped();
  // Slack closes a stream itself after some minutes.
  return isStopped(error) || codeOf(error) === 'message_not_in_streaming_state';
}

/** Sends the new text and cards of a part to its stream. */
function createSending({ channel, turn, held, log }: StreamsOptions) {
  /** Appends the new content, and stops the stream with its last piece. `ended`: the stream shows the whole part. */
  async function send(sending: Sending): Promise<'shown' | 'other' | 'ended'> {
    const { ts, part, stream, next } = sending;
    const content = contentIn(stream.form, next);
    if (isLive(part) && Object.keys(content).length === 0) return 'shown';
    // A failed call may have succeeded. The stream must not continue until a call certainly succeeds.
    stream.isOpen = false;
    if (isLive(part)) {
      await (await held()).chat.appendStream({ channel, ts, ...content });
      stream.isOpen = true;
      next.sent();
      return 'shown';
    }
    const blocks = belowOf(part, turn);
    try {
      await (await held()).chat.stopStream({
        channel,
        ts,
        ...content,
        ...(blocks.length > 0 && { blocks }),
        metadata: metadataOf(turn),
      });
    } catch (error) {
      if (!isStuck(error)) throw error;
      return endInSteps(sending);
    }
    next.sent();
    return 'ended';
  }

  /** Ends a stream in two steps, after one step failed. A stream that Slack does not stop keeps its text. */
  async function endInSteps({ ts, stream, next }: Sending): Promise<'shown' | 'other'> {
    const content = contentIn(stream.form, next);
    if (Object.keys(content).length > 0) await (await held()).chat.appendStream({ channel, ts, ...content });
    next.sent();
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
