/** Links that only Discord's own clients would read as links. */
import { describe, expect, test } from 'vitest';
import { discordDialect } from '../../../src/adapters/discord/markdown/dialect.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';

function shown(markdown: string): string {
  const document = createDocument({ limit: 2000, dialect: discordDialect });
  document.append(markdown);
  return document.parts(true).join('\n<next message>\n');
}

/** As Discord's clients read a link (simple-markdown 0.7: LINK_INSIDE, LINK_HREF_AND_TITLE). */
const CLIENTS_LINK =
  /(?<!\\)\[((?:\[[^\]]*\]|[^[\]]|\](?=[^[]*\]))*)\]\(\s*<?((?:\([^)]*\)|[^\s\\]|\\.)*?)>?(?:\s+['"]([\s\S]*?)['"])?\s*\)(.*)/;

describe('a link that only Discord’s clients would read is none, or shows its host', () => {
  test.each([
    ['[bank.com](      https://evil.example)'],
    ['[bank.com](\n\n  https://evil.example)'],
    ['[bank.com](https://evil.example "a\nb")'],
    [`[bank.com](https://evil.example "${'t'.repeat(400)}")`],
    ['[bank.com](https://evil.example/(a(b(c))))'],
    ['[bank.com\\](https://evil.example)'],
    ['[`bank.com](https://evil.example)`'],
    ['[bank.com`](https://evil.example)`'],
    ['[x [bank.com](https://evil.example)](https://bank.com)'],
    ['[ba<!-- x -->nk.c<!-- y -->om](https://evil.example)'],
    ['<a href="https://evil.example"><img alt="bank.com" src="https://x.example/a.png"></a>'],
    [`[${'a '.repeat(700)}bank.com](https://evil.example)`],
  ])('%s', (markdown) => {
    const [, , , , behind = '(evil.example)'] = CLIENTS_LINK.exec(shown(markdown)) ?? [];
    expect(behind).toContain('(evil.example)');
  });
});
