/** The part of a platform of messages that the inbox needs: it reads the platform's own messages. */
import type { Message } from '../../core/types.ts';
import type { Destination } from '../answer/turns/begin-turn.ts';
import type { ChatCaller } from './caller.ts';
import type { Unasked } from './question.ts';

/**
 * @template Raw a message as the platform sends it
 * @template Caller who wrote it, and from where
 * @template Edit an edit of a message as the platform sends it
 */
export interface ChatPlatform<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object> {
  /** Whether the platform sends a message again if taking it throws. If not, it is kept trying here. */
  redelivers: boolean;
  /** The id of the message's turn. */
  idOf(raw: Edit): string;
  /** The message as the log names it. */
  logged(raw: Raw): object;
  /** The id by which the platform orders messages of one place: decimal numbers that rise with time. */
  orderOf(raw: Raw): string;
  /** Messages of one lane are taken one after another. */
  laneOf(raw: Edit): string;
  senderOf(raw: Raw): Sender;
  /** Undefined when the message is not for Parley. @throws StoreError */
  callerOf(raw: Raw): Promise<Caller | undefined>;
  /**
   * Called for a message that is not for Parley. Returns the thread that it is in, if Parley may be about to join
   * that thread.
   */
  leave(raw: Raw): string | undefined;
  /** Whether its person expects an answer, as far as can be told without the store. */
  expectsAnswer(raw: Raw): Promise<boolean>;
  /** Deals with a message that is no question, such as a command. Returns whether it was one. */
  handle(raw: Raw, caller: Caller): Promise<boolean>;
  /** Begins to read a question, and shows people meanwhile that it is being read. */
  open(raw: Raw, caller: Caller): Promise<OpenQuestion>;
  /** The answer to a mention without a question. */
  help(raw: Raw, caller: Caller): string;
  /** The thread that an answer to this message may begin, which has the message's own lane. */
  threadBegunBy(raw: Raw): string | undefined;
  /** @param at the conversation that the message is in, if it is known */
  say(raw: Raw, text: string, at?: string): Promise<void>;
  /** Tells the message's person alone. Never throws. */
  tellAlone(raw: Raw, text: string): Promise<void>;
  /** Tells it where the message is: to its person alone, if the platform can do so there. */
  tellPrivately(raw: Raw, text: string): Promise<void>;
  edits: ChatEdits<Raw, Caller, Edit>;
  deletions: ChatDeletions;
  /** Resolves once messages that were missed at the message's place are taken; undefined where none are read. */
  whenRead(raw: Edit): Promise<void> | undefined;
  /** Notes that a message was dealt with. */
  seen(raw: Raw, caller: Caller): Promise<void>;
  /** Whether a message that was missed was forgotten before Parley heard of it. @throws StoreError */
  isForgotten(raw: Raw): Promise<boolean>;
}

/** Who sent a message, as limits and notices name people and places. */
export interface Sender {
  /** The platform's id of the person. */
  id: string;
  /** The person for the limit of messages. */
  person: string;
  /** When it was sent, milliseconds since 1970, by the platform's clock. */
  at: number;
  /** The place in which the person is told once to wait. */
  place: string;
  /** The keys of notices that are said once in a while: to the channel, and to the person. */
  noticed: { channel: string; person: string };
  isDirect: boolean;
  /** The message's own text, in which names may be ids yet. */
  text: string;
}

/** A question that is being read. */
export interface OpenQuestion {
  read(): Promise<Message | Unasked>;
  /** The thread that Parley joins by answering. */
  joins: string | undefined;
  /** Called when the answer begins. */
  destination(): Promise<Destination>;
  /** Called at the end in any case: removes signs that were shown for nothing. */
  close(outcome: AskOutcome): Promise<void>;
}

/** `gone`: somebody deleted the question meanwhile. `failed`: reading it, or beginning its answer, threw. */
export type AskOutcome = 'new' | 'seen' | 'full' | 'gone' | 'failed' | Unasked;

export interface ChatEdits<Raw, Caller, Edit> {
  /**
   * The edited message and its question, if the message differs as far as the platform can tell.
   * @param live the question if it waits or is being answered
   */
  changed(
    edit: Edit,
    live: () => Promise<Message | undefined>,
  ): Promise<{ now: Raw; before: Message } | undefined>;
  /** The question as it reads now; undefined where the model would read the same as before. */
  questionOf(now: Raw, caller: Caller, before: Message): Promise<Message | undefined>;
  /** Which edit of its message it is. */
  revisionOf(now: Raw): string;
}

export interface ChatDeletions {
  /** Whether a question was just deleted, maybe before it was taken. */
  isGone(id: string): Promise<boolean>;
  /** Removes a question and its answer. @throws StoreError */
  withdraw(id: string): Promise<void>;
}
