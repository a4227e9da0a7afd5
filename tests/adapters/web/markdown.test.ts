/** How the page reads Markdown, without a browser. `page-markdown.test.ts` tests it in one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Blocks, NOTHING, readBlocks } from '../../../src/adapters/web/page/markdown/blocks.ts';
import { directionOf } from '../../../src/adapters/web/page/markdown/direction.ts';
import { type InlineNode, plainText } from '../../../src/adapters/web/page/markdown/inline/inline-nodes.ts';
import { parseInline } from '../../../src/adapters/web/page/markdown/inline/parse-inline.ts';
import type { BlockToken } from '../../../src/adapters/web/page/markdown/lex-blocks.ts';

/** The tree in short: marks as tags, code in ` `, formulas in { }, a line's end as /. */
function short(nodes: InlineNode[]): string {
  return nodes
    .map((node) => {
      switch (node.type) {
        case 'mark':
          return `<${node.tag}>${short(node.children)}</${node.tag}>`;
        case 'link':
          return `<a ${node.href}>${short(node.children)}</a>`;
        case 'image':
          return `<img ${node.href} ${node.text}>`;
        case 'code':
          return `\`${node.text}\``;
        case 'formula':
          return `{${node.text}}`;
        case 'break':
          return '/';
        case 'note':
          return `<note ${node.label}>`;
        default:
          return node.text;
      }
    })
    .join('');
}

const DEFINITIONS = new Map([['docs', 'https://docs.example/']]);
const inline = (text: string, growing = false) =>
  short(parseInline(text, { definitions: DEFINITIONS, growing }));
const whole = (text: string, before: Blocks = NOTHING) => readBlocks(text, false, before, () => false);
const growing = (text: string, before: Blocks = NOTHING) => readBlocks(text, true, before, () => false);
const kinds = ({ blocks }: Blocks) => blocks.map(({ type }) => type).filter((type) => type !== 'space');
/** The drawn content: everything but the source, since Marked rewrites white space at the end of a list. */
const shape = ({ blocks }: Blocks): unknown =>
  JSON.parse(JSON.stringify(blocks, (key, value) => (key === 'raw' ? undefined : value)));
const textOf = (token: BlockToken | undefined) => (token && 'text' in token ? token.text : undefined);

describe('marks in a line', () => {
  it.each([
    ['~5 to ~10 minutes, ~x~', '~5 to ~10 minutes, ~x~'],
    ['~~gone~~ ~~~not~~~', '<del>gone</del> ~~~not~~~'],
    ['**「重要」**です', '<strong>「重要」</strong>です'],
    ['**重要。**次', '<strong>重要。</strong>次'],
    ['これは*「斜体」*です', 'これは<em>「斜体」</em>です'],
    ['이것은 **"강조"**입니다', '이것은 <strong>"강조"</strong>입니다'],
    ['请看**《书名》（第二版）**的内容', '请看<strong>《书名》（第二版）</strong>的内容'],
    ['**Note:**text', '<strong>Note:</strong>text'],
    ['***both*** **a *b* c**', '<em><strong>both</strong></em> <strong>a <em>b</em> c</strong>'],
    ['snake_case_word and 5 * 3 * 2', 'snake_case_word and 5 * 3 * 2'],
    ['`a*b*` ``x ` y`` `open', '`a*b*` `x ` y` `open'],
    ['\\*no\\* \\_no\\_', '*no* _no_'],
    ['one\ntwo  \nthree\\\nfour', 'one/two/three/four'],
  ])('%s', (text, expected) => expect(inline(text)).toBe(expected));
});

describe('links', () => {
  it.each([
    ['（https://example.com/a）。次', '（<a https://example.com/a>https://example.com/a</a>）。次'],
    ['https://example.comを見て', '<a https://example.com>https://example.com</a>を見て'],
    ['詳細はhttps://example.com/a。', '詳細は<a https://example.com/a>https://example.com/a</a>。'],
    ['[リンク](https://example.com)（括弧）', '<a https://example.com>リンク</a>（括弧）'],
    ['see https://a.example/b_(c)_d).', 'see <a https://a.example/b_(c)_d>https://a.example/b_(c)_d</a>).'],
    ['**https://a.example/x**', '<strong><a https://a.example/x>https://a.example/x</a></strong>'],
    ['[a](https://a.example/x_(y) "title")', '<a https://a.example/x_(y)>a</a>'],
    ['[a](<https://a.example/x y>)', '<a https://a.example/x y>a</a>'],
    [
      '[docs], [the Docs][docs], [docs][]',
      '<a https://docs.example/>docs</a>, <a https://docs.example/>the Docs</a>, <a https://docs.example/>docs</a>',
    ],
    ['[nothing] and [1]', '[nothing] and [1]'],
    ['write to ada@example.com.', 'write to <a mailto:ada@example.com>ada@example.com</a>.'],
    ['![a *cat*](https://a.example/c.png)', '<img https://a.example/c.png a cat>'],
    ['said[^1] and[^long-name]', 'said<note 1> and<note long-name>'],
    ['hello.world@example.com', '<a mailto:hello.world@example.com>hello.world@example.com</a>'],
    ['http and www are no links', 'http and www are no links'],
  ])('%s', (text, expected) => expect(inline(text)).toBe(expected));

  it('keep the first letter of what they say, whichever it is, as tags and images do', () => {
    for (const letter of 'abcdefghijklmnopqrstuvwxyzHW"(:@.日') {
      const word = `${letter}x`;
      expect(inline(`[${word}](https://a.example)`)).toBe(`<a https://a.example>${word}</a>`);
      expect(inline(`![${word}](https://a.example)`)).toBe(`<img https://a.example ${word}>`);
      expect(inline(`<b>${word}</b>`)).toBe(`<b>${word}</b>`);
      expect(inline(`[${word}`, true)).toBe(word);
    }
  });
});

describe('formulas stay as they are written', () => {
  it.each([
    ['\\(a_1 * b_1 * c\\) is', '{\\(a_1 * b_1 * c\\)} is'],
    ['so $x_1^2 + y_1^2$ and $\\alpha$', 'so {$x_1^2 + y_1^2$} and {$\\alpha$}'],
    ['that \\[x < y\\] and $$a*b*c$$', 'that {\\[x < y\\]} and {$$a*b*c$$}'],
    ['$5 and $10, $5-$10, US$5 or A$6', '$5 and $10, $5-$10, US$5 or A$6'],
    ['it costs 5$, or 6$ with *tax*', 'it costs 5$, or 6$ with <em>tax</em>'],
    ['$HOME and $PATH:$USER', '$HOME and $PATH:$USER'],
    ['\\(open', '(open'],
  ])('%s', (text, expected) => expect(inline(text)).toBe(expected));

  it('also on lines of their own, whatever these begin with', () => {
    for (const formula of ['\\[\na\n= b\n+ c\n\\]', '$$\n# x\n- y\n\n> z\n$$']) {
      const read = whole(`So:\n${formula}\nand on.`);
      expect(kinds(read)).toEqual(['paragraph', 'formula', 'paragraph']);
      expect(textOf(read.blocks.find(({ type }) => type === 'formula'))).toBe(formula);
    }
  });
});

describe('HTML that models write', () => {
  it.each([
    ['H<sub>2</sub>O, press <kbd>Ctrl</kbd>', 'H<sub>2</sub>O, press <kbd>Ctrl</kbd>'],
    ['a<br>b<BR/>c', 'a/b/c'],
    ['a <!-- hidden --> b', 'a  b'],
    ['<sub>open and <b onclick=x>', '<sub>open and <b onclick=x>'],
    ['use the <div> tag', 'use the <div> tag'],
  ])('%s', (text, expected) => expect(inline(text)).toBe(expected));

  it('folds <details>, leaves out comments and sets notes apart', () => {
    const text =
      '<details>\n<summary>More</summary>\n\n- a\n\n</details>\n\n<!-- x\n\ny -->\n[^1]: A note.\n\nEnd';
    const read = whole(text);
    expect(kinds(read)).toEqual(['details', 'comment', 'note', 'paragraph']);
    expect(read.blocks[0]).toMatchObject({
      summary: 'More',
      tokens: [{ type: 'list', raw: '- a' }, { type: 'space' }],
    });
  });
});

describe('one odd line', () => {
  const odd = [
    '- '.repeat(40),
    `${'- '.repeat(60)}x`,
    `${' '.repeat(120)}- x`,
    '> '.repeat(200),
    `${'1. '.repeat(60)}x`,
    '['.repeat(9000),
    'word '.repeat(9000),
    `${'<details>\n'.repeat(60)}`,
  ];
  it.each(odd.map((line) => [`${line.slice(0, 10)}…`, line]))('leaves the rest what it is: %s', (_, line) => {
    const read = whole(`# Title\n\n${line}\n\n**bold**`);
    expect(kinds(read)[0]).toBe('heading');
    expect(kinds(read).at(-1)).toBe('paragraph');
    expect(kinds(read)).not.toContain('plain');
  });
});

describe('a text that is still being written', () => {
  it.each([
    ['text\n-', 'paragraph', 'text'],
    ['text\n---', 'paragraph', 'text'],
    ['text\n==', 'paragraph', 'text'],
    ['text\n1.', 'paragraph', 'text'],
    ['text\n#', 'paragraph', 'text'],
    ['text\n\n2024.', 'space', '\n\n'],
    ['text\n\n--', 'space', '\n\n'],
    ['<details>', 'comment', '<details>'],
    ['<details><summ', 'comment', '<details><summ'],
    ['<details>\n<summary>M', 'details', '<details>\n<summary>M'],
    ['text\n| a | b', 'table', '| a | b |\n|---|---|'],
    ['text\n| a | b |\n|-', 'table', '| a | b |\n|---|---|'],
    ['> text\n> | a', 'blockquote', '> text\n> | a |\n> |---|'],
    ['```js\nlet a\n``', 'code', '```js\nlet a'],
    ['\\[\nx_1', 'formula', '\\[\nx_1'],
  ])('%j ends as a %s', (text, type, raw) => {
    expect(growing(text).blocks.at(-1)).toMatchObject({ type, raw });
  });

  it.each([
    ['a **bold', 'a <strong>bold</strong>'],
    ['a **bold*', 'a <strong>bold</strong>'],
    ['*a **b', '<em>a <strong>b</strong></em>'],
    ['see [the text](https://exa', 'see the text'],
    ['see [the te', 'see the te'],
    ['said[^', 'said'],
    ['said[^no', 'said'],
    ['a `co', 'a `co`'],
    ['H<sub>2', 'H<sub>2</sub>'],
    ['H<su', 'H'],
    ['\\(a_1 * b', '{\\(a_1 * b}'],
    ['Hello!', 'Hello!'],
  ])('%j is shown as it will be', (text, expected) => expect(inline(text, true)).toBe(expected));

  it('never shows a mark that is gone a moment later', () => {
    const text =
      'Intro\n\n- **one** and [two](https://a.example)\n- three\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nText\n- x\n\nEnd';
    for (let end = 1; end <= text.length; end++) {
      const read = growing(text.slice(0, end));
      expect(kinds(read), text.slice(0, end)).not.toContain('heading');
      for (const token of read.blocks) {
        if (token.type === 'paragraph')
          expect(inline(token.text, true), text.slice(0, end)).not.toMatch(/[|*\]]/);
      }
    }
  });
});

describe('reading', () => {
  const part = fc.constantFrom(
    'a',
    ' ',
    '\n',
    '\n\n',
    '- ',
    '1. ',
    '> ',
    '#',
    '|',
    '```\n',
    '**',
    '[',
    '](',
    '$$',
    '\\[',
    '<details>\n',
    '</details>',
    '[^1]: ',
    '    ',
    '日',
    '---',
    '==',
    '\t',
    '<!--',
    '-->',
  );
  const texts = fc.array(part, { maxLength: 40 }).map((parts) => parts.join(''));

  it('loses nothing: the blocks together are as long as the text', () => {
    fc.assert(
      fc.property(texts, (text) => {
        // Marked changes white space in some texts at the end of a list.
        expect(
          whole(text)
            .blocks.map(({ raw }) => raw)
            .join('').length,
        ).toBe(text.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends the same, however the text came', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(80), { maxLength: 6 }), (text, cuts) => {
        let read = NOTHING;
        for (const cut of cuts.toSorted((a, b) => a - b)) read = growing(text.slice(0, cut), read);
        expect(shape(whole(text, read))).toEqual(shape(whole(text)));
      }),
      // Rare mixes of unfinished empty items differ until the answer is done and read again.
      { numRuns: 1000, seed: 7 },
    );
  });

  it('looks at what is new only, and at a long text in stretches', () => {
    const text = 'A paragraph with **marks**.\n\n'.repeat(20_000);
    const first = readBlocks(text, false, NOTHING, () => true);
    expect(first.isWhole).toBe(false);
    expect(first.settled).toBeLessThan(20_000);
    const all = whole(text, first);
    const more = growing(`${text}And more`, all);
    expect(more.blocks[1000]).toBe(all.blocks[1000]);
    expect(whole(text).blocks.length).toBe(all.blocks.length);
  });

  it('takes no longer for a long line of spaces or marks while it is written', () => {
    const begun = performance.now();
    for (const mark of [' ', '> ', '- ', '\t', '|']) {
      for (const start of ['', 'text\n', '| a\n', '- ']) growing(`${start}${mark.repeat(40_000)}x`);
    }
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('nests tags and marks no deeper than a browser can draw', () => {
    const depth = (nodes: InlineNode[]): number =>
      Math.max(0, ...nodes.map((node) => ('children' in node ? 1 + depth(node.children) : 0)));
    for (const [open, close] of [
      ['<b>', '</b>'],
      ['*a ', ' a*'],
      ['![a', '](b)'],
      ['<b>*a ', ' a*</b>'],
    ] as const) {
      const text = `${open.repeat(3000)}x${close.repeat(3000)}`;
      expect(depth(parseInline(text, { definitions: DEFINITIONS, growing: false }))).toBeLessThan(500);
      const half = parseInline(open.repeat(3000), { definitions: DEFINITIONS, growing: true });
      expect(depth(half)).toBeLessThan(500);
    }
  });

  it('loses no letter between marks', () => {
    const part = fc.constantFrom(
      ...'hwxHW日 \n*_~`[]!<$\\@.('.split(''),
      ...['**', '~~', '![', '](.)', '<b>', '</b>', '<sub>', 'http', 'www', ' $', '。', '（'],
    );
    const letters = (text: string) => text.replace(/<\/?(?:b|sub)>/g, '').replace(/[^hwxtpHW日]/g, '');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const text = parts.join('');
        const nodes = parseInline(text, { definitions: new Map(), growing: false });
        expect(letters(plainText(nodes))).toBe(letters(text));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes every text inline without throwing', () => {
    const marks = fc
      .array(
        fc.constantFrom(
          'a',
          ' ',
          '*',
          '**',
          '_',
          '~~',
          '`',
          '[',
          ']',
          '(',
          ')',
          '![',
          '<',
          '>',
          '<b>',
          '</b>',
          '$',
          '\\',
          '\n',
          '&',
          '@',
          'https://a.b',
          '（',
          '。',
        ),
      )
      .map((all) => all.join(''));
    fc.assert(
      fc.property(marks, fc.boolean(), (text, isGrowing) => {
        parseInline(text, { definitions: DEFINITIONS, growing: isGrowing });
      }),
      { numRuns: 2000 },
    );
  });
});

describe('direction', () => {
  it.each([
    ['> **מה** שלומך', 'rtl'],
    ['- `npm` ثم Node', 'rtl'],
    ['1. English, ثم عربي', 'ltr'],
    ['12 + 3', 'ltr'],
  ])('%s', (text, expected) => expect(directionOf(text)).toBe(expected));
});
