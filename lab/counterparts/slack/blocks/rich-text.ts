/** The block that Slack's own clients send with the text of a person. */
import type { Block } from '../world/world.ts';

/**
 * @param text mrkdwn of events, with entities. Text between backticks is code, even a mention that was chosen
 * from the list and then marked as code (docs.slack.dev: rich text block, `style`).
 */
export function richTextOf(text: string): Block {
  const elements: object[] = [];
  let sections: object[] = [];
  const close = () => {
    if (sections.length > 0) elements.push({ type: 'rich_text_section', elements: sections });
    sections = [];
  };
  for (const [index, piece] of text.split('```').entries()) {
    if (index % 2 === 1) {
      close();
      elements.push({ type: 'rich_text_preformatted', elements: piecesOf(piece.trim()) });
    } else {
      for (const [at, span] of piece.split('`').entries())
        sections.push(
          ...piecesOf(span).map((one) => (at % 2 === 1 ? { ...one, style: { code: true } } : one)),
        );
    }
  }
  close();
  return { type: 'rich_text', block_id: 'blk', elements };
}

function piecesOf(text: string): object[] {
  const elements: object[] = [];
  let rest = 0;
  for (const match of text.matchAll(/<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g)) {
    if (match.index > rest) elements.push(plain(text.slice(rest, match.index)));
    elements.push(element(match[1] ?? '', match[2] ?? '', match[3]));
    rest = match.index + match[0].length;
  }
  if (rest < text.length) elements.push(plain(text.slice(rest)));
  return elements;
}

function element(sigil: string, target: string, label: string | undefined): object {
  if (sigil === '@') return { type: 'user', user_id: target };
  if (sigil === '#') return { type: 'channel', channel_id: target };
  if (sigil === '!' && target.startsWith('subteam^')) {
    return { type: 'usergroup', usergroup_id: target.slice('subteam^'.length) };
  }
  if (sigil === '!') return { type: 'broadcast', range: target };
  return { type: 'link', url: target, ...(label === undefined ? {} : { text: label }) };
}

function plain(text: string): object {
  const decoded = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return { type: 'text', text: decoded };
}
