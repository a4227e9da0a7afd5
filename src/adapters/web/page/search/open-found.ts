import type { SearchHit } from '../../api/search.ts';
import { openConversation } from '../state/open.ts';
import { showTurn } from '../state/places/show-turn.ts';
import { seek } from './found-place.ts';

/** Opens the conversation of a hit, at its turn if it has one. */
export function openFound(hit: SearchHit): void {
  const { conversation, turn, branch } = hit;
  seek(hit);
  if (turn) void showTurn(conversation, { found: turn, branch: branch ?? conversation });
  else openConversation(conversation);
}
