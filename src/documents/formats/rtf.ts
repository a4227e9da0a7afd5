/** The text of Rich Text Format (RTF 1.9.1): paragraphs, and rows of tables. */
import { type DocumentText, Unread } from '../document-text.ts';
import { tableRow } from '../markdown.ts';

/** Groups that hold no text of the document. A group that begins with `\*` is one of them, too. */
const NO_TEXT = new Set(
  'fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf listtable listoverridetable rsidtbl generator xmlnstbl themedata datastore fldinst bkmkstart bkmkend nonshppict revtbl'.split(
    ' ',
  ),
);
/** Control words that stand for a character. */
const CHARACTERS: Record<string, string> = {
  par: '\n',
  sect: '\n',
  page: '\n',
  line: '\n',
  tab: '\t',
  emdash: '—',
  endash: '–',
  lquote: '‘',
  rquote: '’',
  ldblquote: '“',
  rdblquote: '”',
  bullet: '•',
};
/** A control word with its number, a control symbol, a brace, or a run of text. */
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)/giy;
/** Charsets by the numbers of Windows' code pages. Others are read as the first. */
const WESTERN = 'windows-1252';
const CHARSETS: Record<string, string> = {
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  65001: 'utf-8',
};
/** Deepest nesting of groups. */
const MOST_DEPTH = 5_000;

interface Group {
  isHidden: boolean;
  /** Characters after `\u` that stand for it in programs that know no Unicode. */
  fallback: number;
}

/** @throws Unread */
export function readRtf(bytes: Uint8Array, text: DocumentText): void {
  const source = Buffer.from(bytes).toString('latin1');
  const groups: Group[] = [{ isHidden: false, fallback: 1 }];
  const writer = createWriter(text);
  let charset = WESTERN;
  let skip = 0;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) {
      TOKEN.lastIndex = at + 1;
      continue;
    }
    const [, word, number, hex, symbol, brace, plain] = match;
    const group = groups.at(-1) ?? { isHidden: false, fallback: 1 };
    if (brace === '{') {
      if (groups.length > MOST_DEPTH) throw new Unread('broken');
      groups.push({ ...group });
    } else if (brace === '}') {
      if (groups.length > 1) groups.pop();
      skip = 0;
    } else if (word === 'bin') TOKEN.lastIndex += Math.max(Number(number) || 0, 0);
    else if (word === 'ansicpg') charset = CHARSETS[number ?? ''] ?? knownCharset(`windows-${number}`);
    else if (word === 'uc') group.fallback = Math.max(Number(number) || 0, 0);
    else if (symbol === '*' || (word !== undefined && NO_TEXT.has(word))) group.isHidden = true;
    else if (group.isHidden) continue;
    else if (word === 'u') {
      writer.add(String.fromCharCode((Number(number) + 65_536) % 65_536));
      skip = group.fallback;
    } else if (word !== undefined) writer.control(word);
    else if (skip > 0 && hex !== undefined) skip--;
    else if (hex !== undefined) writer.byte(Number.parseInt(hex, 16), charset);
    else if (symbol === '\n' || symbol === '\r') writer.control('par');
    else if (symbol !== undefined) writer.add(SYMBOLS[symbol] ?? '');
    else if (plain !== undefined) {
      writer.add(plain.slice(skip));
      skip = Math.max(skip - plain.length, 0);
    }
  }
  writer.end();
}

const SYMBOLS: Record<string, string> = {
  '~': ' ',
  _: '-',
  '{': '{',
  '}': '}',
  '\\': '\\',
};

function knownCharset(name: string): string {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return WESTERN;
  }
}

function createWriter(text: DocumentText) {
  let line = '';
  let cells: string[] = [];
  /** Bytes of a charset with several bytes a character, until they are decoded together. */
  let bytes: number[] = [];
  let charset = WESTERN;

  function flush(): void {
    if (bytes.length > 0) line += new TextDecoder(charset).decode(Uint8Array.from(bytes));
    bytes = [];
  }

  function endLine(): void {
    flush();
    if (cells.length > 0) line += ' ';
    else {
      text.block(line);
      line = '';
    }
  }

  return {
    add(said: string) {
      flush();
      line += said;
    },
    byte(value: number, inCharset: string) {
      charset = inCharset;
      bytes.push(value);
    },
    control(word: string) {
      if (word === 'cell' || word === 'nestcell') {
        flush();
        cells.push(line);
        line = '';
      } else if (word === 'row' || word === 'nestrow') {
        flush();
        text.add(`\n${tableRow(cells)}`);
        cells = [];
        line = '';
      } else if (word === 'par' || word === 'sect' || word === 'page') endLine();
      else if (CHARACTERS[word] !== undefined) this.add(CHARACTERS[word] ?? '');
    },
    end() {
      flush();
      text.block([...cells, line].join(' '));
    },
  };
}
