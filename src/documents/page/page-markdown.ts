/** The Markdown of a part of a page: headings, lists, tables, code and links, the latter with absolute addresses. */
import { codeBlock, heading, oneLine, table } from '../markdown.ts';

/** Elements whose contents are no text. */
const HIDDEN = new Set(
  'SCRIPT STYLE HEAD TITLE TEMPLATE NOSCRIPT SVG OBJECT IFRAME CANVAS VIDEO AUDIO BUTTON INPUT SELECT TEXTAREA DIALOG RP'.split(
    ' ',
  ),
);
/** Elements that stand within a line. Each other element begins a block of its own. */
const INLINE = new Set(
  'A ABBR ACRONYM B BDI BDO BIG CITE CODE DATA DEL DFN EM FONT I INS KBD LABEL MARK NOBR Q RUBY RB RT S SAMP SMALL SPAN STRIKE STRONG SUB SUP TIME TT U VAR WBR'.split(
    ' ',
  ),
);
const CODE = new Set(['CODE', 'KBD', 'SAMP', 'TT']);
const SPACES = /[ \t\r\n\f\u00a0]+/g;
const LANGUAGE = /(?:^|\s)(?:lang(?:uage)?-|highlight-source-|brush:\s*)([\w+#-]{1,20})/;
/** Deepest nesting of elements whose structure is kept. Below it, only their text is. */
const DEEPEST = 300;
/** Marks of headings that link to themselves. */
const ANCHOR = /^[§¶#] ?| ?[§¶#🔗]$/gu;
const MOST_LABEL = 500;
const TEXT = 3;
const ELEMENT = 1;
/** Stands for the end of a line within a block. */
const BREAK = '\u0001';

interface Block {
  text: string;
  /** An item of a list: it stands right below the one before. */
  isItem: boolean;
}

interface Writer {
  /** The address that links are relative to. */
  base: string;
  blocks: Block[];
  /** The text of the block that is being read. */
  line: string;
  /** Stands before each line: the indentation of lists, and the marks of quotes. */
  prefix: string;
  /** The mark of a list's item that has no text yet. */
  mark: string;
  /** The number of lists around the text. */
  lists: number;
}

/** @param base the address that links are relative to */
export function pageMarkdown(root: Element, base: string): string {
  const writer: Writer = { base, blocks: [], line: '', prefix: '', mark: '', lists: 0 };
  walk(writer, root, 0);
  endBlock(writer);
  return joined(writer.blocks);
}

function add(writer: Writer, text: string): void {
  const { prefix, mark, lists, blocks } = writer;
  const first = mark === '' ? prefix : prefix.slice(0, -mark.length) + mark;
  const lines = text.split('\n').map((one, index) => (index === 0 ? first : prefix) + one);
  blocks.push({ text: lines.join('\n'), isItem: lists > 0 });
  writer.mark = '';
}

/** The text since the last block. */
function takeLine(writer: Writer): string {
  const said = trimmed(writer.line);
  writer.line = '';
  return said;
}

function endBlock(writer: Writer): void {
  const said = takeLine(writer);
  if (said !== '') add(writer, said);
}

function walk(writer: Writer, node: Node, depth: number): void {
  if (node.nodeType === TEXT) writer.line += spaced(node).replaceAll(BREAK, '');
  if (node.nodeType !== ELEMENT) return;
  const element = node as Element;
  const name = element.tagName.toUpperCase();
  if (HIDDEN.has(name)) return;
  if (depth > DEEPEST) writer.line += ` ${spaced(element)} `;
  else if (name === 'A') addLink(writer, element, depth);
  else if (CODE.has(name)) addInlineCode(writer, element);
  else if (INLINE.has(name)) walkAll(writer, element, depth);
  else if (name === 'BR') writer.line += BREAK;
  else if (name === 'IMG') writer.line += picture(element);
  else if (name === 'MATH') writer.line += formula(element);
  else addBlock(writer, element, name, depth);
}

function walkAll(writer: Writer, node: Element, depth: number): void {
  for (const child of node.childNodes) walk(writer, child, depth + 1);
}

function addBlock(writer: Writer, element: Element, name: string, depth: number): void {
  endBlock(writer);
  if (/^H[1-6]$/.test(name)) addHeading(writer, element, Number(name[1]), depth);
  else if (name === 'PRE') addCode(writer, element);
  else if (name === 'HR') add(writer, '---');
  else if (name === 'UL' || name === 'OL' || name === 'MENU') addList(writer, element, name === 'OL', depth);
  else if (name === 'BLOCKQUOTE') indented(writer, element, '> ', depth);
  else if (name === 'DD') indented(writer, element, '  ', depth);
  else if (name === 'TABLE') addTable(writer, element, depth);
  else walkAll(writer, element, depth);
  endBlock(writer);
}

/** Adds the children of an element, each line with `more` before it. */
function indented(writer: Writer, element: Element, more: string, depth: number): void {
  const before = writer.prefix;
  writer.prefix += more;
  walkAll(writer, element, depth);
  endBlock(writer);
  writer.prefix = before;
}

function addHeading(writer: Writer, element: Element, level: number, depth: number): void {
  walkAll(writer, element, depth);
  const said = takeLine(writer).replace(ANCHOR, '');
  if (said !== '') add(writer, heading(level, said));
}

function addCode(writer: Writer, element: Element): void {
  const text = (element.textContent ?? '').replace(/^\n/, '');
  if (text.trim() === '') return;
  const inner = element.querySelector('code')?.getAttribute('class') ?? '';
  const language = LANGUAGE.exec(`${element.getAttribute('class') ?? ''} ${inner}`)?.[1];
  add(writer, codeBlock(text, language));
}

function addList(writer: Writer, element: Element, isNumbered: boolean, depth: number): void {
  let number = Number(element.getAttribute('start') ?? 1) || 1;
  writer.lists++;
  for (const child of element.childNodes) {
    if (tagOf(child) === 'LI') {
      endBlock(writer);
      writer.mark = isNumbered ? `${number++}. ` : '- ';
      indented(writer, child as Element, ' '.repeat(writer.mark.length), depth + 1);
      writer.mark = '';
    } else walk(writer, child, depth + 1);
  }
  writer.lists--;
}

/** A table of data. One that only arranges the page is read as if it were none. */
function addTable(writer: Writer, element: Element, depth: number): void {
  const rows = rowsOf(element);
  const isData = element.querySelector('table') === null && rows.some((cells) => cells.length > 1);
  if (!isData) {
    walkAll(writer, element, depth);
    return;
  }
  const lineOf = (part: Element) => oneLine(pageMarkdown(part, writer.base));
  const caption = element.querySelector('caption');
  for (const text of [caption ? lineOf(caption) : '', table(rows.map((cells) => cells.map(lineOf)))])
    if (text !== '') add(writer, text);
}

function addLink(writer: Writer, element: Element, depth: number): void {
  const href = element.getAttribute('href') ?? '';
  // A link to a part of the same page that shows only a picture, such as an arrow.
  if (href.startsWith('#') && !element.textContent?.trim()) return;
  const outer = writer.line;
  const known = writer.blocks.length;
  writer.line = '';
  walkAll(writer, element, depth);
  // A link around whole blocks keeps their text alone.
  if (writer.blocks.length > known) return;
  const label = trimmed(writer.line).replaceAll('\n', ' ');
  const url = absolute(href, writer.base);
  const isShown = url !== undefined && label !== '' && label.length <= MOST_LABEL;
  const before = writer.line.startsWith(' ') ? ' ' : '';
  const after = writer.line.endsWith(' ') ? ' ' : '';
  writer.line = outer + before + (isShown ? `[${label}](${url})` : label) + after;
}

function joined(blocks: Block[]): string {
  let text = '';
  let last: Block | undefined;
  for (const block of blocks) {
    if (last) text += last.isItem && block.isItem ? '\n' : '\n\n';
    text += block.text;
    last = block;
  }
  return text;
}

/** A block's text, without spaces at the ends of its lines. */
function trimmed(line: string): string {
  const lines = line.split(BREAK).map((one) => one.replace(SPACES, ' ').trim());
  return lines
    .join('\n')
    .trim()
    .replace(/\n{3,}/g, '\n\n');
}

/** Some pages put several lines of code, with `br` between them, into an element for a part of a line. */
function addInlineCode(writer: Writer, element: Element): void {
  const lines = linesOf(element)
    .split(BREAK)
    .map((line) => line.replace(SPACES, ' ').trim());
  const text = lines.join('\n').trim();
  if (text.includes('\n')) {
    endBlock(writer);
    add(writer, codeBlock(text));
  } else if (text !== '') writer.line += text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** The text of an element, with `BREAK` in place of `br`. */
function linesOf(element: Element): string {
  if (element.querySelector('br') === null) return element.textContent ?? '';
  let text = '';
  for (const child of element.childNodes) {
    if (tagOf(child) === 'BR') text += BREAK;
    else text += child.nodeType === ELEMENT ? linesOf(child as Element) : (child.textContent ?? '');
  }
  return text;
}

function picture(element: Element): string {
  const alt = (element.getAttribute('alt') ?? '').replace(SPACES, ' ').trim();
  return alt === '' ? '' : ` (picture: ${alt}) `;
}

/** A formula as TeX, where the page has it beside MathML. */
function formula(element: Element): string {
  const tex = element.querySelector('annotation')?.textContent ?? element.getAttribute('alttext');
  return tex ? ` $${tex.trim()}$ ` : ` ${element.textContent ?? ''} `;
}

const spaced = (node: Node) => (node.textContent ?? '').replace(SPACES, ' ');
const tagOf = (node: Node) => (node as Element).tagName?.toUpperCase();

function rowsOf(element: Element): Element[][] {
  return [...element.querySelectorAll('tr')].map((row) =>
    [...row.childNodes].filter((cell): cell is Element => /^T[DH]$/.test(tagOf(cell) ?? '')),
  );
}

/** The address of a link to another page. */
function absolute(href: string, base: string): string | undefined {
  const given = href.trim();
  if (given === '' || given.startsWith('#') || !URL.canParse(given, base)) return undefined;
  const url = new URL(given, base);
  const isWeb = (url.protocol === 'https:' || url.protocol === 'http:') && !url.username && !url.password;
  return isWeb ? url.href : undefined;
}
