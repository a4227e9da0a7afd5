/** Writes the messages of one answer, each in its form: a stream, a post, or a tail that continues either. */
import type { Part } from '../../../../chat/answer/surface.ts';
import { codeOf } from '../../api/error-codes.ts';
import { isSureRefusal, showError } from '../../api/errors.ts';
import type { Workspace } from '../../workspaces/workspaces.ts';
import { findLost } from './find-lost.ts';
import type { MessageCalls } from './message-calls.ts';
import { isLive, type MessageContent } from './message-content.ts';
import { createPlainMessages, type PlainMessagesOptions, type PostedMessage } from './plain-messages.ts';
import type { Streams } from './streams.ts';
import { createTails } from './tails.ts';

export interface MessagesOptions extends PlainMessagesOptions {
  calls: MessageCalls;
  content: MessageContent;
  /** As in `Lost`. */
  asked?: string | undefined;
  streams: Streams;
  /** Whether the next message should be a stream. */
  isStreamNext(): boolean;
  /** The answer's known messages. Messages that are posted are added. */
  posted: Set<string>;
  /** Whether Parley died during an earlier attempt, and may have posted more than is known. */
  isResumed: boolean;
  /** Attaches the part's file to a message, once. */
  attach(ts: string, part: Part): Promise<void>;
}

/** Every call throws `ShowError`, or the error of Slack's client. */
export interface Messages {
  /** Posts the part of this index, or finds it if its reply was lost. */
  post(part: Part, index: number): Promise<string>;
  edit(ts: string, part: Part): Promise<void>;
  remove(ts: string): Promise<void>;
  /** Finds the message that an earlier attempt posted, but whose ts it did not hear. */
  findLost(): Promise<string | undefined>;
}

export function createMessages(options: MessagesOptions): Messages {
  const { calls, streams, posted, channel, thread, turn, asked, attach, log } = options;
  const plain = createPlainMessages(options);
  const find = async (index: number | string) =>
    findLost({ channel, thread, turn, asked, index, posted, log }, await calls.workspace());
  const tails = createTails({
    post: plain.post,
    edit,
    remove,
    findLost: find,
    onPosted: (ts) => void posted.add(ts),
  });
  /** Posted messages that lack something of their part, by part index. */
  const unfinished = new Map<number, string>();
  /** Whether a message may have been posted whose ts is unknown. */
  let isUncertain = options.isResumed;

  async function make(part: Part, index: number): Promise<PostedMessage> {
    isUncertain = true;
    try {
      const hasContent = !part.isPlaceholder || (part.steps !== undefined && streams.takesCards(undefined));
      const isStream = isLive(part) && hasContent && options.isStreamNext() && streams.isOn();
      if (!isStream) return await plain.post(part, index);
      return { ts: await streams.begin(part), length: part.text.length };
    } catch (error) {
      const { kind, cause } = showError(error);
      isUncertain = kind === 'again' && !isSureRefusal(cause);
      throw error;
    }
  }

  async function edit(ts: string, part: Part): Promise<void> {
    if (await tails.write(ts, part)) return;
    const result = await streams.write(ts, part, (text) => plain.wrote(ts, text));
    if (result !== 'other') return;
    const length = await plain.update(ts, part);
    if (length !== undefined) await tails.goOnAfter(ts, length, part);
  }

  async function remove(ts: string): Promise<void> {
    await tails.remove(ts);
    await deleteMessage(await calls.held(), channel, ts);
  }

  return {
    async post(part, index) {
      const known = unfinished.get(index) ?? (isUncertain ? await find(index) : undefined);
      const { ts, length } = known === undefined ? await make(part, index) : { ts: known, length: 0 };
      isUncertain = false;
      posted.add(ts);
      unfinished.set(index, ts);
      if (known !== undefined) await edit(ts, part);
      else if (length < part.text.length) await tails.goOnAfter(ts, length, part);
      await attach(ts, part);
      unfinished.delete(index);
      return ts;
    },
    edit,
    async remove(ts) {
      await streams.close(ts);
      await remove(ts);
    },
    async findLost() {
      const found = await find(posted.size);
      isUncertain = false;
      if (found !== undefined) posted.add(found);
      return found;
    },
  };
}

async function deleteMessage({ chat }: Workspace['edits'], channel: string, ts: string): Promise<void> {
  await chat.delete({ channel, ts }).catch((error: unknown) => {
    if (codeOf(error) !== 'message_not_found') throw error;
  });
}
