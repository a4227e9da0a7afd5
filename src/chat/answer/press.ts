/** One press of a button under an answer, and whether its presser may ask the model. */
import type { SentMessage } from '../../core/access/message-rate.ts';
import { type QuestionLimits, refusalByLimits } from '../../core/access/question-limits.ts';
import type { Refusals } from '../../core/access/refusals.ts';
import type { OneAnswer } from '../../core/short/one-answer.ts';
import { type ConversationId, type Feedback, readerByRights, type TenantId } from '../../core/types.ts';
import type { CallerRights } from '../inbox/caller.ts';
import type { AnswerRecord } from './answer-records.ts';
import type { Button, Surface } from './surface.ts';

/** One press, as a platform recognises it. The conversation given to its functions is that of the pressed answer. */
export interface Press {
  /** The pressed button; undefined where this version does not know it. */
  pressed: { turn: string; button: Button | Feedback } | undefined;
  /** The platform's id of the message that holds the button. */
  message: string;
  /** The platform's id of the person who pressed. */
  presser: string;
  /** Whether the press came from where the conversation is. */
  isAt(conversation: ConversationId): boolean | Promise<boolean>;
  /** The tenant, and the presser as the operator's lists name them. */
  by(conversation: ConversationId): { tenant: TenantId; person: string };
  /** Whether the presser may manage other people's answers there. */
  mayManage(conversation: ConversationId): boolean | Promise<boolean>;
  /** The rights of the presser, who asks the model there now. @throws StoreError */
  callerOf(conversation: ConversationId): Promise<CallerRights>;
  /** Tells the platform that the press was taken. Never throws. */
  acknowledge(): Promise<void>;
  /** Tells the presser alone. */
  tell(notice: string): Promise<void>;
  /** Shows a model's reasoning to the presser alone. */
  showThoughts(text: string): Promise<void>;
  /** Shows a short version to the presser alone, once it is made. The platform hears of the press in time. */
  showShort(making: Promise<OneAnswer>): Promise<void>;
  /** The message that the press stands for: it counts for the rate, and is the question of Continue. */
  nextMessage(conversation: ConversationId): SentMessage & { replyTo?: string };
  /**
   * Reaches a turn's private messages by this press, from now on. False where an earlier interaction still reaches
   * them. Absent: the platform's messages are reached at any time.
   * @throws StoreError
   */
  reach?(turn: string, conversation: ConversationId): Promise<boolean>;
  /** The surface of the pressed answer; undefined where it is out of reach. */
  surface(turn: string, record: AnswerRecord): Surface | undefined | Promise<Surface | undefined>;
}

/** A press that may be made, with the answer that it is on. */
export interface MadePress {
  press: Press;
  turn: string;
  record: AnswerRecord;
  /** The presser, read once for the press. */
  caller(): Promise<CallerRights>;
}

/** Tells a presser who may not why not. */
export type MayPress = (made: MadePress) => Promise<boolean>;

/** The tenant and the presser, as the audit log names them. */
export function idsOf({ press, record }: MadePress): { tenant: TenantId; person: string } {
  return { tenant: press.by(record.conversation).tenant, person: press.presser };
}

/** Tells a presser who may not ask the model there now why not. Rights may have changed since the question. */
export function createMayAsk(refusals: Refusals): MayPress {
  return async (made) => {
    const { access } = await made.caller();
    if (access !== 'yes') await made.press.tell(refusals.noticeFor(access, idsOf(made)));
    return access === 'yes';
  };
}

/** Counts a press as a message. A presser who has sent too many, or has nothing left to spend, is told so. */
export function createIsInLimits(limits: QuestionLimits): MayPress {
  return async ({ press, record: { conversation }, caller }) => {
    const { replyTo: _, ...sent } = press.nextMessage(conversation);
    const { settings, namedRoles: roles, ...rights } = await caller();
    const { tenant, person } = press.by(conversation);
    const question = {
      tenant,
      person,
      roles,
      author: press.presser,
      settings,
      reader: readerByRights(rights),
    };
    const refused = await refusalByLimits(limits, question, sent);
    if (refused !== undefined) await press.tell(refused);
    return refused === undefined;
  };
}
