/** An answer's messages on Slack: native streams where they are allowed, else posts and updates. */
import type { CallKind, Part, Surface } from '../../../chat/answer/surface.ts';
import type { Bucket } from '../../../chat/pacing/bucket.ts';
import type { Method } from '../api/limits.ts';
import { timeOf, tsOf } from '../ids.ts';
import { leftOfSign } from '../incoming/early-sign.ts';
import { createAnswerFiles } from './messages/answer-file.ts';
import { createMessageCalls, type MessageCallsOptions } from './messages/message-calls.ts';
import { createMessageContent } from './messages/message-content.ts';
import { createMessages, type Messages } from './messages/messages.ts';
import { createPostedFiles, type PostedFiles, type PostedFilesOptions } from './messages/posted-files.ts';
import { createStreams, type Streams, type StreamsOptions } from './messages/streams.ts';
import { type StandingMessage, setButtonsOf } from './standing-message.ts';
import { createLineStatus, showThinking, type ThinkingStatus } from './thinking-status.ts';

export interface SurfaceOptions extends MessageCallsOptions, Omit<StreamsOptions, 'held'> {
  bucket(method: Method): Bucket;
  /** As in `Lost`. */
  asked?: string | undefined;
  /** The messages that an earlier attempt posted for this answer. */
  known: string[];
  /** Whether Parley died during that attempt, and may have posted more than it noted. */
  isResumed: boolean;
  /** A message of the answer, as Slack sent it with a press. Only its buttons can be set. */
  standing?: StandingMessage | undefined;
  /** As of `PostedFilesOptions`. */
  files: Pick<PostedFilesOptions, 'known' | 'keep' | 'readMade'>;
}

export function createSurface(options: SurfaceOptions): Surface {
  const { channel, thread, turn, standing, log } = options;
  const posted = new Set(options.known);
  const content = createMessageContent(turn, log);
  const calls = createMessageCalls(options, {
    refused: content.refused,
    hasPosted: () => posted.size > 0,
  });
  const { workspace, held, guarded } = calls;
  const streams = createStreams({ ...options, held });
  const buckets = createBuckets(options.bucket, streams, posted);
  const rest = createAnswerFiles({ workspace, channel, thread, log });
  const files = createPostedFiles({ ...options.files, held, channel, thread, log });
  async function attach(ts: string, part: Part): Promise<void> {
    await rest.attach(ts, part);
    await files.show(part);
  }
  const { isStreamNext } = buckets;
  const plain = createMessages({ ...options, calls, content, streams, isStreamNext, posted, attach });
  const messages = withFiles(plain, files);
  const sayLine = thread === undefined ? () => {} : createLineStatus({ workspace, channel, thread });
  let isPosting = false;
  let status: ThinkingStatus | undefined;

  return {
    post(part, index) {
      isPosting = true;
      return guarded(() => messages.post(part, index));
    },
    edit: (ts, part) =>
      guarded(async () => {
        // A stream without cards has no place for a line.
        const isBare = streams.isOpen(ts) && !streams.takesCards(ts);
        await messages.edit(ts, part);
        if (isBare) sayLine(part.activity);
        await attach(ts, part);
      }),
    remove: (ts) => guarded(() => messages.remove(ts)),
    setButtons: (ts, buttons, note) =>
      guarded(async () => {
        if (standing?.ts !== ts) return false;
        return setButtonsOf(standing, { client: await held(), channel, turn }, buttons, note);
      }),
    findLost: () => guarded(messages.findLost),
    indicate() {
      if (thread === undefined) return () => {};
      status = showThinking({ workspace, channel, thread, isPosting: () => isPosting });
      return status.stop;
    },
    ...(thread !== undefined && { tell: (line: string) => status?.say(line) }),
    showsSteps: (ts) => (ts !== undefined || buckets.isStreamNext()) && streams.takesCards(ts),
    isInOrder: () => content.isLess,
    // In threads, a status shows that Parley is answering. Elsewhere Slack has no status.
    placeholderAfterMs: thread === undefined ? leftOfSign(timeOf(tsOf(turn))) : Number.POSITIVE_INFINITY,
    bucket: buckets.of,
  };
}

function withFiles(messages: Messages, files: PostedFiles): Messages {
  return {
    ...messages,
    async post(part, index) {
      // The buttons of an answer without text stand below its pictures.
      if (part.text.trim() === '') await files.show(part);
      return messages.post(part, index);
    },
    async remove(ts) {
      await messages.remove(ts);
      await files.removeOthers();
    },
  };
}

/** The buckets of an answer's calls. Slack limits streams, posts and updates separately. */
function createBuckets(bucket: (method: Method) => Bucket, streams: Streams, posted: ReadonlySet<string>) {
  let isStreamNext = false;
  return {
    isStreamNext: () => isStreamNext,
    of(call: CallKind, id?: string): Bucket {
      switch (call) {
        case 'post': {
          const starts = bucket('start');
          // If no more streams may begin this minute, posts still may.
          isStreamNext = streams.isOn() && starts.isFree(posted.size === 0 ? 'first' : 'next');
          return isStreamNext ? starts : bucket('post');
        }
        case 'whole':
          return bucket('post');
        default: {
          if (!streams.isOpen(id ?? '')) return bucket('update');
          return bucket(call === 'edit' ? 'append' : 'stop');
        }
      }
    },
  };
}
