/** Markdown as models write it, of words that are each there once, so that what is lost, doubled or moved is found. */

export interface Words {
  /** The next word. */
  word(): string;
  /** So many of them, with spaces. */
  some(count: number): string;
}

/** @param tag lower-case letters that tell these words from others */
export function wordsOf(tag: string): Words {
  let last = 0;
  const word = () => `${tag}${last++}x`;
  return { word, some: (count) => Array.from({ length: count }, word).join(' ') };
}

/** The words in the order they are read, with ideographs and pictures, each by itself. */
export function wordsIn(text: string): string[] {
  return text.match(/[a-z]+\d+x|[\u4e00-\u9fff]|[\u{1f300}-\u{1faff}]/gu) ?? [];
}

const FENCE = '```';
/** A family is one character to a reader, and eleven units. */
const FAMILY = '👨‍👩‍👧‍👦';

/** Every kind of block in turn, until it is that long. */
export function longMarkdown(tag: string, characters: number): string {
  const { word, some } = wordsOf(tag);
  let ideograph = 0x4e00;
  let text = '';
  const ideographs = (count: number) =>
    Array.from({ length: count }, () => String.fromCodePoint(ideograph++)).join('');
  const rows = (count: number, columns: number, cell: () => string) =>
    Array.from({ length: count }, () => `| ${Array.from({ length: columns }, cell).join(' | ')} |`);
  const table = (count: number, columns: number, cell: () => string) =>
    [
      `| ${Array.from({ length: columns }, word).join(' | ')} |`,
      `|${':--|'.repeat(columns)}`,
      ...rows(count, columns, cell),
    ].join('\n');
  const code = (language: string, lines: number, line: () => string) =>
    [FENCE + language, ...Array.from({ length: lines }, line), FENCE].join('\n');
  const blocks: (() => string)[] = [
    () => `# ${some(3)}\n\n${some(40)}. **${some(5)}** and *${some(4)}*, ~~${word()}~~ \`${word()}\`.`,
    () => code('ts', 30, () => `  const ${word()} = "${word()} \\u{1F600}" // ${word()}`),
    () => `#### ${some(2)}\n\n${table(6, 3, word)}`,
    () =>
      `- ${some(5)}\n  - [ ] ${some(3)}\n  - [x] ${some(3)}\n1. ${some(4)}\n2. **${some(2)}**: ${some(9)}`,
    () =>
      `${some(3)} $${word()}_1 + ${word()}^2$ ${word()}\n\n$$\n\\frac{${word()}}{${word()}}\n$$\n\n${some(4)}`,
    () =>
      `See [${some(2)}](https://example.com/${word()}), <https://example.com/${word()}> and ![${word()}](https://example.com/${word()}.png).`,
    () => `${ideographs(180)}。${ideographs(60)}！ ${word()} ${FAMILY}${FAMILY} 🚀${word()}`,
    () => `> ${some(12)}\n> ${some(9)}\n\n---\n\n${some(60)}`,
    () => ['````md', some(4), `${FENCE}py`, `print("${word()}")`, FENCE, some(3), '````'].join('\n'),
    () => table(4, 5, () => some(4)),
    () => code('python', 160, () => `    ${word()} = ${word()}(${word()}, "${word()}")`),
    () => table(90, 3, word),
    () => table(40, 4, () => `${some(3)} [${word()}](https://example.com/${word()})`),
    () => code('', 3, () => some(60)),
    () => some(400),
  ];
  for (let block = 0; text.length < characters; block++) {
    text += `${blocks[block % blocks.length]?.()}\n\n`;
  }
  return text.trimEnd();
}

/** In pieces as a model streams them. */
export function piecesOf(text: string, size: number): string[] {
  return text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'gu')) ?? [];
}

/** Describes in one line how the shown words differ from the text; empty if they do not. */
export function faultsOf(shown: string, markdown: string): string {
  const [found, wanted] = [wordsIn(shown), wordsIn(markdown)];
  if (found.join() === wanted.join()) return '';
  const counts = new Map<string, number>();
  for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1);
  const known = new Set(wanted);
  const kinds = {
    lost: wanted.filter((word) => !counts.has(word)),
    twice: wanted.filter((word) => (counts.get(word) ?? 0) > wanted.filter((one) => one === word).length),
    strange: found.filter((word) => !known.has(word)),
  };
  const told = Object.entries(kinds).filter(([, words]) => words.length > 0);
  return told.length === 0
    ? 'out of order'
    : told.map(([kind, words]) => `${words.length} ${kind}: ${words[0]} … ${words.at(-1)}`).join(', ');
}
