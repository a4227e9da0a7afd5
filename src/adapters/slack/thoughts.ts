/** A model's reasoning as people unfold it: plain text, in a modal. */
import type { types } from '@slack/bolt';
import { fittingEnd } from '../reply/dialect.ts';
import { graphemeBoundary } from '../reply/grapheme.ts';
import { utf8 } from './bytes.ts';

/** Slack: 3,000 characters in a section's text (section-block), taken as bytes. */
const SECTION_BYTES = 3_000;
/** Of the 100 blocks that a modal has (surfaces/modals): nobody reads more of them. */
const MOST_SECTIONS = 60;
const CUT = '… This is the beginning: there is more of it than fits here.';

export function thoughtsModal(thoughts: string): types.ModalView {
  const pieces = piecesOf(thoughts);
  const shown = pieces.length > MOST_SECTIONS ? [...pieces.slice(0, MOST_SECTIONS), CUT] : pieces;
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Thinking' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: shown.map((text) => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } })),
  };
}

export function thoughtsBeginning(thoughts: string): string {
  const [first = '', ...more] = piecesOf(thoughts);
  return more.length === 0 ? first : `${first} …`;
}

/** Each ends with a line where one is near, and in no character. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    let end = fittingEnd(text, at, text.length, SECTION_BYTES, utf8);
    if (end < text.length) {
      const line = text.lastIndexOf('\n', end);
      end = line > at + (end - at) / 2 ? line : Math.max(graphemeBoundary(text, end), at + 1);
    }
    const piece = text.slice(at, end).trim();
    if (piece !== '') pieces.push(piece);
    at = end;
  }
  return pieces;
}
