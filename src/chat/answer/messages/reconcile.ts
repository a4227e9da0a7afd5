/** Makes the messages of one answer match the texts it wants: posts, edits or removes what differs, as the buckets allow. */
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { End } from '../../../core/types.ts';
import type { Bucket, Due, Rank } from '../../pacing/bucket.ts';
import { joinBucket, type MovingWriter } from '../../pacing/join-bucket.ts';
import type { Part, Surface } from '../surface.ts';
import { type AnswerMessagesOptions, createAnswerMessages, type Stage } from './answer-messages.ts';
import { createDiscards } from './left-messages.ts';
import { call, isReady, type ShownMessage } from './shown-message.ts';

export interface ReconcilerOptions extends Omit<AnswerMessagesOptions, 'stage'> {
  surface: Surface;
  /** Whether surplus messages stay until the text has ended, since more text may need them. */
  keepsExisting: boolean;
  log: Logger;
  /** The answer's messages, whenever they change. */
  onMessages(ids: string[]): void;
  /** Just before its first message is posted. */
  onFirstPost(): void;
  /** A call has ended, or there is no difference left. */
  onChange(): void;
  /** Nothing more can be shown: a message was deleted by someone, or nothing can be written there. */
  onStop(why: 'gone' | 'closed'): void;
}

export interface Reconciler {
  /** The messages of the answer, first to last. */
  ids(): string[];
  /** The last message with its last known content. `isLive`: it has the buttons of an answer that is being written. */
  last(): { id: string; text: string; isLive: boolean } | undefined;
  /** The platform's word for why the last call failed; undefined where it did not, or where there is none. */
  trouble(): string | undefined;
  /** The messages show the desired parts, and no call is under way. */
  isDone(): boolean;
  /** A call is under way. */
  isBusy(): boolean;
  /** Makes the first calls. */
  start(): void;
  /** The placeholder of `desired` has changed. */
  wait(): void;
  /** There is enough text to show. */
  open(): void;
  /** `desired` was appended to; it was stale before or not. */
  grown(wasStale: boolean): void;
  /** `desired` was cleared: messages that were complete are not any more. */
  cleared(): void;
  /** `desired` has ended. */
  end(end: End): void;
  /** The platform says that a message was deleted. */
  deleted(id: string): void;
  /** No further call is made. */
  stop(): void;
}

/** Give up after this many errors in a row that are no `ShowError`. */
const MOST_STRANGE = 8;
/** A text is rendered for the sake of a further message after so many more characters at the earliest. */
const FEW_CHARACTERS = 64;

export function createReconciler(options: ReconcilerOptions): Reconciler {
  const { surface, desired, log } = options;
  /** Deleted while a post was under way: maybe that post's message, of which the platform may tell in any order. */
  const deletedEarly = new Set<string>();
  const timers = new Set<NodeJS.Timeout>();
  let stage: Stage = 'waiting';
  const messages = createAnswerMessages({ ...options, stage: () => stage });
  /** Messages of an earlier attempt that have not been found yet. */
  const unseen = new Set(messages.list);
  /** From `start` to `stop`. */
  let isRunning = false;
  let busy = 0;
  /** Number of times the answer was moved to new messages. */
  let anew = 0;
  /** The answer left this message while it was being posted. No other message is posted until that call ends. */
  let posting: ShownMessage | undefined;
  let strange = 0;
  let trouble: string | undefined;
  let shownSize = 0;
  let shownAt: number | undefined;
  let hasShownText = false;

  const isEnded = () => stage !== 'waiting' && stage !== 'live';
  /** Takes in the newest text. */
  function refresh(): void {
    if (stage === 'waiting' || !desired.isStale || !render()) return;
    messages.settle();
    trim();
  }

  /** A mistake in what makes Markdown the platform's concerns this answer alone. */
  function render(): boolean {
    try {
      desired.render();
      return true;
    } catch (error) {
      log.error({ error: whereFrom(error) }, 'answer not rendered');
      stopFor('closed');
      return false;
    }
  }

  const due = (rank: Rank, since?: number): Due => ({
    rank,
    unseen: Math.max(1, desired.size + desired.waiting - shownSize),
    seen: shownSize,
    ...(since !== undefined && { shownAt: since }),
  });

  const poster: MovingWriter = {
    bucket: () =>
      surface.bucket(isEnded() || messages.posted() < desired.texts.length - 1 ? 'whole' : 'post'),
    next() {
      if (!isRunning || posting || discards.isPosting() || messages.list.at(-1)?.isLeaving) return undefined;
      const index = messages.posted();
      if (stage === 'waiting' && index >= desired.texts.length) return undefined;
      const message = messages.list[index];
      if (message && !isReady(message)) return undefined;
      if (index >= desired.texts.length && !(messages.list.length === 0 && desired.isStale)) return undefined;
      if (index > 0 && surface.isInOrder?.() && messages.areBehind()) return undefined;
      if (isEnded()) return due('final');
      if (index === 0) return due('first');
      return due('next', index < desired.texts.length - 1 ? undefined : shownAt);
    },
    needs: () => (isRunning && !isEnded() && messages.list.length === 0 ? 1 : 0),
    call() {
      refresh();
      if (posts.follow()) return undefined;
      const index = messages.posted();
      if (index >= desired.texts.length || messages.list.at(-1)?.isLeaving) return undefined;
      const message = messages.list[index] ?? messages.add();
      const call = attempt(message, message.tried ?? messages.partOf(index), index, posts.now);
      edits.poke();
      return call;
    },
  };

  const editor: MovingWriter = {
    bucket() {
      const next = messages.differing();
      const isWhole = isEnded() || next?.isWhole === true;
      return surface.bucket(isWhole ? 'end' : 'edit', (next?.message ?? messages.list.at(-1))?.id);
    },
    next() {
      if (!isRunning) return undefined;
      const last = messages.list[desired.texts.length - 1];
      const grows =
        stage === 'live' &&
        desired.isStale &&
        last?.id !== undefined &&
        isReady(last) &&
        last.refused.size === 0;
      const next = messages.differing();
      if (!grows && !next) return undefined;
      if (isEnded()) return due('final');
      if (!hasShownText) return due('first');
      return next?.isWhole ? due('next') : due('growing', last?.sentAt);
    },
    needs() {
      if (!isRunning || isEnded() || messages.posted() === 0) return 0;
      return surface.bucket('end', messages.list.at(-1)?.id) === edits.now ? 1 : 0;
    },
    call() {
      refresh();
      if (edits.follow()) return undefined;
      const next = messages.differing();
      const call = next && attempt(next.message, next.part, 0, edits.now);
      posts.poke();
      return call;
    },
  };

  /** Removes messages without a desired part, the last first. */
  function trim(): void {
    const message = messages.list.at(-1);
    if (!isRunning || stage === 'waiting' || !message || !isReady(message)) return;
    const isKept = options.keepsExisting && !isEnded();
    if (!message.isLeaving && (isKept || desired.isStale || messages.list.length <= desired.texts.length))
      return;
    if (message.id !== undefined) {
      message.isLeaving = true;
      void attempt(message, undefined);
    } else {
      messages.drop(message);
      trim();
    }
  }

  /** Whatever may be due. */
  function wake(): void {
    if (!isRunning) return;
    trim();
    // The end of a message before the next one: in the order of reading.
    edits.poke();
    posts.poke();
  }

  /** Makes one call for a message, or removes it where no part is given, and takes in what came of it. */
  async function attempt(
    message: ShownMessage,
    part: Part | undefined,
    index = 0,
    bucket?: Bucket,
  ): Promise<void> {
    const isText = part !== undefined && stage !== 'waiting';
    const { id } = message;
    const size = message.shown?.text.length ?? 0;
    busy++;
    if (part) shownAt = performance.now();
    if (id === undefined && index === 0) options.onFirstPost();
    const place = { index, anew };
    const outcome = await call(surface, message, part, place);
    busy--;
    trouble = 'code' in outcome ? outcome.code : undefined;
    if (outcome.kind === 'done') strange = 0;
    else if (outcome.kind === 'strange') strange++;
    if (messages.list.includes(message)) shownSize += (message.shown?.text.length ?? 0) - size;
    if (!messages.list.includes(message)) {
      // Meanwhile the answer moved to other messages, or a person deleted this one.
      if (message.isLeaving && (part || outcome.kind !== 'done')) discards.add(message, place);
      if (posting === message) posting = undefined;
    } else if (outcome.kind === 'done' && part) {
      hasShownText ||= isText;
      unseen.delete(message);
      if (id === undefined) options.onMessages(messages.ids());
      if (deletedEarly.has(message.id ?? '')) {
        drop(message);
        stopFor('gone');
      }
    } else if (outcome.kind === 'done' || outcome.kind === 'gone') {
      drop(message);
      // A message that was deleted before this attempt does not stop it.
      if (part && !unseen.has(message)) stopFor('gone');
    } else if (outcome.kind === 'closed' || strange >= MOST_STRANGE) stopFor('closed');
    else if (outcome.kind === 'blocked' || outcome.kind === 'refused') {
      if (!part || isRefusal(part)) stopFor('closed');
    } else if (outcome.kind === 'stuck') moveOn(message);
    else if (outcome.kind === 'file') {
      desired.withoutFile();
      refresh();
    } else if ('waitMs' in outcome) {
      if (outcome.kind === 'limited') bucket?.limited(outcome.waitMs);
      wakeAfter(outcome.waitMs);
    }
    if (outcome.kind === 'strange') log.error({ error: whereFrom(outcome.error) }, 'answer not shown');
    if (isRunning) messages.settle();
    wake();
    options.onChange();
  }

  const isRefusal = ({ text, notice }: Part) =>
    Object.values(options.refusals).some((one) => one.text === text && one.notice === notice);

  /** The message cannot be changed. The answer continues in new messages, and the old ones are removed. */
  function moveOn(message: ShownMessage): void {
    const from = messages.dropFrom(message);
    if (!from) return;
    const { index, dropped: old } = from;
    for (const one of old) {
      shownSize -= one.shown?.text.length ?? 0;
      one.isLeaving = true;
      // `attempt` handles a call that is still under way.
      if (!one.isBusy) discards.add(one, { index: old.indexOf(one) + index, anew });
      else if (one.id === undefined) posting = one;
    }
    anew++;
    options.onMessages(messages.ids());
  }

  function drop(message: ShownMessage): void {
    if (messages.drop(message)) options.onMessages(messages.ids());
  }

  function wakeAfter(ms: number): void {
    if (!isRunning) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, Math.ceil(ms) + 1);
    timers.add(timer);
  }

  function stopFor(why: 'gone' | 'closed'): void {
    if (!isRunning) return;
    stop();
    options.onStop(why);
  }

  function stop(): void {
    if (!isRunning) return;
    isRunning = false;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    edits.leave();
    posts.leave();
  }

  const discards = createDiscards(surface, () => {
    wake();
    options.onChange();
  });
  const posts = joinBucket(poster);
  const edits = joinBucket(editor);

  return {
    ids: messages.ids,
    last() {
      const { id, stood } = messages.list.findLast((one) => one.id !== undefined) ?? {};
      const isLive = stood?.buttons.join() === options.buttons('live').join();
      return id === undefined || stood === undefined ? undefined : { id, text: stood.text, isLive };
    },
    isBusy: () => busy + discards.count() > 0,
    trouble: () => trouble,

    start() {
      isRunning = true;
      wake();
    },

    isDone: () => isEnded() && busy + discards.count() === 0 && messages.areSame(),

    wait() {
      if (isRunning && stage === 'waiting') wake();
    },

    open() {
      if (stage !== 'waiting') return;
      stage = 'live';
      refresh();
      wake();
    },

    grown(wasStale) {
      if (!isRunning || stage !== 'live') return;
      const isNextNear =
        desired.texts.length > 0 && desired.waiting >= FEW_CHARACTERS && desired.waiting > desired.room;
      if (isNextNear && hasShownText) {
        refresh();
        wake();
      } else if (!wasStale) wake();
    },

    cleared: messages.unsettle,

    end(end) {
      if (!isRunning) return;
      stage = end;
      if (!render()) return;
      messages.unsettle();
      messages.settle();
      wake();
      options.onChange();
    },

    deleted(id) {
      if (!isRunning) return;
      const message = messages.list.find((one) => one.id === id && !one.isLeaving);
      if (!message && messages.list.at(-1)?.id === undefined) deletedEarly.add(id);
      if (!message) return;
      drop(message);
      stopFor('gone');
    },

    stop,
  };
}
