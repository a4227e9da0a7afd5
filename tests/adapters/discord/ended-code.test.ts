/** Code that ends where it should, as Discord reads it, whatever a model writes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discordDialect } from '../../../src/adapters/discord/markdown/dialect.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';
import { answer, anything, limits } from '../../chat/markdown-arbitrary.ts';

function partsOf(markdown: string, limit = 2000): string[] {
  const document = createDocument({ limit, dialect: discordDialect });
  document.append(markdown);
  return [...document.parts(false), ...document.parts(true)];
}

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
        for (const part of partsOf(text, limit)) expect(unended(part), part).toBe('');
      },
    ),
    { numRuns: 1000 },
  );
});

test.each([
  ['```py````\u200b``` and ```py````\u200b```'],
  ['`a`\u200b` and ```x```'],
  ['``a`\u2060`b`` and ```x```'],
  ['`` \u200b```a`` and `\u200b``b`'],
])('unseen characters that keep backticks of code apart end no code block: %j', (markdown) => {
  expect(partsOf(markdown).map(unended).join('')).toBe('');
});
