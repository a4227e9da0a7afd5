import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ownMarksIn } from '../../../lab/counterparts/discord/world/markdown.ts';
import { discordDialect } from '../../../src/adapters/discord/markdown/dialect.ts';
import { displayWidth } from '../../../src/adapters/discord/markdown/table.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';
import { answer, anything, limits } from '../../chat/markdown-arbitrary.ts';

function shown(markdown: string, isFinal = true): string {
  const document = createDocument({ limit: 2000, dialect: discordDialect });
  document.append(markdown);
  return document.parts(isFinal).join('\n<next message>\n');
}

const lines = (...all: string[]) => all.join('\n');

test.each([
  ['deep headings', '#### Deep **and** bold', '**Deep and bold**'],
  ['headings that Discord knows', '### Three', '### Three'],
  ['underlined headings', 'Title\n=====\n\nSecond\n---', '# Title\n\n## Second'],
  ['rules', 'a\n\n---\n\nb\n\n* * *\n\nc', 'a\n\n───\n\nb\n\n───\n\nc'],
  ['bold by underscores, which Discord underlines', '__bold__ and **bold**', '**bold** and **bold**'],
  ['underscores in words', 'snake_case_name and __init__.py', 'snake_case_name and **init**.py'],
  ['both marks at once', '***both***', '***both***'],
  [
    'pictures',
    '![A cat](https://a.b/c.png) ![](https://a.b/d.png)',
    '[A cat](https://a.b/c.png) https://a.b/d.png',
  ],
  ['pictures in links', '[![Build](https://a.b/c.svg)](https://a.b)', '[Build](https://a.b)'],
  [
    'links with code',
    '[x](javascript:alert) [f](file:///etc/passwd)',
    'x `javascript:alert` f `file:///etc/passwd`',
  ],
  ['links named by their address', '[https://a.b](https://a.b)', 'https://a.b'],
  ['tasks', '- [ ] one\n  - [x] two', '- ☐ one\n  - ☑ two'],
  ['plus signs and tabs before items', '+ a\n\t- b', '- a\n  - b'],
  ['formulas in a sentence', 'so \\(a_1 * b_2\\), $x_i$ and $$y^2$$', 'so `a_1 * b_2`, `x_i` and `y^2`'],
  ['prices', 'from $5 to $10 or $3_000', 'from $5 to $10 or $3_000'],
  ['displayed formulas', '\\[\na_1 * b\n\\]\n\n$$\nx*y*z\n$$', '```\na_1 * b\n```\n\n```\nx*y*z\n```'],
  ['a lone dollar mark', '$$\nis the process\n\nand **more**', '```\nis the process\n```\n\nand **more**'],
  ['line breaks', 'a<br>b<br/>c', 'a\nb\nc'],
  ['tags that are not known, or close nothing', 'List<String> & <div> <b', 'List<String> & <div> <b'],
  ['nested quotes', '> > a\n>>> b', '> a\n> b'],
  ['small print, which is no Markdown', '-# small', '\\-# small'],
  ['mentions', '@everyone <@1> <@&2> <#3> <:e:4>', '@everyone <@1> <@&2> <#3> <:e:4>'],
  ['marks in code', '`__a__ [x](data:y) <br>`', '`__a__ [x](data:y) <br>`'],
])('%s', (_, markdown, expected) => {
  expect(shown(markdown)).toBe(expected);
});

describe('code', () => {
  test('is changed by nothing that is changed outside', () => {
    const code = lines(
      '```md',
      '#### a',
      '---',
      '| a | b |',
      '|---|---|',
      '__x__ ![a](b) $y_1$ <br>',
      '- [ ] z',
      '```',
    );
    expect(shown(code)).toBe(code);
  });

  test('in tildes or in more backticks is in the fence that Discord knows', () => {
    expect(shown('~~~py\nx\n~~~')).toBe('```py\nx\n```');
    expect(shown('`````js\nx\n`````')).toBe('```js\nx\n```');
  });

  test('with a fence inside is not ended by it', () => {
    expect(shown('````md\n```js\nx\n```\n````')).toBe('```md\n`\u200b``js\nx\n`\u200b``\n```');
  });

  test('in a list can be copied without the indentation of the list', () => {
    expect(shown('1. a\n   ```py\n   if x:\n     y\n   ```\n2. b')).toBe(
      '1. a\n```py\nif x:\n  y\n```\n2. b',
    );
  });

  test('in a quote stays there, and ends with it', () => {
    expect(shown('> ```js\n> x\n\nafter')).toBe('> ```js\n> x\n> ```\n\nafter');
  });

  test('with more than a language after the fence keeps it as code', () => {
    expect(shown('```py title="a.py"\nx\n```')).toBe('title="a.py"\n```py\nx\n```');
  });

  test('that begins beside a bullet leaves the bullet', () => {
    expect(shown('1. ```py\n   x\n   ```')).toBe('1.\n```py\nx\n```');
  });

  test('that the model left open is closed', () => {
    expect(shown('```py\nx = 1')).toBe('```py\nx = 1\n```');
  });

  test('with nothing in it does not swallow what follows', () => {
    expect(shown('```\n```\n\n```\nx\n```')).toBe('```\n\u200b\n```\n\n```\nx\n```');
  });

  test('is not begun by backticks in a sentence', () => {
    expect(shown('Write ``` to begin.\n\n```\nx\n```')).toBe('Write \\`\\`\\` to begin.\n\n```\nx\n```');
  });
});

describe('a table', () => {
  test('stands in columns, each aligned as it says, without marks', () => {
    const table = lines(
      '| Name | Size | Mid |',
      '|:---|---:|:-:|',
      '| **a** | 10 | `x|y` |',
      '| 日本 | 5 | a \\| b |',
    );
    expect(shown(table)).toBe(
      lines('```', 'Name  Size   Mid', '----  ----  -----', 'a       10   x|y', '日本     5  a | b', '```'),
    );
  });

  test('that is too wide is a list, which says nothing twice', () => {
    const long = 'many words in one cell '.repeat(3).trim();
    expect(shown(`| Name | What |  |\n|---|---|---|\n| a | ${long} | |\n| **b** | | ${long} |`)).toBe(
      lines('**Name** · **What** · –', `- **a** · ${long} · –`, `- **b** · – · ${long}`),
    );
  });

  test('with links is a list, where they can be clicked', () => {
    expect(shown('| a | b |\n|---|---|\n| x | [y](https://a.b) |')).toBe(
      '**a** · **b**\n- **x** · [y](https://a.b)',
    );
  });

  test('can be read at each step of its being written', () => {
    const table = '| a | b |\n|---|---|\n| one | two |\n';
    const steps = new Set([...table].map((_, end) => shown(table.slice(0, end + 1), false)));
    expect([...steps].map((step) => step.replace(/\n/g, '⏎'))).toEqual([
      '|',
      '| a',
      '| a |',
      '| a | b',
      '| a | b |',
      '```⏎a  b⏎-  -⏎```',
      '```⏎a  b⏎-  -⏎o⏎```',
      '```⏎a   b⏎--  -⏎on⏎```',
      '```⏎a    b⏎---  -⏎one⏎```',
      '```⏎a    b⏎---  -⏎one  t⏎```',
      '```⏎a    b⏎---  --⏎one  tw⏎```',
      '```⏎a    b⏎---  ---⏎one  two⏎```',
    ]);
  });

  test('that goes on in the next message has its head once, and columns in each', () => {
    const rows = Array.from(
      { length: 120 },
      (_, row) => `| row ${row} | ${'x'.repeat(row % 17)} | value ${row} |`,
    );
    const document = createDocument({ limit: 2000, dialect: discordDialect });
    document.append(lines('| Head | Of | Table |', '|---|---|---|', ...rows));
    const parts = document.parts(true);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.join('\n').match(/Head/g)).toHaveLength(1);
    for (const part of parts) {
      expect(part.startsWith('```\n') && part.endsWith('\n```')).toBe(true);
      expect(new Set(part.split('\n').map((line) => line.indexOf('value'))).size).toBeLessThanOrEqual(2);
    }
  });

  test('has wide characters in columns', () => {
    expect(['abc', '日本', '👍', '👩‍👩‍👧', 'e\u0301', '☐'].map(displayWidth)).toEqual([3, 4, 2, 2, 1, 1]);
  });
});

/** Letters and digits, in order; languages of code, which are repeated with their fences, left out. */
function words(text: string): string[] {
  const spaced = text.replace(/^[ \t]*[`~]{3,}(?:py|c\+\+)?$/gm, '').replace(/\p{sc=Han}/gu, ' $& ');
  return spaced.match(/[\p{L}\p{N}]+/gu) ?? [];
}

test('every word is shown once and in order, in however many messages', () => {
  fc.assert(
    fc.property(answer, limits, ({ text }, limit) => {
      const document = createDocument({ limit, dialect: discordDialect });
      document.append(text);
      expect(words(document.parts(true).join('\n'))).toEqual(words(text));
    }),
    { numRuns: 1000 },
  );
});

describe('small print, which is how notices look,', () => {
  test.each([
    ['as it is', '-# Stopped.'],
    ['behind spaces', '  -# Stopped.\n\u00a0-# Stopped.'],
    ['with any space', '-#\tStopped.\n-#\u00a0Stopped.\n-#\u2003Stopped.'],
    ['in a quote', '> -# Stopped.\n> > -# Stopped.'],
    ['in a list', '- -# Stopped.\n* -# Stopped.\n1. -# Stopped.\n  - - -# Stopped.'],
    ['in a task', '- [ ] -# Stopped.'],
    ['in headings', '# -# Stopped.\n#### -# Stopped.\n-# Stopped.\n==='],
    ['in marks', '**-# Stopped.**\n*-# Stopped.*\n__-# Stopped.__\n~~-# Stopped.~~'],
    ['of entities', '&#45;# Stopped.\n-&#35; Stopped.\n&#x2d;&num; Stopped.\n&#45;&#35;&nbsp;Stopped.'],
    ['behind a line break', 'a<br>-# Stopped.\nb<br/>&#45;# Stopped.\nc\\\n-# Stopped.'],
    [
      'in tags',
      '<p>-# Stopped.</p><ul><li>-# Stopped.</li></ul><blockquote>-# Stopped.</blockquote><h2>-# Stopped.</h2>',
    ],
    ['behind a comment', '<!-- x -->-# Stopped.'],
    ['behind code', '```\nx\n```\n-# Stopped.\n<code>a\nb</code>-# Stopped.\n`a`\n-# Stopped.'],
    ['in a table', '| -# Stopped. | [b](https://b.example) |\n|---|---|\n| -# Stopped. | c |'],
    ['behind code that ends with an address', '`https://a.example/`-# Stopped.'],
    ['behind a footnote', '[^1]: -# Stopped.\n\n-# Stopped.'],
    ['behind unclosed code', 'a ` b\n-# Stopped. ` c ``` d\n-# Stopped.'],
    ['behind an escape', '\\\\-# Stopped.\n\\\\\n-# Stopped.'],
    ['with what is invisible', '\u200b-# Stopped.\n-\u200b# Stopped.\n\u2060-# Stopped.'],
  ])('is never a model’s: %s', (_, markdown) => {
    expect(ownMarksIn(shown(markdown)), shown(markdown)).toEqual([]);
    for (let end = 1; end < markdown.length; end++)
      expect(ownMarksIn(shown(markdown.slice(0, end), false))).toEqual([]);
    expect(shown(markdown)).toMatch(/Stopped/);
  });

  test('is left as it is in code and in addresses', () => {
    const markdown =
      'See `-# a` and https://x.example/a-#b and [c](https://x.example/-#d)\n\n```\n-# a\n>>> b\n```';
    expect(shown(markdown)).toBe(markdown);
  });

  test('cannot be put into a quote by what comes before it', () => {
    for (const markdown of ['a<br>>>> b', '&gt;>> b', '\\\n>>> b', '<p>>>> b</p>'])
      expect(ownMarksIn(`${shown(markdown)}\n\n-# Stopped.`)).toEqual(['Stopped.']);
  });

  test('is none of a model’s, whatever it writes (property)', () => {
    fc.assert(
      fc.property(anything, limits, (text, limit) => {
        const document = createDocument({ limit, dialect: discordDialect });
        document.append(text);
        for (const part of [...document.parts(false), ...document.parts(true)])
          expect(ownMarksIn(part), part).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a link whose label looks like another address shows its host', () => {
  test.each([
    [
      '[https://bank.example](https://evil.example/a)',
      '[https://bank.example](https://evil.example/a) (evil.example)',
    ],
    ['[bank.example](https://evil.example)', '[bank.example](https://evil.example) (evil.example)'],
    ['[**bank**.example](https://evil.example)', '[**bank**.example](https://evil.example) (evil.example)'],
    ['[bank&#46;example](https://evil.example)', '[bank.example](https://evil.example) (evil.example)'],
    ['[bank\\.example](https://evil.example)', '[bank\\.example](https://evil.example) (evil.example)'],
    ['[`bank.example`](https://evil.example)', '[`bank.example`](https://evil.example) (evil.example)'],
    ['![bank.example](https://evil.example)', '[bank.example](https://evil.example) (evil.example)'],
    ['[bank.example][1]\n\n[1]: https://evil.example', '[bank.example](https://evil.example) (evil.example)'],
    [
      '[bank.example]\n\n[bank.example]: https://evil.example',
      '[bank.example](https://evil.example) (evil.example)',
    ],
    [
      '<a href="https://evil.example">bank.example</a>',
      '[bank.example](https://evil.example) (evil.example)',
    ],
    [
      '<img src="https://evil.example" alt="bank.example">',
      '[bank.example](https://evil.example) (evil.example)',
    ],
    ['[ann@bank.example](mailto:x@evil.example)', '[ann@bank.example](mailto:x@evil.example) (evil.example)'],
    [
      'at https://bank.example@evil.example/a now',
      'at https://bank.example@evil.example/a (evil.example) now',
    ],
    ['[evil.example](https://evil.example/a)', '[evil.example](https://evil.example/a)'],
    ['[Node.js](https://nodejs.org)', '[Node.js](https://nodejs.org)'],
  ])('%s', (markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });

  test('and keeps it while the answer grows', () => {
    const markdown = 'Log in at [bank.example](https://evil.example/a) now, or at [help](https://x.example).';
    let before = false;
    for (let end = 1; end <= markdown.length; end++) {
      const text = shown(markdown.slice(0, end), false);
      if (before) expect(text).toContain('(https://evil.example/a) (evil.example)');
      before ||= text.includes('(evil.example)');
      expect(text.includes('evil.example/a)')).toBe(before);
    }
    expect(before).toBe(true);
  });
});

test('code has no direction and nothing that is not seen, in a line, a block, a table and a formula', () => {
  const bad = 'a\u202eb\u2066c\u2069\u200b';
  const text = `x \`${bad}\` $${bad}_1$ <code>${bad}</code>\n\n\`\`\`\n${bad}\n\`\`\`\n\n| ${bad} |\n|---|\n| ${bad} |`;
  expect(shown(text).replace(/\u200b/g, '')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(shown('a ```\u2069``` b')).toBe('a  b');
});
