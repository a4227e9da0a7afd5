/** Formulas stay as they were written, on Discord and on Slack; prices are not formulas. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seen as seenOnDiscord } from '../../lab/counterparts/discord/world/markdown.ts';
import { seen as seenOnSlack } from '../../lab/counterparts/slack/blocks/markdown.ts';
import { discordDialect } from '../../src/adapters/discord/markdown/dialect.ts';
import { slackDialect } from '../../src/adapters/slack/markdown/dialect.ts';
import { createDocument } from '../../src/chat/markdown/document.ts';

const platforms = [
  { platform: 'Discord', dialect: discordDialect, seen: seenOnDiscord, isAppendOnly: false },
  { platform: 'Slack', dialect: slackDialect, seen: seenOnSlack, isAppendOnly: true },
];

const TEX = [
  'a_1 * b_2 * c_3',
  '\\frac{a_{1}}{b^2} \\\\ x',
  '\\sum_{i=1}^{n} i^2 = \\frac{n(n+1)}{2}',
  '\\{x \\mid x > 0\\}',
  'a \\| b \\|',
  'x_{*}^{~} \\& y',
  '\\text{if } x \\ge 0',
  'E = mc^2',
];

describe.each(platforms)('on $platform', ({ dialect, seen, isAppendOnly }) => {
  function shown(markdown: string, isFinal = true): string {
    const document = createDocument({ limit: 4000, dialect, isAppendOnly });
    document.append(markdown);
    return document.parts(isFinal).join('\n');
  }

  test.each(TEX)('%s is the same in each of its dresses', (tex) => {
    for (const [begin, end] of [
      ['\\(', '\\)'],
      ['$', '$'],
      ['$$', '$$'],
      ['\\[', '\\]'],
      ['\\( ', ' \\)'],
    ]) {
      const said = `So ${begin}${tex}${end}, as *said*.`;
      expect(seen(shown(said)), said).toContain(` ${tex}, as`);
      expect(shown(said)).toContain(`\`${tex}\``);
    }
    for (const [begin, end] of [
      ['$$\n', '\n$$'],
      ['\\[\n', '\n\\]'],
      ['\\[ ', '\n\\]'],
      ['$$', '\n$$'],
      ['\\begin{align*}\n', '\n\\end{align*}'],
    ]) {
      const said = `So:\n\n${begin}${tex}${end}\n\nas said.`;
      expect(seen(shown(said)), said).toContain(tex);
      expect(shown(said)).toMatch(/^So:\n\n```\n[^`]*\n```\n\nas said\.$/);
    }
  });

  test.each([
    ['in an item', `- where $a_1 * b_1$ is\n- and \\(c_1 * d_1\\)`],
    ['in a quote', `> where $a_1 * b_1$ is\n> and \\(c_1 * d_1\\)`],
    ['in a heading', `## $a_1 * b_1$ and \\(c_1 * d_1\\)`],
    ['in bold', `**where $a_1 * b_1$ is** and **\\(c_1 * d_1\\)**`],
    ['over two lines', `where $a_1 *\nb_1$ is and \\(c_1 *\nd_1\\)`],
  ])('%s', (_, markdown) => {
    expect(seen(shown(markdown))).toContain('a_1 * b_1');
    expect(seen(shown(markdown))).toContain('c_1 * d_1');
  });

  test.each([
    ['in an item', '- so\n\n  $$\n  a_1 * b_1\n  $$\n\n- next', ''],
    ['beside a bullet', '- $$\n  a_1 * b_1\n  $$\n- next', ''],
    ['in a quote', '> $$\n> a_1 * b_1 \\\\\n> $$\n\nafter', '> '],
    ['without an end', '$$\na_1 * b_1\n\nafter **bold**', ''],
    ['with a full stop', '\\[\na_1 * b_1\n\\].\n\nafter', ''],
  ])('displayed %s', (_, markdown) => {
    const text = shown(markdown);
    expect(text).toMatch(/```\n[>\s]*a_1 \* b_1/);
    expect(text.match(/```/g)).toHaveLength(2);
    expect(text).not.toMatch(/\$\$|\\\[|\\\]/);
  });

  test.each([
    'It costs $5 and $10, or $1,000 to $2_000.',
    'From $5-$10 a month, $3.50/day or 20$ a year.',
    'US$5 and A$7; 5$ or 6$',
    'Set $HOME and $PATH, or $HOME/$USER.',
    '$5 million is not $5 billion*$',
    '| $5 | $10 |',
    'It takes time and $$ to do, and then more $$ again.',
  ])('%s holds no formula', (markdown) => {
    expect(shown(markdown)).not.toContain('`');
  });

  test('beside letters without spaces is one', () => {
    expect(shown('式は$a_1$と\\(b_2\\)で、値は$5です。')).toBe('式は`a_1`と`b_2`で、値は$5です。');
    expect(shown('공식은 $a_1$이고 $b_2$를')).toBe('공식은 `a_1`이고 `b_2`를');
  });

  test('beside another and beside code is whole', () => {
    expect(seen(shown('So \\(a_1\\)\\(b_2\\)`code`$c_3$.')).replaceAll('\u200b', '')).toBe(
      'So a_1b_2codec_3.',
    );
  });

  test('is changed in no code', () => {
    const code = '```\n$a_1$ \\(b\\)\n$$\nx\n$$\n```';
    expect(shown(code)).toBe(code);
    expect(shown('`$a_1$` and `\\(x\\)`')).toBe('`$a_1$` and `\\(x\\)`');
  });

  test('goes on in the next message, and its last line is not lost with its end', () => {
    for (const [begin, end] of [
      ['$$\n', '$$'],
      ['\\[\n', '\\]'],
      ['\\begin{align}\n', '\\end{align}'],
    ]) {
      for (let count = 1; count < 30; count++) {
        const rows = Array.from({ length: count }, (_, row) => `x_${row} = y^${row}`);
        const document = createDocument({ limit: 100, dialect, isAppendOnly });
        document.append(`${begin}${rows.join('\n')} ${end}\n\nafter`);
        const text = document.parts(true).join('\n');
        for (const row of rows)
          expect(text.split(`${row}\n`).length + text.split(`${row} \\end`).length).toBe(3);
        expect((text.match(/```/g)?.length ?? 0) % 2).toBe(0);
      }
    }
  });

  test('is not seen damaged while it is written', () => {
    const said =
      'So $a_1 * b_2$ and \\(\\frac{c_1}{d_2}\\), then\n\n$$\ne_1 * f_2 \\\\\n$$\n\n\\[ g_1 * h_2 \\]\n\nend for $5.';
    for (let end = 1; end <= said.length; end++) {
      const text = shown(said.slice(0, end), false);
      const bare = text.replace(/```[\s\S]*?(?:```|$)|`[^`]*`/g, '');
      expect(bare, said.slice(0, end)).not.toMatch(/[\\_*{}]|\$(?!5)/);
    }
  });

  test('stays whole whatever stands around it', () => {
    const word = fc.constantFrom(
      'word',
      '**bold**',
      'a_b',
      '$5',
      '漢字',
      '`code`',
      '[x](https://a.b)',
      'end.',
      '<b>x</b>',
      '||',
    );
    const formula = fc.tuple(fc.constantFrom(...TEX), fc.constantFrom('$', '\\('));
    const piece = fc.oneof(
      word.map((text) => ({ text, tex: '' })),
      formula.map(([tex, mark]) => ({ text: mark === '$' ? `$${tex}$` : `\\(${tex}\\)`, tex })),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.constantFrom(60, 100, 333, 2000),
        (pieces, limit) => {
          const document = createDocument({ limit, dialect, isAppendOnly });
          document.append(pieces.map(({ text }) => text).join(' '));
          const parts = document.parts(true);
          let rest = parts.join('\n');
          for (const { tex } of pieces) {
            if (tex === '') continue;
            const at = rest.indexOf(`\`${tex}\``);
            expect(at, `${tex} in ${rest}`).toBeGreaterThanOrEqual(0);
            rest = rest.slice(at + tex.length);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

test('pipes in a formula end no cell of a table', () => {
  const table = '| f | g |\n|---|---|\n| $|a_1|$ | \\(b_1\\) |';
  const shown = (dialect: typeof discordDialect) => {
    const document = createDocument({ limit: 2000, dialect });
    document.append(table);
    return document.parts(true).join('\n');
  };
  expect(shown(discordDialect)).toBe('```\nf      g\n-----  ---\n|a_1|  b_1\n```');
  expect(shown(slackDialect)).toBe('| f | g |\n|---|---|\n| `\\|a_1\\|` | `b_1` |');
});
