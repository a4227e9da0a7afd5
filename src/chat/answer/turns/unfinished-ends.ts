/** Ends answers whose end could not be shown: their buttons change, and a late end is shown again later. */
import { en } from '../../../core/sentences/en.ts';
import { endWhatIsLeft } from '../messages/persistent-calls.ts';
import type { OrElse } from '../or-else.ts';
import type { Shown } from '../showing/result.ts';
import type { Surface } from '../surface.ts';
import { usualButtons } from '../usual-buttons.ts';
import type { Later } from './later.ts';

export interface UnfinishedEndsOptions {
  /** Most units of one message on the platform. */
  limit: number;
  /** Marks a notice, so that it differs from the model's text. */
  notice(text: string): string;
  /** As of `ShowOptions`. */
  isNoticeApart?: boolean;
  later: Pick<Later, 'again'>;
  orElse: OrElse;
}

/** @param showAgain shows the answer of this turn once more, as it is kept */
export function createUnfinishedEnds(
  { limit, notice, isNoticeApart, later, orElse }: UnfinishedEndsOptions,
  showAgain: (turn: string) => Promise<void>,
): (turn: string, surface: Surface, shown: Shown) => Promise<void> {
  const why = isNoticeApart
    ? { text: '', notice: en.notices.restUnshown }
    : { text: notice(en.notices.restUnshown) };

  /** Puts the buttons of an end under the answer. False if the platform may accept them later. */
  async function endNow(surface: Surface, { shown, left }: Shown): Promise<boolean> {
    if (!left) return false;
    const note = shown === 'gone' ? undefined : why;
    const buttons = usualButtons('stopped', { hasText: true, hasThoughts: false });
    return orElse(endWhatIsLeft(surface, left, { note, limit, buttons }), true, 'answer not ended');
  }

  return async (turn, surface, shown) => {
    if ((await endNow(surface, shown)) || shown.shown !== 'late') return;
    later.again(turn, () => void orElse(showAgain(turn), undefined, 'answer not shown again'));
  };
}
