/** The answer record of a turn while its answer is shown: written again whenever the answer's messages change. */
import type { AnswerRecord, Records } from '../answer-records.ts';
import type { OrElse } from '../or-else.ts';
import { ShowError } from '../surface.ts';
import type { Patiently } from './patiently.ts';

export interface WrittenRecord {
  /** As it was before. */
  readonly before: AnswerRecord;
  /** As it is now: its messages, and the round of this showing. */
  readonly now: AnswerRecord;
  /** Notes the answer's messages, and begins to write them. */
  onMessages(ids: string[]): void;
  /** As `ShownBy.keepFiles`. */
  keepFiles(files: Record<string, string>): Promise<void>;
  /** Resolves once the messages noted so far are written, or could not be. */
  written(): Promise<unknown>;
}

export interface TurnRecordOptions {
  records: Pick<Records, 'write'>;
  patiently: Patiently;
  orElse: OrElse;
}

/** @param revision edits of the message while it was being answered, each of which counts as a round here */
export function createTurnRecord(
  { records, patiently, orElse }: TurnRecordOptions,
  turn: string,
  before: AnswerRecord,
  revision: number,
): WrittenRecord {
  const now: AnswerRecord = { ...before, round: before.round + revision };
  let writing: Promise<unknown> = Promise.resolve();
  let writtenIds = now.ids;

  async function write(): Promise<void> {
    const { ids } = now;
    if (ids === writtenIds) return;
    await records.write(turn, { ...now, round: before.round });
    writtenIds = ids;
  }

  return {
    before,
    now,
    onMessages(ids) {
      now.ids = ids;
      writing = writing.then(() => orElse(patiently(write), false, 'answer record not written'));
    },
    async keepFiles(files) {
      if (Object.keys(files).length > 0) now.files = files;
      else delete now.files;
      await writing;
      const isKept = await patiently(async () => {
        const { ids } = now;
        await records.write(turn, { ...now, round: before.round });
        writtenIds = ids;
      });
      if (!isKept) throw new ShowError('again');
    },
    written: () => writing,
  };
}
