/** Messages of one answer that Parley posts and updates, without streams. */
import type { Logger } from 'pino';
import { type Part, ShowError } from '../../../../chat/answer/surface.ts';
import { codeOf } from '../../api/error-codes.ts';
import { isFinal, isStuck, loggable, refusesContent, refusesThreads } from '../../api/errors.ts';
import { metadataOf } from './find-lost.ts';
import type { MessageCalls } from './message-calls.ts';
import { type Content, isEnd, isLive, type MessageContent } from './message-content.ts';

export interface PlainMessagesOptions {
  calls: MessageCalls;
  content: MessageContent;
  channel: string;
  thread: string | undefined;
  turn: string;
  log: Logger;
}

/** A message, and how much of the text it shows. Further messages show the rest. */
export interface PostedMessage {
  ts: string;
  /** Shown text, in UTF-16 units. */
  length: number;
}

/** Every call throws `ShowError`, or the error of Slack's client. */
export interface PlainMessages {
  post(part: Part, index: number | string): Promise<PostedMessage>;
  /** Undefined if the message shows the whole part. Otherwise, how much of the text it shows before a further message. */
  update(ts: string, part: Part): Promise<number | undefined>;
  /** Notes the text that a message shows. */
  wrote(ts: string, text: string): void;
}

export function createPlainMessages(options: PlainMessagesOptions): PlainMessages {
  const { calls, content, channel, thread, turn, log } = options;
  let inThread = thread === undefined ? {} : { thread_ts: thread };
  /** The text of each message, if it is known. */
  const written = new Map<string, string>();
  /** Whether Slack refuses all edits. Then messages stay as they are until the end, which is tried once more. */
  let isFixed = false;

  async function send(part: Part, index: number | string) {
    const post = async (said: Content) =>
      (await calls.held()).chat.postMessage({
        channel,
        ...inThread,
        ...said,
        metadata: metadataOf(turn, index),
        unfurl_links: false,
        unfurl_media: false,
      });
    return content.send(part, post).catch((error: unknown) => {
      if (!refusesThreads(error) || !('thread_ts' in inThread)) throw error;
      const what = 'slack takes no replies there: the answer is not in a thread';
      log.warn({ channel, code: loggable(error) }, what);
      inThread = {};
      calls.clearStatus();
      return content.send(part, post);
    });
  }

  return {
    async post(part, index) {
      const { reply, length } = await send(part, index);
      if (reply.ts === undefined) throw new ShowError('again');
      written.set(reply.ts, part.text.slice(0, length));
      return { ts: reply.ts, length };
    },

    async update(ts, part) {
      if (isFixed && isLive(part)) return undefined;
      const before = written.get(ts);
      if (content.isPlain && before === part.text && !isEnd(part)) return undefined;
      const result = await change(options, ts, part);
      if ('length' in result) {
        written.set(ts, part.text.slice(0, result.length));
        return result.length < part.text.length ? result.length : undefined;
      }
      isFixed ||= refusesContent(result.refusal);
      if (isFixed && isLive(part)) return undefined;
      const what = 'slack accepts no more edits of a message: a further message continues it';
      log.warn({ code: loggable(result.refusal) }, what);
      return before !== undefined && part.text.startsWith(before) ? before.length : 0;
    },

    wrote: (ts, text) => void written.set(ts, text),
  };
}

/** Writes the part into the message. A stream that is still open is stopped first. */
async function change(
  { calls, content, channel, turn }: PlainMessagesOptions,
  ts: string,
  part: Part,
): Promise<{ length: number } | { refusal: unknown }> {
  const request = { channel, ts, metadata: metadataOf(turn) };
  const update = () =>
    content.send(part, async (said) => (await calls.held()).chat.update({ ...request, ...said }));
  let isStream = false;
  try {
    return await update().catch(async (error: unknown) => {
      // The message is still a stream: it began before a restart, or Slack's reply to its stop was lost.
      isStream = codeOf(error) === 'streaming_state_conflict';
      if (!isStream) throw error;
      await (await calls.held()).chat.stopStream({ channel, ts });
      return update();
    });
  } catch (error) {
    if (!isFinal(error) && !refusesContent(error) && !(isStream && isStuck(error))) throw error;
    return { refusal: error };
  }
}
