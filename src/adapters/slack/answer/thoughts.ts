/** Shows a model's reasoning as plain text in a modal. */
import type { types } from '@slack/bolt';
import { beginningOf } from '../markdown/bytes.ts';
import { SECTION_BYTES } from '../markdown/mrkdwn.ts';
import { en } from '../sentences/en.ts';

/** Most sections used, of a modal's 100 blocks (surfaces/modals): nobody reads more. */
const MOST_SECTIONS = 60;

export function thoughtsModal(thoughts: string): types.ModalView {
  const pieces = piecesOf(thoughts);
  const shown =
    pieces.length > MOST_SECTIONS ? [...pieces.slice(0, MOST_SECTIONS), en.answers.thoughts.cut] : pieces;
  return {
    type: 'modal',
    title: { type: 'plain_text', text: en.answers.thoughts.title },
    close: { type: 'plain_text', text: en.modals.close },
    blocks: shown.map((text) => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } })),
  };
}

export function thoughtsBeginning(thoughts: string): string {
  const beginning = beginningOf(thoughts, SECTION_BYTES).trim();
  return beginning.length < thoughts.trim().length ? `${beginning} …` : beginning;
}

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const piece = beginningOf(text.slice(at, at + SECTION_BYTES), SECTION_BYTES);
    if (piece.trim() !== '') pieces.push(piece.trim());
    at += piece.length;
  }
  return pieces;
}
