/** The queue of turns, as a shape: who accepts, runs, stops and edits them. */
import type { TenantSettings, WhenBusy } from '../settings.ts';
import type { ConversationId, Message, Turn } from '../types.ts';

// Reasons of a run's signal that are Parley's own; any other is a person's.
/** Parley is stopping: the turn is handed to whoever runs next. */
export const SHUTDOWN = 'shutdown';

/** The same message is about to be answered again. */
export const RESTART = 'restart';

/** Another process answers the turn now: nothing of it may be written or shown here any more. */
export const LOST = 'lost';

/** A newer message came, and the tenant wants that one answered at once. */
export const INTERRUPT = 'interrupt';

/** One attempt at a turn. Each of its writes is without effect once the turn is another process's. */
export interface Run {
  /**
   * `answer` it by the model; `show` the answer that is kept, since an earlier attempt may not have shown all of it; or
   * `close` it with a notice, since it failed too often.
   */
  mode: 'answer' | 'show' | 'close';
  /** 1, then more where earlier ones were cut off: something of them may stand on the platform. */
  attempt: number;
  /** How often the message was edited while it was being answered. */
  revision: number;
  signal: AbortSignal;
  /**
   * Resolves to whether the turn is still this process's: at once as a rule, and not before it is certain where the
   * process was held up. To be asked before anything is shown.
   */
  isHeld(): Promise<boolean>;
  /** The tenant's settings: one reading for all of the attempt. Absent: they are read where they are needed. */
  settings?(): Promise<TenantSettings>;
  /** From now on `text` is kept twice a second, where it grew, for those who follow it and for after a crash. */
  draft(text: () => string): void;
  /** As an earlier attempt left it. */
  drafted(): Promise<string>;
  /**
   * Replaces the turn in its transcript, and marks it as answered. Where it throws, it is tried again until the store
   * returns.
   * @throws StoreError
   */
  keep(turn: Turn): Promise<void>;
}

/**
 * Runs one attempt at a turn; resolves when it has ended, whatever came of it: `left` where it could not be shown
 * whole and the next process shall go on with it. One that throws is tried again.
 */
export type TurnHandler = (message: Message, run: Run) => Promise<'done' | 'left'>;

/** A turn that waits, is being answered, or whose answer is being shown. */
export interface LiveTurn {
  id: string;
  phase: 'waiting' | 'answering' | 'answered';
  /** The answer so far, of this attempt, maybe half a second old. */
  text: string;
  /** Another one with each attempt: the text begins anew then. */
  run: string;
}

/** Holds accepted messages until their turn: one at a time per lane, lanes in parallel, wherever they are answered. */
export interface TurnQueue {
  /**
   * Resolves once the message is kept in the transcript and in its lane; only then may the platform be told so. `full`,
   * and without effect, when too many wait before it.
   */
  accept(message: Message, whenBusy?: WhenBusy): Promise<'new' | 'seen' | 'full'>;
  /** Answers a turn again that has ended; false when there is none such. */
  retry(conversation: ConversationId, messageId: string): Promise<boolean>;
  /**
   * Answers a message as it now reads: where it waits, in its place; where it runs, its run is stopped with the
   * reason RESTART and it is answered again. False, and without effect, when it has ended or is unknown.
   */
  restart(message: Message): Promise<boolean>;
  /** Stops a turn that waits or runs, or all of the conversation's; false where there is none. */
  cancel(conversation: ConversationId, messageId?: string): Promise<boolean>;
  /** The conversations that have turns that have not ended, of those whose ids are this or begin with it. */
  busyWithin(place: ConversationId): Promise<ConversationId[]>;
  /** The turns of a conversation that have not ended, in each lane in their order. */
  live(conversation: ConversationId): Promise<LiveTurn[]>;
  /** From now on turns are run, by this handler; what was left by processes that died is taken up by `recover`. */
  run(handler: TurnHandler): void;
  recover(): Promise<void>;
  /**
   * Begins no more turns, gives those that run so long to end, then hands the rest to whoever runs next; resolves when
   * none runs here any more. What is accepted meanwhile is kept.
   */
  stop(graceMs: number): Promise<void>;
}
