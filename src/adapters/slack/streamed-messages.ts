/** The messages of one answer that are native streams: begun, appended to and ended. */
import type { Logger } from 'pino';
import { type Part, ShowError } from '../reply/surface.ts';
import { controlsOf } from './blocks.ts';
import { isStopped, isStuck, isSureRefusal, loggable, refusesStreams, showError } from './errors.ts';
import { codeOf } from './failures.ts';
import { metadataOf } from './find-lost.ts';
import { isDirect } from './place.ts';
import type { Streaming } from './streaming.ts';
import type { Workspace } from './workspaces.ts';

export interface StreamedMessagesOptions {
  team: string;
  channel: string;
  /** The thread to answer in; undefined: the channel itself. */
  thread: string | undefined;
  turn: string;
  /** Who asked: a stream in a channel is addressed to somebody. */
  asker: string;
  askersTeam(): Promise<string>;
  streaming: Streaming;
  /** @throws ShowError `closed` where the turn is another process's by now */
  held(): Promise<Workspace['edits']>;
  onStopped(): void;
  log: Logger;
}

export interface StreamedMessages {
  /** Whether the answer's next message can be a stream. */
  isOn(): boolean;
  /** @throws what Slack's client throws; ShowError `again` where the message has to be posted instead */
  begin(part: Part): Promise<string>;
  /** Whether the message is a stream that takes more. */
  isOpen(ts: string): boolean;
  /**
   * Brings a stream to what is wanted. `other`: it is no stream, or none any more, and has to be updated.
   * @param onLeft told the text that stands in a stream that is over
   * @throws what Slack's client throws
   */
  write(ts: string, part: Part, onLeft: (text: string) => void): Promise<'shown' | 'other'>;
  /** Ends it as it is, where it is not ended yet. */
  close(ts: string): Promise<void>;
}

/** A message that Slack shows as being written. */
interface Stream {
  /** What was appended to it so far. */
  sent: string;
  isOpen: boolean;
  /** Slack does not end it. */
  isStuck?: boolean;
}

/** Attempts to start a stream, of those that fail on the way: then the answer is posted. */
const MOST_STARTS = 2;

export const isLive = ({ buttons }: Part) => buttons.includes('stop');

export function createStreamedMessages(options: StreamedMessagesOptions): StreamedMessages {
  const { team, channel, thread, turn, asker, streaming, held, log } = options;
  const streams = new Map<string, Stream>();
  let starts = 0;
  /** Streams are refused to this answer, or their starts have failed. */
  let isGivenUp = false;

  async function begin(part: Part): Promise<string> {
    const recipient_team_id = await options.askersTeam();
    try {
      const { ts } = await (await held()).chat.startStream({
        channel,
        // Slack's own types want a thread, its documentation does not.
        ...((thread === undefined ? {} : { thread_ts: thread }) as { thread_ts: string }),
        markdown_text: part.text,
        recipient_user_id: asker,
        recipient_team_id,
      });
      if (ts === undefined) throw new ShowError('again');
      streams.set(ts, { sent: part.text, isOpen: true });
      return ts;
    } catch (error) {
      throw notBegun(error);
    }
  }

  /** What is to be done about a stream that did not begin. */
  function notBegun(error: unknown): unknown {
    if (showError(error).kind === 'limited') return error;
    const isForAll = refusesStreams(error);
    // A failure on the way passes, as a rule.
    if (!isForAll && !isSureRefusal(error) && ++starts < MOST_STARTS) return error;
    if (isForAll) streaming.refused(team, channel);
    isGivenUp = true;
    const what = isForAll
      ? 'slack begins no stream here: answers are posted'
      : 'stream not begun: the answer is posted';
    log.warn({ channel, code: loggable(error) }, what);
    // A post is counted elsewhere, and made when it is its turn there.
    return new ShowError('again', 0, error);
  }

  /** Appends what is new, and with the last of it ends the stream. */
  async function send(ts: string, part: Part, stream: Stream): Promise<'shown' | 'other'> {
    const rest = part.text.slice(stream.sent.length);
    if (isLive(part) && rest === '') return 'shown';
    // Whether a failed call did its work is not known: until it has, the stream is not to be gone on with.
    stream.isOpen = false;
    if (isLive(part)) {
      await (await held()).chat.appendStream({ channel, ts, markdown_text: rest });
      stream.isOpen = true;
      stream.sent = part.text;
      return 'shown';
    }
    const blocks = controlsOf(part.buttons, turn);
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
    streams.delete(ts);
    return 'shown';
  }

  /** After it could not be done in one. A stream that Slack does not end at all has its text, and is left so. */
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

  async function close(ts: string): Promise<void> {
    await (await held()).chat.stopStream({ channel, ts }).catch((error: unknown) => {
      if (codeOf(error) === undefined) throw error;
      if (isStopped(error)) options.onStopped();
    });
  }

  /** A stream that cannot be written to: rethrows but where it is over. */
  function failed(ts: string, part: Part, stream: Stream, error: unknown): void {
    if (showError(error).kind === 'limited') stream.isOpen = true;
    if (isStopped(error)) {
      options.onStopped();
      streams.delete(ts);
      // How it ends is told in a moment.
      if (isLive(part)) throw new ShowError('again');
      // Slack closes a stream by itself after some minutes.
    } else if (codeOf(error) !== 'message_not_in_streaming_state') throw error;
  }

  /** Slack lets a direct message be streamed in threads only (chat.startStream). */
  const isOn = () =>
    !isGivenUp && streaming.isOn(team, channel) && (thread !== undefined || !isDirect(channel));

  return {
    isOn,
    begin,
    isOpen: (ts) => streams.get(ts)?.isOpen === true,
    async write(ts, part, onLeft) {
      const stream = streams.get(ts);
      if (!stream) return 'other';
      const isGrown = part.text.startsWith(stream.sent);
      let result: 'shown' | 'other' = 'other';
      if (stream.isStuck && isGrown) result = await endInSteps(ts, part, stream);
      else if (stream.isOpen && isGrown) {
        try {
          result = await send(ts, part, stream);
        } catch (error) {
          failed(ts, part, stream, error);
        }
      } else await close(ts);
      onLeft(stream.sent);
      if (result === 'other') streams.delete(ts);
      return result;
    },
    async close(ts) {
      if (streams.get(ts)?.isOpen) await close(ts);
    },
  };
}
