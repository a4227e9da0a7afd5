/** TL;DR: a press that shows the presser alone a short version of the answer. */
import { en } from '../../core/sentences/en.ts';
import type { ShortVersions } from '../../core/short/short-versions.ts';
import type { Transcripts } from '../../core/storage.ts';
import { readerByRights } from '../../core/types.ts';
import type { MadePress, MayPress } from './press.ts';

export interface ShortPressOptions {
  transcripts: Pick<Transcripts, 'find'>;
  shortVersions: ShortVersions;
}

/** Anyone who may ask there may press. A short version that is kept costs nothing, and counts as no message. */
export function createShortPress(
  { transcripts, shortVersions }: ShortPressOptions,
  { mayAsk, isInLimits }: { mayAsk: MayPress; isInLimits: MayPress },
): (made: MadePress) => Promise<void> {
  return async (made) => {
    const { press, turn, record, caller } = made;
    if (!(await mayAsk(made))) return;
    const kept = await transcripts.find(record.conversation, turn);
    if (!kept) return press.tell(en.notices.answerGone);
    if (kept.short === undefined && !(await isInLimits(made))) return;
    const { settings, namedRoles, ...rights } = await caller();
    const { person } = press.by(record.conversation);
    const asker = { person, reader: readerByRights(rights), settings, namedRoles };
    await press.showShort(shortVersions.of(kept, asker));
  };
}
