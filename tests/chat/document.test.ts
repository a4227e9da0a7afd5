import { describe, expect, test } from 'vitest';
import { plainDialect } from '../../src/chat/markdown/dialect.ts';
import { createDocument } from '../../src/chat/markdown/document.ts';
import { cpuTime } from '../cpu-time.ts';

function split(text: string, limit: number): string[] {
  const document = createDocument({ limit, dialect: plainDialect });
  document.append(text);
  return document.parts(true);
}

function growing(text: string, limit = 2000): string {
  const document = createDocument({ limit, dialect: plainDialect });
  document.append(text);
  return document.parts(false).join('\n<next message>\n');
}

const sentence = 'One sentence of some forty characters ok. ';

describe('an answer that is too long is cut', () => {
  test('between paragraphs rather than between sentences', () => {
    const [first, second] = split(`${sentence.repeat(4).trim()}\n\n${sentence.repeat(4)}`, 200);
    expect(first).toBe(sentence.repeat(4).trim());
    expect(second).toBe(sentence.repeat(4).trim());
  });

  test('between sentences where the paragraph ends too early', () => {
    const [first] = split(`Short.\n\n${sentence.repeat(8)}`, 200);
    expect(first).toBe(`Short.\n\n${sentence.repeat(4).trim()}`);
  });

  test('between lines rather than between words', () => {
    const line = `${'word '.repeat(9).trim()}\n`;
    expect(split(line.repeat(8), 200)[0]).toBe(line.repeat(4).trim());
  });

  test('between words rather than in one', () => {
    const [first = ''] = split('syllables '.repeat(30), 205);
    expect(first).toBe('syllables '.repeat(20).trim());
  });

  test('before a heading, not behind it', () => {
    const [first, second] = split(`${sentence.repeat(4)}\n\n## Next\n\n${sentence.repeat(4)}`, 200);
    expect(first).toBe(sentence.repeat(4).trim());
    expect(second?.startsWith('## Next\n\nOne')).toBe(true);
  });

  test('before the sentence that announces a list', () => {
    const [first] = split(`${sentence.repeat(4)}\n\nAs follows:\n\n- ${sentence}\n- ${sentence}`, 200);
    expect(first).toBe(sentence.repeat(4).trim());
  });

  test('before a link, a mention or an address that does not fit', () => {
    for (const piece of [
      '[two words](https://example.com/x)',
      '<@12345678901234567>',
      'https://example.com/a-long-path',
    ]) {
      const parts = split(`${'漢'.repeat(90)}${piece}${'字'.repeat(50)}`, 100);
      expect(parts.join('')).toBe(`${'漢'.repeat(90)}${piece}${'字'.repeat(50)}`);
      expect(parts.some((part) => part.includes(piece))).toBe(true);
    }
  });

  test('before an address, wherever in its beginning the message is full', () => {
    const address = 'https://example.com/a-path';
    for (let length = 15; length <= 30; length++) {
      const text = `${'word '.repeat(12)}\n\n## ${'T'.repeat(length)}\n\n> ${address} word`;
      expect(split(text, 100).join('\n')).toContain(address);
    }
  });

  test('in bold text that is longer than a message, which goes on in the next', () => {
    const parts = split(`**${'bold '.repeat(100).trim()}** plain`, 200);
    expect(parts.length).toBe(3);
    for (const part of parts) expect(part).toMatch(/^\*\*bold [^*]*bold\*\*(?: plain)?$/);
  });

  test('in code, which goes on in the next with its language', () => {
    const parts = split(`\`\`\`py\n${'x = 1\n'.repeat(100)}\`\`\`\nend`, 200);
    for (const part of parts) expect(part).toMatch(/^```py\n(?:x = 1\n)+```(?:\nend)?$/);
    expect(parts.join('\n').match(/x = 1/g)).toHaveLength(100);
  });

  test('in an address only when it is longer than a message', () => {
    const url = `https://example.com/${'x'.repeat(300)}`;
    expect(split(url, 200).join('')).toBe(url);
  });

  test('into no more messages than it needs', () => {
    const text = `${`${sentence.repeat(5).trim()}\n\n`.repeat(140)}`;
    const parts = split(text, 2000);
    expect(parts.length).toBeLessThanOrEqual(Math.ceil(text.length / 1800));
  });

  test('at the end of a block of code without a message for the fence alone', () => {
    for (let lines = 20; lines < 40; lines++) {
      for (const part of split(`\`\`\`\n${'12345\n'.repeat(lines)}\`\`\``, 200))
        expect(part).toContain('12345');
    }
  });

  test('so that a fence inside the code of a longer one ends nothing', () => {
    const inside = '```js\nx()\n```\n'.repeat(30);
    const parts = split(`\`\`\`\`md\n${inside}\`\`\`\``, 200);
    for (const part of parts) expect(part).toMatch(/^````md\n[\s\S]*\n````$/);
  });
});

describe('what is read by itself, from a part on,', () => {
  const head = '| Name | Value |\n|---|---|\n';
  const rows = Array.from({ length: 40 }, (_, row) => `| row ${row} | **${row}** |\n`).join('');

  function rests(text: string): string[] {
    const document = createDocument({ limit: 200, dialect: plainDialect });
    document.append(text);
    return document.parts(true).map((_, index) => document.restFrom(index));
  }

  test('has the head of the table that goes on there, which no message repeats', () => {
    const all = rests(head + rows);
    expect(all.length).toBeGreaterThan(3);
    for (const rest of all) expect(rest).toMatch(/^\| Name \| Value \|\n\|---\|---\|\n\| row \d+ /);
    expect(
      split(head + rows, 200)
        .join('\n')
        .match(/Name/g),
    ).toHaveLength(1);
  });

  test('has the head of that table and of no other', () => {
    const other = head.replace('Name', 'Other');
    const [first = '', ...more] = rests(`${head}${rows}\n${other}${rows}`);
    expect(first.startsWith('| Name')).toBe(true);
    for (const rest of more) {
      const begun = rest.includes('| Other', 1) ? '| Name' : '| Other';
      expect(rest.startsWith(begun)).toBe(true);
      expect(rest.match(/Name/g) ?? []).toHaveLength(begun === '| Name' ? 1 : 0);
    }
  });

  test('has no head where the table has ended', () => {
    for (let count = 1; count < 12; count++) {
      const table = head + rows.split('\n').slice(0, count).join('\n');
      for (const [index, rest] of rests(`${table}\n\n${sentence.repeat(9)}`).entries()) {
        if (index > 0 && !rest.includes('| row')) expect(rest).not.toContain('Name');
      }
    }
  });

  test('has fences and marks opened again', () => {
    for (const rest of rests(`\`\`\`py\n${'x = 1\n'.repeat(100)}\`\`\``))
      expect(rest).toMatch(/^```py\nx = 1\n/);
    for (const rest of rests(`**${'bold '.repeat(100).trim()}**`)) expect(rest).toMatch(/^\*\*bold/);
  });
});

describe('while it is being written', () => {
  test.each([
    ['text', 'Hi 😀', ''],
    ['code', '```\nhi 😀', '\n```'],
    ['a table', '| a |\n|--|\n| hi 😀', ''],
  ])('half a character is never shown, in %s', (_, source, closer) => {
    const document = createDocument({ limit: 200, dialect: plainDialect });
    document.append(source.slice(0, -1));
    expect(document.parts(false).join('').isWellFormed()).toBe(true);
    document.append(source.slice(-1));
    expect(document.parts(false)).toEqual([source + closer]);
    document.append('\ud83d');
    expect(document.parts(true)).toEqual([source + closer]);
  });

  test.each([
    ['bold text is bold from its first letter', 'so **bol', 'so **bol**'],
    ['marks in one another are closed in order', '**a *b', '**a *b***'],
    ['marks without text are held back', 'so **', 'so '],
    ['half a mark that closes is no mark', '**bold*', '**bold**'],
    ['code is code', 'use `npm i', 'use `npm i`'],
    ['a link is its text until it is one', 'see [the doc', 'see the doc'],
    ['a link with half an address is its text', 'see [docs](https://exa', 'see docs'],
    ['half a mention is held back', 'ask <@123', 'ask '],
    ['a fence is held back until it has code', 'a\n\n```py', 'a'],
    ['a fence with its first line is closed', '```py\nx', '```py\nx\n```'],
    ['half a fence that closes is held back', '```py\nx\n``', '```py\nx\n```'],
    ['a fence that closes is not doubled', '```py\nx\n```', '```py\nx\n```'],
    ['a bullet without text is held back', 'a\n-', 'a'],
    ['what may be a rule or a title is held back', 'a\n==', 'a'],
    ['half of a table’s second line is held back', '| a | b |\n|--', '| a | b |'],
    ['a task’s box is no link', '- [x] do', '- [x] do'],
    ['half a character is held back', 'ok \ud83d', 'ok'],
  ])('%s', (_, text, expected) => {
    expect(growing(text).trimEnd()).toBe(expected.trimEnd());
  });

  test('marks that are closed for show do not make a message too long', () => {
    const text = `${'x'.repeat(50)} ***${'y'.repeat(44)}`;
    expect(growing(text, 100).length).toBeLessThanOrEqual(100);
    expect(growing(text, 100)).toContain('yyyy');
  });

  test('nothing is shown of an answer that has only begun', () => {
    const document = createDocument({ limit: 100, dialect: plainDialect });
    for (const chunk of ['', ' ', '\n', '```', '\n', '\u200b']) {
      document.append(chunk);
      expect(document.parts(false)).toEqual([]);
    }
  });
});

test('the time it takes grows with the text, whatever is in it', () => {
  const shards = [
    'a',
    '`',
    '` `` ```\n',
    '[',
    '[a](',
    '*',
    '*a ',
    '|',
    '> ',
    '- ',
    '\n',
    'a\n',
    '😀\u200d',
    '\\(',
    '<@',
    '$a_',
    '#\n',
  ];
  for (const shard of shards) {
    const text = shard.repeat(Math.ceil(100_000 / shard.length));
    expect(
      cpuTime(() => void split(text, 2000)),
      JSON.stringify(shard),
    ).toBeLessThan(1000);
  }
});

test('a megabyte in small chunks is no more work than in one', () => {
  const text = `${sentence.repeat(7)}\n\n`.repeat(3500);
  const document = createDocument({ limit: 2000, dialect: plainDialect });
  const ms = cpuTime(() => {
    for (let at = 0; at < text.length; at += 4) {
      document.append(text.slice(at, at + 4));
      if (at % 300 === 0) document.parts(false);
    }
  });
  expect(document.parts(true)).toEqual(split(text, 2000));
  expect(ms).toBeLessThan(5000);
});
