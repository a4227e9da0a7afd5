/** The two writers of one answer: one posts messages, the other edits them. They say what is due, and when. */
import type { Bucket } from '../../pacing/bucket.ts';
import type { MovingWriter } from '../../pacing/join-bucket.ts';
import type { DesiredParts } from '../showing/desired-parts.ts';
import type { Part, Surface } from '../surface.ts';
import type { AnswerMessages } from './answer-messages.ts';
import type { LeftMessages } from './left-messages.ts';
import type { ReaderView } from './reader-view.ts';
import type { ShownMessage } from './shown-message.ts';

/** Posts the part of this index, or edits the message. Never throws. */
export type Write = (message: ShownMessage, part: Part, index: number, bucket: Bucket) => Promise<void>;

export interface WriterOptions {
  surface: Surface;
  desired: DesiredParts;
  messages: AnswerMessages;
  view: ReaderView;
  /** Takes in the newest text. */
  refresh(): void;
  write: Write;
  /** Called after a call, and where the newest text may have made one due: the other writer looks again. */
  pokeOther(): void;
}

/** Posts the messages of an answer, in their order and one at a time. */
export function createPoster(options: WriterOptions & { left: LeftMessages }): MovingWriter {
  const { surface, desired, messages, view, left, refresh, write } = options;

  /** Whether a message is on its way, or the last one has to go first. */
  const isBlocked = () => left.isPosting() || messages.list.at(-1)?.isLeaving === true;

  /** Whether the part of this index can be posted now. */
  function isDue(index: number): boolean {
    const { texts } = desired.rendered;
    const hasFirstText = messages.list.length === 0 && desired.stage !== 'waiting' && desired.isStale;
    if (index >= texts.length && !hasFirstText) return false;
    const message = messages.list[index];
    if (message && !message.isReady()) return false;
    return index === 0 || !surface.isInOrder?.() || !messages.areBehind();
  }

  return {
    bucket() {
      const isWhole = desired.hasEnded || messages.posted() < desired.rendered.texts.length - 1;
      return surface.bucket(isWhole ? 'whole' : 'post');
    },
    next() {
      const index = messages.posted();
      if (isBlocked() || !isDue(index)) return undefined;
      if (desired.hasEnded) return view.due('final');
      if (index === 0) return view.due('first');
      return view.due('next', index < desired.rendered.texts.length - 1 ? undefined : view.writtenAt);
    },
    needs: () => (!desired.hasEnded && messages.list.length === 0 ? 1 : 0),
    refresh,
    call(now) {
      const index = messages.posted();
      if (index >= desired.rendered.texts.length || messages.list.at(-1)?.isLeaving) return undefined;
      const message = messages.list[index] ?? messages.add();
      const call = write(message, message.tried ?? messages.partOf(index), index, now);
      options.pokeOther();
      return call;
    },
  };
}

/** Edits the messages of an answer, the first that differs at a time. */
export function createEditor(options: WriterOptions): MovingWriter {
  const { surface, desired, messages, view, refresh, write } = options;

  /** Whether text that is not rendered yet belongs into the last message. */
  function isGrowing(last: ShownMessage | undefined): boolean {
    if (desired.stage !== 'live' || !desired.isStale || last?.id === undefined) return false;
    return last.isReady() && !last.hasRefused();
  }

  return {
    bucket() {
      const next = messages.differing();
      const isWhole = desired.hasEnded || next?.isWhole === true;
      return surface.bucket(isWhole ? 'end' : 'edit', (next?.message ?? messages.list.at(-1))?.id);
    },
    next() {
      const last = messages.list[desired.rendered.texts.length - 1];
      const next = messages.differing();
      if (!next && !isGrowing(last)) return undefined;
      if (desired.hasEnded) return view.due('final');
      // A line about what Parley does can wait, as text that grows can.
      const isLine = desired.stage === 'waiting' && next?.message.shown !== undefined;
      if (!view.hasText && !isLine) return view.due('first');
      return next?.isWhole ? view.due('next') : view.due('growing', last?.sentAt);
    },
    needs(now) {
      if (desired.hasEnded || messages.posted() === 0) return 0;
      return surface.bucket('end', messages.list.at(-1)?.id) === now ? 1 : 0;
    },
    refresh,
    call(now) {
      const next = messages.differing();
      const call = next && write(next.message, next.part, 0, now);
      options.pokeOther();
      return call;
    },
  };
}
