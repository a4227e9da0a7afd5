/** The limits that a question meets before it is asked: of messages in a minute, and of money. */
import { en } from '../sentences/en.ts';
import { limitWithin, type MessageRate, type SentMessage } from './message-rate.ts';
import type { SpendingDoor, SpendingQuestion } from './spending-door.ts';

export interface QuestionLimits {
  rate: MessageRate;
  spendingDoor: SpendingDoor;
}

/**
 * Counts a question as a message. Returns the sentence for an asker who sent too many, or has nothing left to spend.
 * Undefined: it may be asked. @throws StoreError
 */
export async function refusalByLimits(
  { rate, spendingDoor }: QuestionLimits,
  question: SpendingQuestion,
  sent: Omit<SentMessage, 'within'>,
): Promise<string | undefined> {
  const { tenant, person, settings } = question;
  const wait = await rate.count(person, { ...sent, ...limitWithin(tenant, settings) });
  return wait ? en.notices.tooManyAMinute(wait.seconds) : spendingDoor.refusalOf(question);
}
