/** Markdown as Slack's markdown block reads it, strictly by CommonMark. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { seen } from '../../../lab/counterparts/slack/blocks/markdown.ts';
import { slackDialect } from '../../../src/adapters/slack/markdown/dialect.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';
import { answer } from '../../chat/markdown-arbitrary.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended } from './said.ts';

function partsOf(markdown: string, isFinal = true, limit = 10_000, isAppendOnly = true): string[] {
  const document = createDocument({ limit, dialect: slackDialect, isAppendOnly });
  document.append(markdown);
  return document.parts(isFinal);
}

const shown = (markdown: string, isFinal = true) => partsOf(markdown, isFinal).join('\n<next message>\n');

describe('a link whose label looks like another address shows its host', () => {
  test.each([
    [
      '[https://bank.example](https://evil.example/a)',
      '[https://bank.example](https://evil.example/a) (evil.example)',
    ],
    ['a [bank.example](https://evil.example) b', 'a [bank.example](https://evil.example) (evil.example) b'],
    [
      '- [**bank**.example](https://evil.example)',
      '- [**bank**.example](https://evil.example) (evil.example)',
    ],
    ['[bank%2Eexample](https://evil.example)', '[bank%2Eexample](https://evil.example) (evil.example)'],
    ['![bank.example](https://evil.example)', '![bank.example](https://evil.example) (evil.example)'],
    [
      '| [bank.example](https://evil.example) |\n|---|',
      '| [bank.example](https://evil.example) (evil.example) |\n|---|',
    ],
    [
      'at https://bank.example@evil.example/a now',
      'at https://bank.example@evil.example/a (evil.example) now',
    ],
    [
      'a <https://evil.example/a|bank.example> and <https://evil.example|at bank.example> b',
      'a <https://evil.example/a|bank.example> (evil.example) and <https://evil.example|at bank.example> (evil.example) b',
    ],
    ['[evil.example](https://evil.example/a)', '[evil.example](https://evil.example/a)'],
    [
      '[Node.js](https://nodejs.org) and `[bank.example](https://evil.example)`',
      '[Node.js](https://nodejs.org) and `[bank.example](https://evil.example)`',
    ],
  ])('%s', (markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });

  test.each([
    ['[bank.example][1]\n\n[1]: https://evil.example', '\\[bank.example][1]\n\n\\[1]: https://evil.example'],
    [
      '[bank.example][]\n\n[bank.example]: https://evil.example',
      '\\[bank.example][]\n\n\\[bank.example]: https://evil.example',
    ],
    [
      '[bank.example]\n\n[bank.example]: https://evil.example',
      '\\[bank.example]\n\n\\[bank.example]: https://evil.example',
    ],
  ])('or is none, where its address may come later: %s', (markdown, expected) => {
    expect(shown(markdown)).toBe(expected);
  });
});

test('code has no direction and nothing that is not seen', () => {
  const bad = 'a\u202eb\u2066c\u2069\u200b';
  const text = `x \`${bad}\` $${bad}_1$\n\n\`\`\`\n${bad}\n\`\`\`\n\n$$\n${bad}\n$$`;
  expect(shown(text)).toBe('x `abc` `abc_1`\n\n```\nabc\n```\n\n```\nabc\n```');
});

test.each([
  ['```\n\u200b```\nx\n```', '```\n`\u200b``\nx\n```'],
  ['```\n```\u200b\nx\n```', '```\n`\u200b``\nx\n```'],
  ['~~~\n~\u2060~~\nx\n~~~', '~~~\n~\u200b~~\nx\n~~~'],
  ['`` a`\u2060`b ``', '`` a`\u200b`b ``'],
  ['```py````\u2060```', '```py````\u200b```'],
])('an unseen character that keeps code from ending has another in its place: %j', (markdown, expected) => {
  expect(shown(markdown)).toBe(expected);
});

describe('marks beside letters without spaces are no asterisks', () => {
  test.each([
    ['brackets', '**「重要」**です', '「重要」です'],
    ['no brackets', 'これは**重要**です', 'これは重要です'],
    ['brackets inside a sentence', 'これは**「重要」**です', 'これは「重要」です'],
    ['a colon', '**注意：**これは重要', '注意：これは重要'],
    ['a full stop', '这是**我想做的事。**所以继续。', '这是我想做的事。所以继续。'],
    ['Korean', '**마크다운(Markdown)**을 사용', '마크다운(Markdown)을 사용'],
    ['italics', 'これは*「x」*です', 'これは「x」です'],
    ['both', 'これは***「重要」***です', 'これは「重要」です'],
    ['struck text', 'これは~~（旧）~~です', 'これは（旧）です'],
    ['code', 'これは**`code`**です', 'これはcodeです'],
    ['a link', '詳細は**[こちら](https://a.b)**です', '詳細は[こちら](https://a.b)です'],
    ['quotation marks in other languages', 'das**„Wort“**hier and**"x"**y', 'das„Wort“hier and"x"y'],
    [
      'an item and a heading',
      '- **「A」**は\n- **（B）**は\n\n## **「C」**は',
      '- 「A」は\n- （B）は\n\n## 「C」は',
    ],
    [
      'a table',
      '| **「A」**は | b |\n|---|---|\n| **（B）**は | c |',
      '| 「A」は | b |\n|---|---|\n| （B）は | c |',
    ],
    ['an emoji', '**重要！**🎉と**🎉**です', '重要！🎉と🎉です'],
  ])('%s', (_, markdown, expected) => {
    expect(seen(shown(markdown))).toBe(expected);
    expect(shown(markdown).replaceAll('\u200b', '')).toBe(markdown);
  });

  test('and English stays as it is', () => {
    const markdown = 'A **bold**, *b*, ***c***. 2 * 3 * 4, snake_case, **"quoted"** (**x**) ~~y~~.';
    expect(shown(markdown)).toBe(markdown);
  });

  test('and code stays as it is', () => {
    const markdown = '`**「a」**b` \n\n```\n**「a」**b 1~2 3~4\n```';
    expect(shown(markdown)).toBe(markdown);
  });
});

test.each([
  ['ranges', '5~10個と20~30個', '5~10個と20~30個'],
  ['three', '1~2, 3~4, 5~6', '1~2, 3~4, 5~6'],
  ['about', '~5 or ~6', '~5 or ~6'],
  ['in code', '`1~2` and 3~4', '1~2 and 3~4'],
])('single tildes strike nothing: %s', (_, markdown, expected) => {
  expect(seen(shown(markdown))).toBe(expected);
});

test.each([
  ['punctuation', '詳細は（https://a.b/c）です。', '詳細は（<https://a.b/c>）です。'],
  ['a particle', 'https://a.b/c.htmlを参照', '<https://a.b/c.html>を参照'],
  ['a word behind a host', '请看https://a.com了解', '请看<https://a.com>了解'],
  ['none: its own letters', 'https://ja.wikipedia.org/wiki/日本 と', 'https://ja.wikipedia.org/wiki/日本 と'],
  ['none: its own name', 'https://例え.jp/x です', 'https://例え.jp/x です'],
  ['none: a sentence', 'See https://a.b/c. Yes', 'See https://a.b/c. Yes'],
])('an address ends before %s', (_, markdown, expected) => {
  expect(shown(markdown)).toBe(expected);
});

describe('a table that goes on in a further message', () => {
  const head = '| Name | Value |\n|---|---|\n';
  const rows = Array.from({ length: 100 }, (_, row) => `| row ${row} | value ${row} |\n`).join('');

  test('has its head again', () => {
    const parts = partsOf(`${head}${rows}\nAfter.`, true, 500);
    expect(parts.length).toBeGreaterThan(4);
    for (const part of parts) expect(part.startsWith(head)).toBe(true);
    for (const part of parts) expect(new TextEncoder().encode(part).length).toBeLessThanOrEqual(500);
    for (let row = 0; row < 100; row++)
      expect(parts.join('\n').match(new RegExp(`value ${row} `, 'g'))).toHaveLength(1);
  });

  test('and no other has it', () => {
    for (let count = 1; count < 40; count++) {
      const table = `${head}${rows.split('\n').slice(0, count).join('\n')}`;
      for (const part of partsOf(`${table}\n\n${'Text behind it. '.repeat(60)}`, true, 500)) {
        if (!part.includes('| row')) expect(part).not.toContain('Name');
        else expect(part.startsWith(head)).toBe(true);
      }
    }
  });

  test('but not a head that is longer than half a message', () => {
    const long = `| ${'Name '.repeat(60)}| Value |\n|---|---|\n`;
    const parts = partsOf(`${long}${rows}`, true, 500);
    expect(parts.join('\n').split('Value')).toHaveLength(2);
  });

  test('and in a quote', () => {
    const quoted = `${head}${rows}`.replace(/^(?=.)/gm, '> ');
    const parts = partsOf(quoted, true, 500);
    for (const part of parts) expect(part.startsWith('> | Name | Value |\n> |---|---|\n> | row')).toBe(true);
  });

  test('and as it is written, no message is only a head', () => {
    const document = createDocument({ limit: 500, dialect: slackDialect, isAppendOnly: true });
    for (const piece of `${head}${rows}`.match(/[\s\S]{1,7}/g) ?? []) {
      document.append(piece);
      for (const part of document.parts(false).slice(1)) expect(part).toContain('| row');
    }
  });
});

describe('a message that is streamed', () => {
  const cjk = fc.constantFrom(
    '**「重要」**です',
    'これは**重要**です',
    '$a_1 * b_2$',
    '\\(x_1\\)',
    '5~10',
    '**注意：**',
    '[x](https://a.b)',
    '`a`',
    '<b>',
    'it costs $5',
    '（https://a.b/c）',
    '\n\n$$\nx_1\n$$\n\n',
    '~~（旧）~~',
    '[bank.example](https://evil.example/a)',
    ' [https://bank.example][1] ',
    '[bank.example]',
    '\n\n[bank.example]: https://evil.example/a\n\n',
    ' https://bank.example@evil.example/a',
    '`a\u202eb\u2066`',
  );
  const texts = fc.oneof(
    answer.map(({ text }) => text),
    fc
      .array(fc.oneof(cjk, fc.constant(' word '), fc.constant('\n\n')), { maxLength: 40 })
      .map((all) => all.join('')),
  );

  test('only grows, so that it need not be begun again', () => {
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 23 }), (text, step) => {
        const document = createDocument({ limit: 100_000, dialect: slackDialect, isAppendOnly: true });
        const grown: string[] = [];
        for (let at = 0; at < text.length; at += step) {
          document.append(text.slice(at, at + step));
          grown.push(...document.parts(false));
        }
        const [whole = ''] = document.parts(true);
        expect(grown.filter((part) => !whole.startsWith(part))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  test('is never updated for its marks, formulas and addresses', async () => {
    await using bot = await startSlackBot();
    const said =
      'これは**「重要」**です。式は$a_1 * b_2$と\\(c_1\\)で、5~10個と20~30個。詳細は（https://a.b/c）です。\n\n$$\nx_1 * y_2\n$$\n\n**注意：**終わり';
    const pieces = said.match(/[\s\S]{1,3}/g) ?? [];
    bot.model.respond(streams(...pieces.flatMap((piece) => [text(piece), pause(25)]), finish(), done));
    const thread = asks(bot, 'ada', '説明して');
    const [message] = await ended(bot, { thread });
    expect(seen(message?.shown ?? '')).toBe(
      'これは「重要」です。式はa_1 * b_2とc_1で、5~10個と20~30個。詳細は（<https://a.b/c>）です。\n\nx_1 * y_2\n\n注意：終わり',
    );
    expect(calls(bot, 'chat.startStream')).toHaveLength(1);
    expect(calls(bot, 'chat.update')).toHaveLength(0);
  });

  test('is held back for no more than a few words', () => {
    const text =
      'A stray ` backtick and [a bracket, $HOME and $USER, **bold, and then many more words that go on. '.repeat(
        9,
      );
    expect(text.length - (partsOf(text, false)[0]?.length ?? 0)).toBeLessThan(210);
  });
});

describe('a link whose address stands elsewhere', () => {
  test.each([
    ['[os.path.join][1] and [README.md][1]\n\n[1]: https://docs.example/a'],
    ['[1]: https://bank.example/a\n\nSee [bank.example][1].'],
    ['[bank.example]: https://bank.example/a\n\nSee [bank.example].'],
  ])('stays a link with an honest label: %s', (markdown) => {
    expect(shown(markdown)).toBe(markdown);
  });

  test.each([
    [
      '[bank.example][1]\n\n[1]: https://bank.example/a',
      '\\[bank.example][1]\n\n\\[1]: https://bank.example/a',
    ],
    ['[at bank.example\nnow][1]\n\n[1]: https://evil.example', '\\[at bank.example\nnow][1]'],
    ['[see [x] bank.example][1]\n\n[1]: https://evil.example', '\\[see [x] bank.example][1]'],
    ['[`]` bank.example][1]\n\n[1]: https://evil.example', '\\[`]` bank.example][1]'],
    ['[![bank.example](x.png)][1]\n\n[1]: https://evil.example', '\\[!\\[bank.example](x.png)'],
    [`[${'a '.repeat(600)}bank.example][1]\n\n[1]: https://evil.example`, '\\[a a'],
    ['[1]: https://evil.example\n[1]: https://bank.example\n\n[bank.example][1]', '\\[bank.example][1]'],
    ['[bank.example](\n\n\n   https://evil.example)', '\\[bank.example]('],
  ])('is none where its label may mislead: %s', (markdown, expected) => {
    expect(shown(markdown)).toContain(expected);
  });

  test('is told in a stream once its address is whole', () => {
    const label = '\n\nSee [bank.example][1].';
    expect(shown(`[1]: https://bank.example${label}`, false)).toContain('See [bank.example][1]');
    expect(shown('a\n\n[1]: https://bank.example', false)).toBe('a');
    expect(shown(`[1]: https://bank.example.evil.example${label}`, false)).toContain(
      'See \\[bank.example][1]',
    );
  });
});
