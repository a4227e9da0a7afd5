/** The quote of a question that was written at the page. Its answer's messages begin with it. */
import { en } from '../../../core/sentences/en.ts';
import { beginningOf } from '../../markdown/characters/grapheme.ts';

/** Characters of a question that are quoted, since the answer stands below them. */
const MOST_CHARACTERS = 1_000;
const MOST_LINES = 20;
/**
 * An address of plain signs, which links as it is; or a sign that may begin or end a mark of Markdown. Brackets stay,
 * since a backslash before one begins a formula; behind them nothing is left that makes a link.
 */
const ADDRESS_OR_MARK = /(https?:\/\/[\w.:/?=&%#~+,;-]+)|[\\`*_~<>|$#&!^]|(?<=\])[(:[]/g;
/** The beginning of a line that would make it an item, a rule or a heading. */
const BLOCK_MARK = /^(\d{0,9})(?=[-+=:.)])/;

/** Markdown in which nothing that the person wrote is a mark. */
export function questionFromPage(text: string): string {
  const lines = text.trim().split(/\r\n|[\n\r]/);
  const shown = beginningOf(lines.slice(0, MOST_LINES).join('\n'), MOST_CHARACTERS).trimEnd();
  const isWhole = lines.length <= MOST_LINES && shown === lines.join('\n');
  const quoted = shown.split('\n').map((line) => `> ${plain(line)}`.trimEnd());
  return `${en.notices.writtenAtPage}\n${quoted.join('\n')}${isWhole ? '' : ' …'}\n\n`;
}

function plain(line: string): string {
  const marked = line.replace(ADDRESS_OR_MARK, (found, address) => (address ? found : escaped(found)));
  return marked.trimStart().replace(BLOCK_MARK, '$1\\');
}

/** Two brackets in a row would be a link, and get a space between them. */
const escaped = (sign: string) => (sign === '[' || sign === '(' ? ` ${sign}` : `\\${sign}`);
