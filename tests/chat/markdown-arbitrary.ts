/** Answers as fast-check makes them up. */
import fc from 'fast-check';
import { anyCharacter } from '../any-character.ts';

/** Pieces that must never be cut, each once in an answer by its number. */
const pieces: ((id: number) => string)[] = [
  (id) => `[link${id}](https://example.com/${id}/a_b*c)`,
  (id) => `[two words${id}](https://example.com/${id})`,
  (id) => `https://example.com/bare${id}?q=a_b&c=d`,
  (id) => `\`code * ${id}\``,
  (id) => `\`\`co \` de${id}\`\``,
  (id) => `<@${1000 + id}>`,
  (id) => `<#${1000 + id}>`,
  (id) => `<:emoji${id}:${1000 + id}>`,
  (id) => `<t:${1000 + id}:R>`,
  () => '👨‍👩‍👧‍👦',
  () => '🇪🇺',
  () => 'e\u0301\u0323',
];

const none: string[] = [];
const marks = ['**', '*', '~~', '***'];
const word = fc.constantFrom(
  'word',
  'a',
  'tokens.',
  'Über',
  '漢字漢字',
  'long-ish',
  'x=1,',
  'end!',
  'привет',
  'No?',
);

interface Paragraph {
  text: string;
  pieces: string[];
}

const paragraph: fc.Arbitrary<Paragraph> = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: word.map((text) => ({ text, piece: '' })) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(fc.constantFrom(...pieces), fc.nat(9999))
          .map(([make, id]) => ({ text: make(id), piece: make(id) })),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom(...marks), fc.array(word, { minLength: 1, maxLength: 12 }))
          .map(([mark, words]) => ({ text: `${mark}${words.join(' ')}${mark}`, piece: '' })),
      },
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((items) => ({
    text: items.map(({ text }) => text).join(' '),
    pieces: items.flatMap(({ piece }) => (piece === '' ? [] : [piece])),
  }));

const code = fc
  .record({
    marker: fc.constantFrom('```', '````', '~~~'),
    indent: fc.constantFrom('', '   '),
    language: fc.constantFrom('', 'py', 'c++'),
    lines: fc.array(
      fc.constantFrom('', 'if (a * b) {', '  return `x`;', '# not a heading', '| a | b |', '**no**'),
      {
        maxLength: 30,
      },
    ),
  })
  .map(({ marker, indent, language, lines }) =>
    [marker + language, ...lines, marker].map((line) => indent + line).join('\n'),
  );

const cell = fc.oneof(word, fc.constantFrom('', '`a`', '**b**', 'a \\| b', '日本語'));
const table = fc
  .record({
    columns: fc.integer({ min: 1, max: 5 }),
    rows: fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 12 }),
  })
  .map(({ columns, rows }) => {
    const lines = rows.map((cells) => `| ${cells.slice(0, columns).join(' | ')} |`);
    lines.splice(1, 0, `|${' --- |'.repeat(columns)}`);
    return lines.join('\n');
  });

const block: fc.Arbitrary<Paragraph> = fc.oneof(
  { weight: 4, arbitrary: paragraph },
  { weight: 1, arbitrary: paragraph.map(({ text, pieces }) => ({ text: `- ${text}`, pieces })) },
  { weight: 1, arbitrary: paragraph.map(({ text, pieces }) => ({ text: `> ${text}`, pieces })) },
  { weight: 1, arbitrary: word.map((text) => ({ text: `## ${text}`, pieces: none })) },
  { weight: 2, arbitrary: code.map((text) => ({ text, pieces: none })) },
  { weight: 1, arbitrary: table.map((text) => ({ text, pieces: none })) },
  { weight: 1, arbitrary: fc.constant({ text: '---', pieces: none }) },
);

/** Well-formed Markdown, and the pieces that it has, in order. */
export const answer = fc
  .array(fc.tuple(block, fc.constantFrom('\n\n', '\n\n', '\n\n\n')), { minLength: 1, maxLength: 12 })
  .map((blocks) => ({
    text: blocks.map(([{ text }, between]) => text + between).join(''),
    pieces: blocks.flatMap(([{ pieces }]) => pieces),
  }));

const shards =
  '` `` ``` ```` ```py ~~~ ~~ * ** *** _ __ | || [ ] ( ) ]( ![ < > <@1> <br> # ## - 1. + = --- |---| | a | $ $$ \\ \\( \\) \\[ \\] https://x.y/z a b . ! 。 漢 😀 👨‍👩‍👧 \u0301 \u200d \u200b \ud83d \ude00 : @everyone'
    .split(' ')
    .concat([
      ' ',
      '  ',
      '\n',
      '\n\n',
      '\t',
      '\r\n',
      '\n> ',
      '\n- ',
      '\n```\n',
      '\n| a | b |\n|---|---|\n',
      '\n> | a | b |\n> |---|---|\n',
      '\n> | c | d |',
      '\n[1]: https://x.y/\n',
      '\n[^1]: ',
      '[^1]',
      '[a b][1]',
      '&lt;',
      '&#124;',
      '&nbsp;',
      '<b>',
      '</b>',
      '<sub>2</sub>',
      '<li>',
      '\n<details>\n<summary>',
      '</summary>',
      '<code>',
      '</code>',
      '<!--',
      '-->',
      '<a href="https://x.y/">',
      '</a>',
      '$x_1$',
      '\n\\begin{align}\n',
      '\\end{align}',
      '」**',
      '**「',
      '-# ',
      '\n-# ',
      '-#\u00a0',
      '&#45;# ',
      '-&#35; ',
      '>>> ',
      '<br>-# ',
      '[bank.example](https://evil.example/)',
      '[https://bank.example][1]',
      '[bank.example]',
      'https://bank.example@evil.example/',
      '\u202e',
      '\u2066',
      '\u2069',
    ]);

/** Anything: odd Unicode, and marks in any order. */
export const anything = fc.oneof(
  fc.string({ unit: anyCharacter, maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 600 }),
  fc.array(fc.constantFrom(...shards), { maxLength: 400 }).map((all) => all.join('')),
  fc
    .tuple(
      fc.array(fc.constantFrom(...shards), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 300 }),
    )
    .map(([all, times]) => all.join('').repeat(times).slice(0, 3000)),
);

export const limits = fc.constantFrom(60, 61, 100, 333, 2000);
