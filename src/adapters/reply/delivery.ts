/** Makes the messages of one answer match the texts it wants: posts, edits or removes what differs, as the buckets allow. */
import type { Logger } from 'pino';
import type { End } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import type { Due, Rank, Writer } from './pacing.ts';
import { type Button, type Part, ShowError, type Surface } from './surface.ts';
import type { Wanted } from './wanted.ts';

export interface DeliveryOptions {
  surface: Surface;
  wanted: Wanted;
  /** Messages that are there already, first to last; what they say is not known. */
  existing: string[];
  /** Characters of a part. */
  limit: number;
  buttons: (end: End | 'live') => Button[];
  /** Stands in place of a text that the platform does not take. */
  blocked: string;
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

export interface Delivery {
  /** The messages of the answer, first to last. */
  ids(): string[];
  /** The messages are what is wanted, and no call is under way. */
  isDone(): boolean;
  /** A call is under way. */
  isBusy(): boolean;
  /** Takes part in the buckets. */
  start(): void;
  /** There is enough text to show. */
  open(): void;
  /** `wanted` was appended to; it was stale before or not. */
  grown(wasStale: boolean): void;
  /** `wanted` has ended. */
  end(end: End): void;
  /** The platform says that a message was deleted. */
  deleted(id: string): void;
  /** No further call is made. */
  stop(): void;
}

type CallKind = 'post' | 'edit' | 'remove';

/** One message, or the place of one that is about to be posted. */
interface Slot {
  /** Undefined until it is posted; that can only be the last. */
  id: string | undefined;
  /** What stands in it; undefined when not known. */
  shown: Part | undefined;
  /** What may have been posted: the next attempt posts the same, since it may find that message there. */
  tried: Part | undefined;
  isBusy: boolean;
  /** It is being removed, or was tried to be: from then on it is not written to. */
  isLeaving: boolean;
  /** In a row. */
  failures: number;
  retryAt: number;
  /** When the last call for it was made. */
  sentAt: number;
  /** Texts the platform did not take. */
  refused: Set<string>;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** What is no `ShowError` so often in a row will not pass. */
const MOST_STRANGE = 8;
/** A text is rendered for the sake of a further message after so many more characters at the earliest. */
const FEW_CHARACTERS = 64;
const FILE_NAME = 'answer.md';

export function createDelivery(options: DeliveryOptions): Delivery {
  const { surface, wanted, log } = options;
  let postBucket = surface.bucket('post');
  let editBucket = surface.bucket('edit');
  const slots: Slot[] = options.existing.map((id) => slotOf(id));
  let leaves: (() => void)[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let stage: 'waiting' | 'live' | End = 'waiting';
  let isStopped = false;
  let busy = 0;
  let strange = 0;
  /** Messages before this one are as they shall be and stay so. */
  let settled = 0;
  let shownSize = 0;
  let shownAt: number | undefined;
  let hasShownText = false;

  const isEnded = () => stage !== 'waiting' && stage !== 'live';
  const posted = () => (slots.at(-1)?.id === undefined ? Math.max(0, slots.length - 1) : slots.length);
  const ids = () => slots.flatMap(({ id }) => (id === undefined ? [] : [id]));

  /** The text of a part, or what stands in its place; a text that still grows is not tried again once it was refused. */
  function textOf(index: number): string {
    const text = wanted.texts[index] ?? '';
    const refused = slots[index]?.refused;
    if (!refused || refused.size === 0) return text;
    const isWhole = isEnded() || index < wanted.texts.length - 1;
    return !isWhole || refused.has(text) ? options.blocked : text;
  }

  /** Buttons stand under the last part; the edit that completes the one before takes them away there. */
  function buttonsOf(index: number): Button[] {
    if (index < wanted.texts.length - 1) return [];
    return options.buttons(stage === 'waiting' || stage === 'live' ? 'live' : stage);
  }

  function partOf(index: number): Part {
    const part: Part = { text: textOf(index), buttons: buttonsOf(index) };
    if (wanted.file?.index === index) part.file = { name: FILE_NAME, text: wanted.file.text };
    return part;
  }

  const isReady = (slot: Slot) => !slot.isBusy && slot.retryAt <= performance.now();

  /** The first message that differs and can be edited now. */
  function differing(): { slot: Slot; part: Part; isWhole: boolean } | undefined {
    const end = Math.min(slots.length, wanted.texts.length);
    for (let index = settled; index < end; index++) {
      const slot = slots[index];
      if (slot?.id === undefined || slot.isLeaving || !isReady(slot)) continue;
      const part = partOf(index);
      if (!isSame(slot.shown, part)) return { slot, part, isWhole: index < wanted.texts.length - 1 };
    }
    return undefined;
  }

  function settle(): void {
    const end = Math.min(slots.length, wanted.texts.length) - 1;
    while (settled < end && isSame(slots[settled]?.shown, partOf(settled))) settled++;
  }

  /** Takes in the newest text. */
  function refresh(): void {
    if (stage === 'waiting' || !wanted.isStale) return;
    wanted.render();
    settle();
    trim();
  }

  const due = (rank: Rank, since?: number): Due => ({
    rank,
    unseen: Math.max(1, wanted.size + wanted.waiting - shownSize),
    ...(since !== undefined && { shownAt: since }),
  });

  const poster: Writer = {
    next() {
      if (isStopped || stage === 'waiting' || slots.at(-1)?.isLeaving) return undefined;
      const index = posted();
      const slot = slots[index];
      if (slot && !isReady(slot)) return undefined;
      if (index >= wanted.texts.length && !(slots.length === 0 && wanted.isStale)) return undefined;
      if (isEnded()) return due('final');
      if (index === 0) return due('first');
      return due('next', index < wanted.texts.length - 1 ? undefined : shownAt);
    },
    needs: () => (!isStopped && !isEnded() && slots.length === 0 ? 1 : 0),
    call() {
      refresh();
      const index = posted();
      if (index >= wanted.texts.length || slots.at(-1)?.isLeaving) return undefined;
      let slot = slots[index];
      if (!slot) {
        slot = slotOf(undefined);
        slots.push(slot);
      }
      const call = attempt(slot, 'post', slot.tried ?? partOf(index), index);
      editBucket.poke();
      return call;
    },
  };

  const editor: Writer = {
    next() {
      if (isStopped) return undefined;
      const last = slots[wanted.texts.length - 1];
      const grows =
        stage === 'live' &&
        wanted.isStale &&
        last?.id !== undefined &&
        isReady(last) &&
        last.refused.size === 0;
      const next = differing();
      if (!grows && !next) return undefined;
      if (isEnded()) return due('final');
      if (!hasShownText) return due('first');
      return next?.isWhole ? due('next') : due('growing', last?.sentAt);
    },
    needs: () => (!isStopped && !isEnded() && posted() > 0 ? 1 : 0),
    call() {
      refresh();
      const next = differing();
      const call = next && attempt(next.slot, 'edit', next.part);
      postBucket.poke();
      return call;
    },
  };

  /** Removes messages that nothing is wanted in, the last first. */
  function trim(): void {
    const slot = slots.at(-1);
    if (isStopped || stage === 'waiting' || !slot || !isReady(slot)) return;
    if (!slot.isLeaving && (wanted.isStale || slots.length <= wanted.texts.length)) return;
    if (slot.id !== undefined) {
      slot.isLeaving = true;
      void attempt(slot, 'remove');
    } else {
      slots.pop();
      trim();
    }
  }

  function join(): void {
    leaves = [postBucket.join(poster), editBucket.join(editor)];
    if (isStopped) leave();
  }

  function leave(): void {
    for (const leaveOne of leaves) leaveOne();
    leaves = [];
  }

  /** Whatever may be due. */
  function wake(): void {
    if (isStopped) return;
    if (surface.bucket('post') !== postBucket || surface.bucket('edit') !== editBucket) {
      leave();
      postBucket = surface.bucket('post');
      editBucket = surface.bucket('edit');
      join();
    }
    trim();
    // The end of a message before the next one: in the order of reading.
    editBucket.poke();
    postBucket.poke();
  }

  /** Makes one call for a message and takes in what came of it. */
  async function attempt(slot: Slot, call: CallKind, part?: Part, index = 0): Promise<void> {
    slot.isBusy = true;
    busy++;
    slot.sentAt = performance.now();
    if (part) shownAt = slot.sentAt;
    try {
      if (call === 'post' && part) {
        if (index === 0) options.onFirstPost();
        slot.id = await surface.post(part, index);
      } else if (slot.id !== undefined) {
        if (part) await surface.edit(slot.id, part);
        else await surface.remove(slot.id);
      }
      succeeded(slot, call, part);
    } catch (error) {
      failed(slot, call, part, error);
    }
    slot.isBusy = false;
    busy--;
    if (!isStopped) settle();
    wake();
    options.onChange();
  }

  function succeeded(slot: Slot, call: CallKind, part: Part | undefined): void {
    slot.failures = 0;
    slot.tried = undefined;
    strange = 0;
    know(slot, part);
    hasShownText ||= stage !== 'waiting' && part !== undefined;
    if (call === 'remove') slots.splice(slots.indexOf(slot), 1);
    if (call !== 'edit') options.onMessages(ids());
  }

  /** Notes what stands in a message. */
  function know(slot: Slot, part: Part | undefined): void {
    shownSize += (part?.text.length ?? 0) - (slot.shown?.text.length ?? 0);
    slot.shown = part;
  }

  function failed(slot: Slot, call: CallKind, part: Part | undefined, error: unknown): void {
    const kind = error instanceof ShowError ? error.kind : 'strange';
    if (kind === 'strange') {
      log.error({ call, error: whereFrom(error) }, 'answer not shown');
      strange++;
    }
    if (kind === 'gone' && call === 'remove') succeeded(slot, call, undefined);
    else if (kind === 'gone') stopFor('gone');
    else if (kind === 'closed' || strange >= MOST_STRANGE) stopFor('closed');
    else if (kind !== 'blocked') retryLater(slot, call, part, error);
    else if (!part || part.text === options.blocked) stopFor('closed');
    else {
      slot.refused.add(part.text);
      slot.tried = undefined;
    }
  }

  function retryLater(slot: Slot, call: CallKind, part: Part | undefined, error: unknown): void {
    const { kind, retryAfterMs } = error instanceof ShowError ? error : { kind: 'again' };
    // It may have been done all the same.
    if (kind !== 'limited' && call === 'edit') know(slot, undefined);
    if (kind !== 'limited' && call === 'post') slot.tried = part;
    slot.failures++;
    const wait = retryAfterMs ?? Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (slot.failures - 1));
    if (kind === 'limited' && call !== 'remove') (call === 'post' ? postBucket : editBucket).limited(wait);
    slot.retryAt = performance.now() + wait;
    const timer = setTimeout(() => {
      timers.delete(timer);
      wake();
    }, Math.ceil(wait) + 1);
    timers.add(timer);
  }

  function stopFor(why: 'gone' | 'closed'): void {
    if (isStopped) return;
    stop();
    options.onStop(why);
  }

  function stop(): void {
    if (isStopped) return;
    isStopped = true;
    for (const timer of timers) clearTimeout(timer);
    timers.clear();
    leave();
  }

  return {
    ids,
    isBusy: () => busy > 0,

    start: join,

    isDone() {
      return (
        isEnded() &&
        busy === 0 &&
        slots.length === wanted.texts.length &&
        slots.every((slot, index) => index < settled || isSame(slot.shown, partOf(index)))
      );
    },

    open() {
      if (stage !== 'waiting') return;
      stage = 'live';
      refresh();
      wake();
    },

    grown(wasStale) {
      if (isStopped || stage !== 'live') return;
      const last = wanted.texts.at(-1);
      const isNextNear =
        last !== undefined &&
        wanted.waiting >= FEW_CHARACTERS &&
        last.length + wanted.waiting > options.limit;
      if (isNextNear && hasShownText) {
        refresh();
        wake();
      } else if (!wasStale) wake();
    },

    end(end) {
      if (isStopped) return;
      stage = end;
      wanted.render();
      settled = 0;
      settle();
      wake();
      options.onChange();
    },

    deleted(id) {
      if (slots.some((slot) => slot.id === id && !slot.isLeaving)) stopFor('gone');
    },

    stop,
  };
}

function slotOf(id: string | undefined): Slot {
  return {
    id,
    shown: undefined,
    tried: undefined,
    isBusy: false,
    isLeaving: false,
    failures: 0,
    retryAt: 0,
    sentAt: Number.NEGATIVE_INFINITY,
    refused: new Set(),
  };
}

function isSame(shown: Part | undefined, part: Part): boolean {
  return (
    shown !== undefined &&
    shown.text === part.text &&
    shown.buttons.join() === part.buttons.join() &&
    shown.file?.text === part.file?.text
  );
}
