/** How the page reads marks, links, formulas and HTML, without a browser. `page-markdown.test.ts` tests it in one. */
import { describe, expect, it } from 'vitest';
import type { BlockToken } from '../../../src/adapters/web/page/markdown/lex-blocks.ts';
import { inline, kinds, whole } from './markdown-trees.ts';

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
