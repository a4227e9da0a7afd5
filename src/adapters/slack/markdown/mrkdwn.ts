/** Parley's own sentences in Slack's marks, mrkdwn. Never for a model's text. */
import type { types } from '@slack/bolt';
import { escaped } from '../reading/text.ts';
import { beginningOf, bytesOf } from './bytes.ts';

const TOKEN = /(<#[CDG]\w+>|<!subteam\^S\w+>)/;
const CODE = /(`[^`\n]*`)/;

/** The Markdown of Parley's sentences as mrkdwn. Only the tokens of `Vocabulary.mention` ping or link. */
export function mrkdwnOf(markdown: string): string {
  return markdown
    .split(TOKEN)
    .map((piece, index) => (index % 2 === 1 ? piece : converted(piece)))
    .join('');
}

function converted(text: string): string {
  return escaped(text)
    .split(CODE)
    .map((piece, index) => {
      if (index % 2 === 1) return piece;
      return piece.replace(/\*\*(.+?)\*\*/g, '*$1*').replace(/^- /gm, '• ');
    })
    .join('');
}

/** Most bytes of a section's text (Slack: section-block, which says 3,000 characters). */
export const SECTION_BYTES = 3_000;

/** The Markdown as sections, which messages, modals and App Home accept. A markdown block is for messages only. */
export function sectionsOf(markdown: string): types.KnownBlock[] {
  return mrkdwnSections(mrkdwnOf(markdown));
}

export function mrkdwnSections(mrkdwn: string): types.KnownBlock[] {
  const sections: string[] = [];
  for (const line of mrkdwn.split('\n').flatMap(pieces)) {
    const last = sections.at(-1);
    const joined = last === undefined ? line : `${last}\n${line}`;
    if (last === undefined || bytesOf(joined) > SECTION_BYTES) sections.push(line);
    else sections[sections.length - 1] = joined;
  }
  return sections
    .filter((text) => text.trim() !== '')
    .map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } }));
}

function pieces(line: string): string[] {
  const found: string[] = [];
  let rest = line;
  do {
    const piece = beginningOf(rest, SECTION_BYTES);
    found.push(piece);
    rest = rest.slice(piece.length);
  } while (rest !== '');
  return found;
}

/** A plain text, cut to the characters that there is room for. */
export function plain(text: string, most: number): types.PlainTextElement {
  return { type: 'plain_text', text: text.length > most ? `${text.slice(0, most - 1)}…` : text };
}
