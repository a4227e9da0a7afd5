/** The list of sources at the end of an answer, and their numbers. */
import { describe, expect, it } from 'vitest';
import { createCitations } from '../../../src/core/turn/tools/citing/citations.ts';
import { withoutSourceList } from '../../../src/core/turn/tools/citing/source-list.ts';
import { createSources } from '../../../src/core/turn/tools/citing/sources.ts';
import { A, B, ONE, THREE, TWO, threeSources } from './three-sources.ts';

describe('the list at the end', () => {
  const ended = (text: string, sources = threeSources()) => {
    const citations = createCitations(sources);
    return citations.push(text) + citations.end();
  };

  it('has the cited sources, in the order of their numbers', () => {
    expect(ended('so [3], and [1]. [3]')).toBe(
      `so ${THREE}, and ${ONE}. ${THREE}\n\n**Sources**\n- ${ONE} The first page (a.example)\n- ${THREE} c.example`,
    );
  });

  it('is missing where nothing is cited, and within code', () => {
    expect(ended('so')).toBe('so');
    expect(ended('so [1]\n```\nlet a')).toBe(`so ${ONE}\n\`\`\`\nlet a`);
    expect(ended('so [1]\n```\nlet a\n```')).toContain('**Sources**');
  });

  it('stands apart from the text by one blank line', () => {
    for (const end of ['', '\n', '\n\n']) expect(ended(`so [1]${end}`)).toContain(`${ONE}\n\n**Sources**\n`);
  });

  it('is not read by a model', () => {
    const answer = ended('**So** [1].\n\n- [2]');
    expect(withoutSourceList(answer)).toBe(`**So** ${ONE}.\n\n- ${TWO}`);
    expect(withoutSourceList('so\n\n**Sources**\nnone')).toBe('so\n\n**Sources**\nnone');
  });

  it.each([
    ['a mention', '@everyone <!channel> <@U1>', '＠everyone ‹!channel› ‹＠U1›'],
    ['marks of Markdown', '**a** [b](c) `d` _e_ ~f~ | $g$', '∗∗a∗∗ (b)(c) ’d’ e ∼f∼ – ＄g＄'],
    ['lines', 'a\n\n# b\r\n- c', 'a # b - c'],
    ['invisible characters', 'a\u202eb\u200bc\u{e0041}', 'abc'],
    ['entities', '&lt;!channel&gt; AT&T', '＆lt;!channel＆gt; AT&T'],
    ['many characters', 'a'.repeat(200), `${'a'.repeat(79)}…`],
  ])('shows a title as text: %s', (_, title, text) => {
    const sources = createSources([{ number: 1, url: A, title }]);
    expect(ended('so [1]', sources).split('\n').at(-1)).toBe(`- ${ONE} ${text} (a.example)`);
  });

  it.each(['paypal.com', 'Log in at https://a.example/', 'www.bank.example.org', 'b.example.com/login'])(
    'shows the host alone in place of the title %s',
    (title) => {
      const sources = createSources([{ number: 1, url: A, title }]);
      expect(ended('so [1]', sources).split('\n').at(-1)).toBe(`- ${ONE} a.example`);
    },
  );
});

describe('the numbers of sources', () => {
  it('stay the same for the same page, which keeps the first title that it had', () => {
    const sources = createSources();
    expect(sources.cite({ url: `${A}?utm_source=openai`, title: '' })).toBe(1);
    expect(sources.cite({ url: B, title: 'B' })).toBe(2);
    expect(sources.cite({ url: `${A}#part`, title: 'A' })).toBe(1);
    expect(sources.cite({ url: A, title: 'Z' })).toBe(1);
    expect(sources.all()).toEqual([
      { number: 1, url: A, title: 'A' },
      { number: 2, url: B, title: 'B' },
    ]);
    expect(createSources(sources.all()).cite({ url: 'https://new.example/', title: '' })).toBe(3);
  });
});
