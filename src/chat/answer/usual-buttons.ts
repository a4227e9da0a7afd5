/** The buttons under every answer. */
import { canGoOnAfter } from '../../core/turn/past/go-on.ts';
import type { End } from '../../core/types.ts';
import type { Button } from './surface.ts';

/**
 * The buttons of an answer that is being written, or that has ended in this way.
 * @param isLong whether the answer takes more than one message
 */
export function usualButtons(
  end: End | 'live',
  { hasText, hasThoughts, isLong = false }: { hasText: boolean; hasThoughts: boolean; isLong?: boolean },
): Button[] {
  if (end === 'live') return ['stop'];
  return [
    'regenerate',
    ...(hasText && canGoOnAfter(end) ? (['continue'] as const) : []),
    ...(isLong ? (['short'] as const) : []),
    ...(hasThoughts ? (['thoughts'] as const) : []),
    'delete',
  ];
}
