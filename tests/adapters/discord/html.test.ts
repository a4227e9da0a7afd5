/** Text that Discord would hide or show raw: pipes, HTML and its entities. */

import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { HIDDEN, seen } from '../../../lab/counterparts/discord/world/markdown.ts';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { discordDialect } from '../../../src/adapters/discord/markdown/dialect.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';
import { cpuTime } from '../../cpu-time.ts';
import { startBot } from '../../harness/discord.ts';
import { asks } from './said.ts';

function shown(markdown: string, isFinal = true): string {
  const document = createDocument({ limit: 2000, dialect: discordDialect });
  document.append(markdown);
  return document.parts(isFinal).join('\n<next message>\n');
}

describe('two pipes hide nothing', () => {
  test.each([
    ['in a sentence', 'Use a || b, and then c || d.'],
    ['as a model would write a spoiler', 'The killer is ||the butler||!'],
    ['in a heading', '## a || b || c'],
    ['in an item and in a quote', '- x || y || z'],
    ['beside marks', '**a || b** and ||**c**||'],
    ['three and more', 'a ||| b |||| c'],
    ['out of entities', 'a &#124;&#124;b&#124;&#124; &vert;&verbar;c&vert;|'],
    ['where a comment stood between them', '|<!-- x -->|secret|<!-- y -->|'],
    ['half a table', '| a || b |'],
    ['in brackets that are no link', '[a || b || c]() ![||x||](`y`) [||d||][||e||] [^||f||]'],
    ['in a formula that cannot be code', '$a || `b` || ``c``$ $$||``||$$'],
  ])('%s', (_, markdown) => {
    for (let end = 1; end <= markdown.length; end++) {
      expect(seen(shown(markdown.slice(0, end), end === markdown.length))).not.toContain(HIDDEN);
    }
  });

  test('and stay as they are in code and addresses', () => {
    expect(shown('`a || b` https://a.b/?x||y')).toBe('`a || b` https://a.b/?x||y');
    expect(shown('```\na || b\n```')).toBe('```\na || b\n```');
  });

  test('whatever stands around them', () => {
    const piece = fc.constantFrom(
      '||',
      '|',
      '|||',
      'a',
      ' ',
      '\\',
      '`',
      '&#124;',
      '<!-- -->',
      '<i>',
      '[',
      '](',
      ' https://x.y/ ',
      ')',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join('');
        for (const isFinal of [true, false]) expect(seen(shown(text, isFinal))).not.toContain(HIDDEN);
      }),
      { numRuns: 2_000 },
    );
  });

  it('from the model to the message', async () => {
    await using bot = await startBot();
    bot.model.respond(answers('if (a || b) then c || d'));
    asks(bot, bot.discord.user('ada'), 'or?');
    const [message] = await bot.discord.waitFor(() => {
      const own = bot.discord.botMessages(bot.discord.channel('general'));
      return own.some(({ content }) => content.includes('then')) && own;
    });
    expect(seen(message?.content ?? '')).toBe('if (a || b) then c || d');
  });
});

describe('an entity is its character', () => {
  test.each([
    ['by name', 'a &lt; b &amp;&amp; c &gt; d &copy; &nbsp;&mdash; &hellip;', 'a < b && c > d © \u00a0— …'],
    ['by number', '&#39;q&#39; &#x1F600; &#8217;', "'q' 😀 ’"],
    ['of mathematics', '&alpha; &le; &infin; &rarr; &times;', 'α ≤ ∞ → ×'],
    ['and no mark', '&#42;&#42;a&#42;&#42; &lowbar;b&lowbar; &grave;c&grave; &#35; d', '**a** _b_ `c` # d'],
    ['and no heading or quote', '&#35; a\n&gt; b\n&#45; c', '# a\n> b\n- c'],
    ['and no mention', '&lt;@123456789012345678&gt; &#64;everyone', '<@123456789012345678> @everyone'],
    ['where it is known', '&unknown; AT&T; a & b &', '&unknown; AT&T; a & b &'],
    ['and not in code', '`&lt;` &lt;', '&lt; <'],
  ])('%s', (_, markdown, expected) => {
    expect(seen(shown(markdown))).toBe(expected);
  });

  test('in a table and in an address', () => {
    expect(shown('| a&nbsp;b | c |\n|---|---|\n| &lt;x&gt; | &amp; |')).toContain('<x>  &');
    expect(shown('[x](https://a.b/?p=1&amp;q=2)')).toBe('[x](https://a.b/?p=1&q=2)');
  });

  test('no link comes of one, and no message without text', () => {
    expect(seen(shown('&#91;x&#93;(javascript:alert)'))).toBe('[x](javascript:alert)');
    expect(shown('&nbsp;')).toBe('');
    expect(shown('&#8203;&#8288;')).toBe('');
  });
});

describe('HTML is shown as Discord can', () => {
  test.each([
    ['H<sub>2</sub>O and E = mc<sup>2</sup>', 'H₂O and E = mc²'],
    ['x<sup>n+1</sup>, 10<sup>&minus;3</sup>, y<sub>i,j</sub>', 'xⁿ⁺¹, 10⁻³, yi,j'],
    [
      '<b>a</b> <strong>b</strong> <i>c</i> <em>d</em> <u>e</u> <s>f</s> <del>g</del>',
      '**a** **b** *c* *d* __e__ ~~f~~ ~~g~~',
    ],
    [
      'press <kbd>Ctrl</kbd>+<kbd>C</kbd>, see <code>a_b*c &lt;d&gt;</code>',
      'press `Ctrl`+`C`, see `a_b*c <d>`',
    ],
    [
      '<a href="https://a.b/(x)?p=1&amp;q=2" target="_blank">the docs</a>',
      '[the docs](https://a.b/%28x%29?p=1&q=2)',
    ],
    [
      '<a href="javascript:alert(1)">x</a> <a href="#top">up</a> <a name="y"></a>',
      'x `javascript:alert(1)` up',
    ],
    [
      '<img src="https://a.b/c.png" alt="A cat" width="200"> <img src=https://a.b/d.png>',
      '[A cat](https://a.b/c.png) https://a.b/d.png',
    ],
    ['<a href="https://a.b"><img src="https://a.b/c.svg" alt="Build"></a>', '[Build](https://a.b)'],
    ['<span style="color:red">red</span> <font color="red">x</font> <mark>m</mark>', 'red x **m**'],
    ['a<br>b <br/> c<BR />\nd', 'a\nb\nc\nd'],
    ['<center>Hi</center> <small>small</small>', 'Hi\nsmall'],
    ['https://a.b/?x=1&amp;y=2', 'https://a.b/?x=1&y=2'],
    [
      '<details>\n<summary>More</summary>\n\nHidden **text**.\n\n</details>\n\nAfter.',
      '**More**\n\nHidden **text**.\n\nAfter.',
    ],
    ['<details open><summary><b>More</b></summary>Text</details>', '**More**\nText'],
    ['<p align="center">\n  <b>Title</b>\n</p>\n\nText', '**Title**\n\nText'],
    ['<ul>\n  <li>one</li>\n  <li>two</li>\n</ul>', '- one\n- two'],
    ['<ol><li>one</li><li>two<ul><li>in</li></ul></li></ol>', '1. one\n2. two\n  - in'],
    ['<h2>Title</h2>\n<h5>Deep</h5>\ntext', '## Title\n**Deep**\ntext'],
    ['<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>', 'A · B\n1 · 2'],
    ['a <!-- note to self --> b\n\n<!-- one\ntwo -->\n\nc', 'a  b\n\nc'],
    ['> <b>a</b>\n> H<sub>2</sub>O', '> **a**\n> H₂O'],
    ['- <b>a</b>: x<sup>2</sup>', '- **a**: x²'],
  ])('%s', (markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });

  test.each([
    ['generics', 'List<String>, Map<K, V>, vec<int>, <T>'],
    ['comparisons', 'a < b and c > d, 1<2'],
    ['tags that nothing closes', 'the <div> and the <b> element'],
    ['what is in code', '`<b>x</b> &lt; <!-- c --> H<sub>2</sub>O`'],
    ['addresses', '<https://a.b/c>'],
    ['tags of others', '<my-tag>x</my-tag> <Foo/> </think>'],
  ])('but not %s', (_, markdown) => {
    expect(shown(markdown)).toBe(markdown);
  });

  test('in a table', () => {
    expect(shown('| a | b |\n|---|---|\n| x<sup>2</sup> | <b>y</b> <code>z</code> |')).toBe(
      '```\na   b\n--  ---\nx²  y z\n```',
    );
  });

  test('and halves of it are not seen while it is written', () => {
    const markdown =
      'Water is H<sub>2</sub>O, <b>bold</b> &amp; <a href="https://a.b/c">here</a>.<!-- hidden --> Press <kbd>Ctrl</kbd>.\n\n<details>\n<summary>More</summary>\n\nText &copy;\n\n</details>';
    for (let end = 1; end <= markdown.length; end++) {
      const part = seen(shown(markdown.slice(0, end), false));
      expect(part, markdown.slice(0, end)).not.toMatch(/[<>]|&(?! <|$| )|hidden|https|amp|copy/);
    }
  });
});

test('an address ends before letters and punctuation that no space parts from it', () => {
  expect(shown('詳細は「https://a.b/c」と（https://d.e）。')).toBe(
    '詳細は「<https://a.b/c>」と（<https://d.e>）。',
  );
  expect(shown('https://a.b/c.htmlを参照、https://ja.wikipedia.org/wiki/日本')).toBe(
    '<https://a.b/c.html>を参照、https://ja.wikipedia.org/wiki/日本',
  );
});

test('reading hostile text takes a time that grows with it', () => {
  const shards = [
    '&',
    '&#',
    '&lt',
    '<b',
    '<b>',
    '</b>',
    '<!--',
    '<code>',
    '<sub>',
    '|',
    '||',
    '[^',
    '[a][',
    '[a]: ',
    '$',
    '$a ',
    '$$ ',
    '\\[',
    '\\(a',
    '<a href="',
    '<li>',
    '<p>\n',
    '<details>',
    '> |a|\n',
  ];
  const time = (text: string) => cpuTime(() => void shown(text));
  for (const shard of shards) {
    const text = (length: number) => shard.repeat(Math.ceil(length / shard.length));
    time(text(2_000));
    const best = (length: number) => Math.min(...[1, 2, 3].map(() => time(text(length))));
    // The text is eight times as long; in quadratic time this would take 64 times as long.
    expect(best(100_000), JSON.stringify(shard)).toBeLessThan(Math.max(best(12_500), 15) * 25);
  }
});
