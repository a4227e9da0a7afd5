/** The port of the queue, which accepts, runs, stops and edits turns. */
import type { Charge, Reservation } from '../money/metering/reservation.ts';
import type { TenantSettings, WhenBusy } from '../settings.ts';
import type { AuthorRights, ConversationId, Message, Turn } from '../types.ts';
import type { Journal } from './tools/journal.ts';

// Parley's own reasons in the signal of an attempt. A person's stop has any other reason.
/** Parley is stopping: the next process to run gets the turn. */
export const SHUTDOWN = 'shutdown';

/** The same message is about to be answered again. */
export const RESTART = 'restart';

/** Another process answers the turn now: this one must not write or show it any more. */
export const LOST = 'lost';

/** A newer message came, and the tenant wants that one answered at once. */
export const INTERRUPT = 'interrupt';

/** The platform takes no message in the place of the answer, so nobody would read it there. */
export const UNSHOWN = 'unshown';

/** One attempt at a turn, as the queue makes it. Its writes have no effect once another process has the turn. */
export interface QueuedAttempt {
  /**
   * `answer`: by the model. `show`: show the kept answer, since an earlier attempt may not have shown all of it.
   * `close`: end it with a notice, since it failed too often.
   */
  mode: 'answer' | 'show' | 'close';
  /** By this, the next attempt finds a call that this one left open. */
  reference: NonNullable<Reservation['attempt']>;
  /** From 1. Above 1, an earlier attempt was cut off, and messages of it may stand on the platform. */
  number: number;
  /** Number of edits of the message while it was being answered. */
  revision: number;
  /** Ids of files that the turn's earlier answer shows, which this attempt's answer replaces. Absent: none. */
  replaces?: string[];
  signal: AbortSignal;
  /**
   * Whether this process still has the turn. It usually resolves at once. If the process was held up, it resolves
   * once the answer is certain. Call it before anything is shown.
   */
  isHeld(): Promise<boolean>;
  /**
   * Keeps `text` twice a second from now on, if it grew: for people who follow it on the page, and for after a crash.
   */
  draft(text: () => string): void;
  /** The draft of an earlier attempt. */
  drafted(): Promise<string>;
  /** The steps of earlier attempts, with the answer up to the last of them. Undefined: there were none. */
  journalled(): Promise<Journal | undefined>;
  /**
   * Keeps the steps, before a step begins and once it has ended. Once another process has the turn, it keeps nothing and
   * aborts the attempt with LOST.
   * @param charge of the call of the model that wanted the steps, which is charged in the same step
   * @throws StoreError
   */
  journal(journal: Journal, charge?: Charge): Promise<void>;
  /**
   * Replaces the turn in its transcript, marks it as answered, and charges its last call, all in one step. After it
   * throws, the turn is tried again until the store is back.
   * @throws StoreError
   */
  keep(turn: Turn, charge?: Charge): Promise<void>;
}

/** One attempt at a turn, for those who answer and show it. */
export interface Attempt extends QueuedAttempt {
  /** The tenant's settings, read once for the whole attempt. @throws StoreError */
  settings(): Promise<TenantSettings>;
}

/**
 * Runs one attempt at a turn, and resolves when it has ended. `left`: it could not be shown whole, and the next process
 * goes on with it. An attempt that throws is tried again.
 */
export type TurnHandler = (message: Message, attempt: QueuedAttempt) => Promise<'done' | 'left'>;

/** A turn that waits, is being answered, or is being shown. */
export interface LiveTurn {
  id: string;
  phase: 'waiting' | 'answering' | 'answered';
  /** The answer so far of this attempt, up to half a second old. */
  text: string;
  /** The id of the attempt. The text begins anew with each. */
  attempt: string;
}

/** Holds accepted messages until their turn, one at a time per lane. Lanes run side by side, in any process. */
export interface TurnQueue {
  /**
   * Resolves once the message is kept in the transcript and in its lane. Acknowledge it to the platform only then.
   * `full`: too many messages wait before it. `gone`: its branch has not begun, or is forgotten. Nothing was changed then.
   */
  accept(message: Message, whenBusy?: WhenBusy): Promise<'new' | 'seen' | 'full' | 'gone'>;
  /**
   * Answers an ended turn again. False: there is no such turn.
   * @param author the rights and choices that its author has now; absent: those of then
   */
  retry(conversation: ConversationId, messageId: string, author?: AuthorRights): Promise<boolean>;
  /**
   * Answers an edited message. A waiting message keeps its place. A running one is stopped with RESTART and answered
   * again. False: the turn has ended or is unknown, and nothing was changed.
   */
  restart(message: Message): Promise<boolean>;
  /**
   * Stops a waiting or running turn, or all turns of the conversation. False: there is none.
   * @param why is told to an attempt that runs in this process
   */
  cancel(conversation: ConversationId, messageId?: string, why?: typeof UNSHOWN): Promise<boolean>;
  /** Conversations with unended turns whose id is `place`, or begins with it. */
  busyWithin(place: ConversationId): Promise<ConversationId[]>;
  /** The unended turns of a conversation, in the order of their lane. */
  live(conversation: ConversationId): Promise<LiveTurn[]>;
  /** Begins to run turns with this handler. `recover` takes up turns of dead processes. */
  run(handler: TurnHandler): void;
  recover(): Promise<void>;
  /**
   * Begins no more turns, gives running ones `graceMs` to end, then hands the rest to the next process. Resolves when
   * no turn runs here any more. Messages accepted meanwhile are kept.
   */
  stop(graceMs: number): Promise<void>;
}
