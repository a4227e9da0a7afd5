/** The answer that a button was pressed under, held against the message that the platform says it is on. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AnswerRecord, Records } from './answer-records.ts';

export interface PressedOn {
  /** The platform's id of the message. */
  message: string;
  /** Whether an answer is at the place of the press. */
  isThere(record: AnswerRecord): boolean;
}

/** Waits (ms) for a message that was just posted to be noted as the answer's. */
const NOTED_WAITS_MS = [100, 300, 600];

/** Undefined where the turn is not known, or was not answered in that message. @throws StoreError */
export async function pressedAnswer(
  records: Pick<Records, 'read'>,
  turn: string,
  { message, isThere }: PressedOn,
): Promise<AnswerRecord | undefined> {
  let record = await records.read(turn);
  for (const wait of NOTED_WAITS_MS) {
    if (!record || !isThere(record)) return undefined;
    if (record.ids.includes(message)) return record;
    await sleep(wait);
    record = await records.read(turn);
  }
  return record?.ids.includes(message) ? record : undefined;
}
