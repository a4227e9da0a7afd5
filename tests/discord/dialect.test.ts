import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discordDialect } from '../../src/adapters/discord/dialect.ts';
import { displayWidth } from '../../src/adapters/discord/table.ts';
import { createDocument } from '../../src/adapters/reply/document.ts';
import { answer, anything, limits } from '../reply/markdown-arbitrary.ts';

function shown(markdown: string, isFinal = true): string {
  const document = createDocument({ limit: 2000, dialect: discordDialect });
  document.append(markdown);
  return document.parts(isFinal).join('\n<next message>\n');
}

function lines(...all: string[]): string {
  return all.join('\n');
}

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

/** Discord's rules in their order: an escape, a block of code, code; three backticks that are none begin one. */
function unended(message: string): string {
  const taken =
    /\\[^\da-z\s]|```(?:[\w+.#-]+?\n)?\n*[^\n][\s\S]*?\n*```|(`+)(?:[\s\S]*?[^`])\1(?!`)|(```)|[\s\S]/giy;
  for (const [token, , open] of message.matchAll(taken)) if (open) return token;
  return '';
}

test('no message has a code block that is not ended, as Discord reads them', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        answer.map(({ text }) => text),
        anything,
      ),
      limits,
      (text, limit) => {
        const document = createDocument({ limit, dialect: discordDialect });
        document.append(text);
        for (const part of [...document.parts(false), ...document.parts(true)]) {
          expect(unended(part), part).toBe('');
        }
      },
    ),
    { numRuns: 1000 },
  );
});
