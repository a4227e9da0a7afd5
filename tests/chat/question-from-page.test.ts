/** A question from the page stands on a platform as the person wrote it, and nothing in it is a mark. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { discordDialect } from '../../src/adapters/discord/markdown/dialect.ts';
import { slackDialect } from '../../src/adapters/slack/markdown/dialect.ts';
import { questionFromPage } from '../../src/chat/answer/showing/question-from-page.ts';
import { createDocument } from '../../src/chat/markdown/document.ts';

const dialects = [
  ['Discord', discordDialect],
  ['Slack', slackDialect],
] as const;

/** Words, and all that could be a mark: of Markdown, of a platform, of HTML, of a formula. */
const piece = fc.constantFrom(
  ...['word', 'ab', '7', ' ', ' ', '\n', '\n\n', '*', '**', '_', '__', '~~', '`', '```', '```js\n', '||'],
  ...['[', ']', '(', ')', '](', '[^1]', '[x]: ', '![', '<', '>', '</b>', '<br>', '<details>', '<!--', '-->'],
  ...['<@1>', '<!channel>', '@everyone', '&', '&lt;', '&#42;', '#', '# ', '-# ', '- ', '1. ', '> ', '---'],
  ...[
    '$',
    '$$',
    '\\(',
    '\\)',
    '\\[',
    '\\]',
    '\\',
    '|',
    ' | ',
    '|---|',
    ':',
    '!',
    '=',
    '+ ',
    '^',
    'ß',
    '字',
    '👩‍👩‍👧',
  ],
);
const question = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

function shownOn(dialect: (typeof dialects)[number][1], markdown: string): string {
  const document = createDocument({ limit: 12_000, dialect, isAppendOnly: false });
  document.append(markdown);
  return document.parts(true).join('');
}

/** The text as people read it: Slack's mentions are broken by an invisible character. */
const read = (text: string) =>
  text
    .replace(/\\([!-/:-@[-`{-~])/g, '$1')
    .replace(/[\s\u200b]+/g, '')
    .replace(/^&gt;/, '>');

it.each(dialects)('whatever it holds, it is read on %s as it was written', (_, dialect) => {
  fc.assert(
    fc.property(question, (text) => {
      const [head, ...lines] = shownOn(dialect, `${questionFromPage(text)}The answer.`).split('\n');
      expect(head).toBe('**You wrote on the page:**');
      expect(lines.at(-1)).toBe('The answer.');
      const quoted = lines.slice(0, -2);
      for (const line of quoted) expect(line).toMatch(/^>/);
      expect(quoted.map((line) => read(line.slice(1))).join('')).toBe(text.replace(/\s+/g, ''));
    }),
    { numRuns: 1_000 },
  );
});

it('a long one is cut where a character ends, and says so', () => {
  const quote = questionFromPage('👩‍👩‍👧 '.repeat(1_000));
  expect(quote.length).toBeLessThan(1_200);
  expect(quote.trimEnd()).toMatch(/👩‍👩‍👧 …$/u);
  expect(questionFromPage('line\n'.repeat(1_000)).split('\n').length).toBeLessThan(30);
  expect(questionFromPage('line').includes('…')).toBe(false);
});
