/** Links and footnotes whose definitions are elsewhere in the answer; Discord would show them raw. */
import { describe, expect, test } from 'vitest';
import { linksIn, seen } from '../../../lab/counterparts/discord/world/markdown.ts';
import { discordDialect } from '../../../src/adapters/discord/markdown/dialect.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';

function partsOf(markdown: string, isFinal = true, limit = 2000): string[] {
  const document = createDocument({ limit, dialect: discordDialect });
  document.append(markdown);
  return document.parts(isFinal);
}

const shown = (markdown: string, isFinal = true) => partsOf(markdown, isFinal).join('\n<next message>\n');

test.each([
  ['with a label', 'See [the docs][1].\n\n[1]: https://a.b', 'See [the docs](https://a.b).'],
  [
    'in any case',
    'See [the docs][Foo Bar].\n\n[foo bar]: <https://a.b> "Title"',
    'See [the docs](https://a.b).',
  ],
  [
    'without a label',
    'See [docs][] and [guide].\n\n[docs]: https://a.b\n[guide]: https://c.d',
    'See [docs](https://a.b) and [guide](https://c.d).',
  ],
  ['to a source', 'It is so [1].\n\n[1]: https://a.b', 'It is so [1](https://a.b).'],
  ['of a picture', '![a cat][cat]\n\n[cat]: https://a.b/c.png', '[a cat](https://a.b/c.png)'],
  [
    'in a list and a quote',
    '- [one thing][1]\n\n> [two things][1]\n\n[1]: https://a.b',
    '- [one thing](https://a.b)\n\n> [two things](https://a.b)',
  ],
  ['that is defined before', '[1]: https://a.b\n\nSee [the docs][1].', 'See [the docs](https://a.b).'],
  [
    'with parentheses in the address',
    '[the page][p]\n\n[p]: https://a.b/c_(d)',
    '[the page](https://a.b/c_%28d%29)',
  ],
  ['that is defined right below', 'See [the docs][1].\n[1]: https://a.b', 'See [the docs](https://a.b).'],
  ['that nothing defines', 'See [the docs][nowhere] and [this].', 'See [the docs][nowhere] and [this].'],
  ['that is none: an array', 'x = a[i][j] + [0][1]', 'x = a[i][j] + [0][1]'],
  ['that is none: code', '`[a b][1]`\n\n[1]: https://a.b', '`[a b][1]`\n\n[1] https://a.b'],
  [
    'to what is no address',
    'See [the docs][1].\n\n[1]: javascript:alert',
    'See [the docs][1].\n\n[1]: javascript:alert',
  ],
  [
    'that nothing refers to',
    'Text.\n\n[1]: https://a.b\n[2]: https://c.d',
    'Text.\n\n[1] https://a.b\n[2] https://c.d',
  ],
])('a link %s', (_, markdown, expected) => {
  expect(shown(markdown)).toBe(expected);
});

test.each([
  [
    'by number',
    'Fact.[^1] Other.[^2]\n\n[^1]: First.\n[^2]: Second.',
    'Fact.¹ Other.²\n\n¹ First.\n² Second.',
  ],
  [
    'by name',
    'Fact.[^src] Other.[^b]\n\n[^src]: First.\n[^b]: Second.',
    'Fact.¹ Other.²\n\n¹ First.\n² Second.',
  ],
  [
    'by both',
    'A[^1] b[^note]\n\n[^1]: First **one**.\n[^note]: See [x](https://a.b).',
    'A¹ b²\n\n¹ First **one**.\n² See [x](https://a.b).',
  ],
  ['of two digits', 'A[^12]', 'A¹²'],
  ['that is none', 'the class [^abc] and `[^1]`', 'the class [^abc] and `[^1]`'],
])('a footnote %s', (_, markdown, expected) => {
  expect(shown(markdown)).toBe(expected);
});

describe('while it is written', () => {
  const markdown =
    'See [the docs][1] and [the guide][guide].[^1] More text.\n\n[1]: https://a.b/c\n[guide]: https://d.e/f "T"\n\n[^1]: A note.';

  test('a link is its text until its address is whole', () => {
    for (let end = 1; end <= markdown.length; end++) {
      const part = shown(markdown.slice(0, end), false);
      expect(seen(part), markdown.slice(0, end)).not.toMatch(/[[\]^]|https/);
      for (const url of linksIn(part)) expect(['https://a.b/c', 'https://d.e/f']).toContain(url);
    }
    expect(linksIn(shown(markdown))).toEqual(['https://a.b/c', 'https://d.e/f']);
  });

  test('messages that are full stay as they are, and no address is lost', () => {
    const filler = `${'Words that fill the message. '.repeat(12)}\n\n`;
    const long = `See [the docs][1] and [the guide][].\n\n${filler.repeat(3)}Again [the docs][1].\n\n[1]: https://a.b\n[the guide]: https://c.d`;
    const parts = partsOf(long, true, 500);
    const document = createDocument({ limit: 500, dialect: discordDialect });
    for (let at = 0; at < long.length; at += 7) {
      document.append(long.slice(at, at + 7));
      const settled = document.parts(false).slice(0, -1);
      expect(settled).toEqual(parts.slice(0, settled.length));
    }
    expect(parts[0]).toMatch(/^See the docs \[1\] and the guide\./);
    expect(parts.at(-1)).toMatch(
      /Again \[the docs\]\(https:\/\/a\.b\)\.\n\n\[1\] https:\/\/a\.b\n\[the guide\] https:\/\/c\.d$/,
    );
  });

  test('nothing is known of a text that was taken back', () => {
    const document = createDocument({ limit: 100, dialect: discordDialect });
    document.append(`[1]: https://old.example\n\n${'Words that fill the message. '.repeat(9)}`);
    document.parts(false);
    document.clear();
    document.append('See [the docs][1].');
    expect(document.parts(true)).toEqual(['See [the docs][1].']);
  });

  test('a definition far above is still known', () => {
    const filler = `${'Words that fill the message. '.repeat(12)}\n\n`;
    const parts = partsOf(
      `[1]: https://a.b\n\nSee [the docs][1].\n\n${filler.repeat(3)}Again [the docs][1].`,
      true,
      500,
    );
    expect(parts.at(-1)).toContain('Again [the docs](https://a.b).');
  });
});

describe('a table in a quote or a list is a table', () => {
  test.each([
    [
      'in a quote',
      '> Look:\n>\n> | a | b |\n> |---|---|\n> | 1 | 22 |\n> after',
      '> Look:\n> \n> ```\n> a  b\n> -  --\n> 1  22\n> ```\n> after',
    ],
    [
      'at a quote’s begin',
      '> | a | b |\n> |---|---|\n> | 1 | 2 |\n\nafter',
      '> ```\n> a  b\n> -  -\n> 1  2\n> ```\n\nafter',
    ],
    [
      'in a quote, with links',
      '> | a | b |\n> |---|---|\n> | 1 | [x](https://a.b) |',
      '> **a** · **b**\n> - **1** · [x](https://a.b)',
    ],
    [
      'in an item',
      '- Look:\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n- next',
      '- Look:\n\n```\na  b\n-  -\n1  2\n```\n- next',
    ],
    ['beside a bullet', '1. | a | b |\n   |---|---|\n   | 1 | 2 |', '1.\n```\na  b\n-  -\n1  2\n```'],
    [
      'in a quote in a quote',
      '> > | a | b |\n> > |---|---|\n> > | 1 | 2 |',
      '> ```\n> a  b\n> -  -\n> 1  2\n> ```',
    ],
  ])('%s', (_, markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });

  test('and goes on in the next message', () => {
    const rows = Array.from({ length: 60 }, (_, row) => `> | row ${row} | value ${row} |`);
    const parts = partsOf(['> | Head | Of |', '> |---|---|', ...rows].join('\n'), true, 500);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(500);
      expect(part).toMatch(/^> ```\n(?:> .*\n)+> ```$/);
      expect(part).not.toContain('|');
    }
    for (let row = 0; row < 60; row++)
      expect(parts.join('\n').match(new RegExp(`value ${row}$`, 'gm'))).toHaveLength(1);
  });

  test('and its pipes are not seen while it is written', () => {
    const markdown = '> | a | b |\n> |---|---|\n> | one | two |\n> | three | four |\n';
    const head = markdown.indexOf('---|\n') + 5;
    for (let end = head; end <= markdown.length; end++) {
      expect(shown(markdown.slice(0, end), false)).not.toContain('|');
    }
  });
});
