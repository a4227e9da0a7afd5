/** The text of HTML, with headings, lists and tables: for books and e-mails. Nothing in it is run or fetched. */
import { heading, tableRow } from '../markdown.ts';

/** Elements whose contents are no text. */
const HIDDEN = new Set(['script', 'style', 'head', 'title', 'template', 'noscript', 'svg', 'math', 'object']);
/** Elements that begin a paragraph of their own. */
const BLOCKS = new Set(
  'p div section article header footer blockquote pre table ul ol dl dt dd figure figcaption hr body aside nav main address form'.split(
    ' ',
  ),
);
const ENTITIES: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  pound: '£',
  copy: '©',
  reg: '®',
  trade: '™',
  deg: '°',
  times: '×',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
  shy: '',
  zwnj: '',
};
const ENTITY = /&(?:#x([\da-f]{1,6})|#(\d{1,7})|([a-z]{1,12}));/gi;
const TAG_NAME = /^<\/?([a-z][a-z0-9]{0,20})/i;
const SPACES = /[ \t\r\n\f\u00a0]+/g;

export function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}

export function htmlText(html: string): string {
  const blocks: string[] = [];
  let line = '';
  /** The level of the heading that the text is in; 0: in none. */
  let level = 0;
  let lists = 0;
  let cells: string[] | undefined;

  function endBlock(): void {
    const said = line.replace(SPACES, ' ').replaceAll(' \u0001', '\n').replaceAll('\u0001', '\n').trim();
    line = '';
    if (said !== '') blocks.push(level > 0 ? heading(level, said) : said);
  }

  function tag(name: string, isEnd: boolean): void {
    if (name === 'br') line += '\u0001';
    else if (/^h[1-6]$/.test(name)) {
      endBlock();
      level = isEnd ? 0 : Number(name[1]);
    } else if (name === 'li') {
      endBlock();
      if (!isEnd) line = `${'\u0002'.repeat(Math.max(lists - 1, 0))}- `;
    } else if (name === 'tr') {
      if (isEnd && cells && cells.length > 0) blocks.push(tableRow(cells));
      else endBlock();
      cells = isEnd ? undefined : [];
      line = '';
    } else if (name === 'td' || name === 'th') {
      if (isEnd) cells?.push(line.replace(SPACES, ' ').replaceAll('\u0001', ' '));
      if (cells) line = '';
    } else if (BLOCKS.has(name)) {
      if (name === 'ul' || name === 'ol') lists = Math.max(lists + (isEnd ? -1 : 1), 0);
      // Within a cell, paragraphs go on in the same line.
      if (cells) line += ' ';
      else endBlock();
    }
  }

  for (const part of partsOf(html)) {
    if (part.tag === undefined) line += decodeEntities(part.text).replaceAll(/[\u0001\u0002]/g, '');
    else tag(part.tag, part.isEnd);
  }
  endBlock();
  return joined(blocks);
}

/** Items of a list and rows of a table stand close; other blocks have an empty line between them. */
function joined(blocks: string[]): string {
  const isClose = (block: string) => /^(?:\u0002*- |\| )/.test(block);
  let text = '';
  let last = '';
  for (const block of blocks) {
    if (text !== '') text += isClose(block) && isClose(last) ? '\n' : '\n\n';
    text += block.replaceAll('\u0002', '  ');
    last = block;
  }
  return text;
}

type Part = { tag: string; isEnd: boolean } | { tag: undefined; text: string };

/** The tags and texts of HTML, without comments and without what is hidden. Takes time in proportion to its length. */
function* partsOf(html: string): Generator<Part> {
  /** The element that is skipped up to its end. */
  let hidden: string | undefined;
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    const end = open < 0 ? html.length : open;
    if (hidden === undefined && end > at) yield { tag: undefined, text: html.slice(at, end) };
    if (open < 0) return;
    const isComment = html.startsWith('<!--', open);
    const close = html.indexOf(isComment ? '-->' : '>', open + 1);
    if (close < 0) return;
    at = close + (isComment ? 3 : 1);
    const [, name] = isComment ? [] : (TAG_NAME.exec(html.slice(open, open + 24)) ?? []);
    if (name === undefined) continue;
    const tag = name.toLowerCase();
    const isEnd = html[open + 1] === '/';
    if (hidden !== undefined) {
      if (isEnd && tag === hidden) hidden = undefined;
    } else if (!isEnd && HIDDEN.has(tag) && html[close - 1] !== '/') hidden = tag;
    else yield { tag, isEnd };
  }
}
