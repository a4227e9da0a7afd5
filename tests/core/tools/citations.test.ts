/** Citations become links of sources while an answer is streamed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCitations } from '../../../src/core/turn/tools/citing/citations.ts';
import { createSources } from '../../../src/core/turn/tools/citing/sources.ts';
import { A, B, C, ONE, THREE, TWO, threeSources } from './three-sources.ts';

/** The text as it is shown, without the list, when it comes in these pieces. */
function shown(pieces: string[], sources = threeSources()): string {
  const citations = createCitations(sources);
  return pieces.map((piece) => citations.push(piece)).join('') + citations.flush();
}

describe('a citation becomes a link of its source', () => {
  it.each([
    ['a number', 'It is so [1].', `It is so ${ONE}.`],
    ['a number behind a word', 'so[1]', `so${ONE}`],
    ['numbers side by side', 'so [1][2].', `so ${ONE}${TWO}.`],
    ['a list of numbers', 'so [1, 2].', `so ${ONE}${TWO}.`],
    ['a range', 'so [1-3].', `so ${ONE}${TWO}${THREE}.`],
    ['a range with a dash', 'so [2–3]', `so ${TWO}${THREE}`],
    ['a footnote', 'so [^1].', `so ${ONE}.`],
    ['lenticular brackets', 'so【1】.', `so${ONE}.`],
    ['lenticular brackets with a dagger', 'so【2†source】【1†L1-L9】', `so${TWO}${ONE}`],
    ['brackets with a dagger', 'so [1†source]', `so ${ONE}`],
    ['a word before the number', 'so [Source 1], [sources: 2, 3]', `so ${ONE}, ${TWO}${THREE}`],
    ['double brackets', 'so [[1]].', `so ${ONE}.`],
    ['a link as in earlier answers', `so [[1]](${A}).`, `so ${ONE}.`],
    ['a number with an address of the model', 'so [[2]](https://evil.example/).', `so ${TWO}.`],
    ['a bare number with an address', `so [7](${B})`, `so ${TWO}`],
    ['a bare address', `See ${A}.`, `See ${ONE}.`],
    ['an address in angles', `See <${A}>!`, `See ${ONE}!`],
    ['an address as Slack writes it', `See <${A}|the page>!`, `See ${ONE}!`],
    ['an address in parentheses', `so (${C}).`, `so (${THREE}).`],
    ['an address in bold', `**${A}**`, `**${ONE}**`],
    ["OpenAI's tracking", `so ([a.example](${A}?utm_source=openai)).`, `so ${ONE}.`],
    [
      "ChatGPT's tracking",
      `so ([x](${B}&utm_source=chatgpt.com), [y](${A}?utm_source=openai))`,
      `so ${TWO}${ONE}`,
    ],
    ['a fragment and a final slash', `so ${A}/#:~:text=one`, `so ${ONE}`],
    ['a host as the label', `so [a.example](${A})`, `so ${ONE}`],
    ['the title as the label', `so [The first page](${A})`, `so ${ONE}`],
    ['words as the label', `Read [the manual](${A}) first.`, `Read the manual ${ONE} first.`],
    ['a picture', `![a chart](${A})`, `a chart ${ONE}`],
    ['a reference', 'Read [the manual][1] first.', `Read the manual ${ONE} first.`],
    ['the same source twice', `so [1][1], ([t](${A}))[1]`, `so ${ONE}, ${ONE}`],
    ['a table', '| a [1] | b [2] |', `| a ${ONE} | b ${TWO} |`],
    ['a list', '- one [1]\n- [2]', `- one ${ONE}\n- ${TWO}`],
    ['a price', 'It costs $5 [1] or $6 [2].', `It costs $5 ${ONE} or $6 ${TWO}.`],
    ['one backtick', 'The ` key [1]\nand `more [2]', `The \` key ${ONE}\nand \`more ${TWO}`],
    ['two dollars that begin nothing', 'I earn $$ [1]\n\nand [2]', `I earn $$ ${ONE}\n\nand ${TWO}`],
    ['an opening bracket', 'so [see [1]', `so [see ${ONE}`],
  ])('%s', (_, text, expected) => {
    expect(shown([text])).toBe(expected);
  });
});

describe('a number without a source is dropped', () => {
  it.each([
    ['at the end of a sentence', 'so [9].', 'so.'],
    ['within a sentence', 'so [9] it is', 'so it is'],
    ['of several', 'so [1][9][2]', `so ${ONE}${TWO}`],
    ['in a list', 'so [1, 9]', `so ${ONE}`],
    ['in parentheses', 'so ([9]).', 'so.'],
    ['at the beginning of an item', '- [9] so', '- so'],
    ['with an address of the model', 'so [[9]](https://evil.example/).', 'so.'],
    ['in lenticular brackets', 'so【4:0†source】.', 'so.'],
    ['whose address no browser opens', 'so [1]', 'so', 'javascript:alert(1)'],
    ['whose address is data', 'so [1]', 'so', 'data:text/html,hi'],
  ])('%s', (_, text, expected, url?: string) => {
    const sources = url === undefined ? threeSources() : createSources([{ number: 1, url, title: '' }]);
    expect(shown([text], sources)).toBe(expected);
  });
});

describe('other text stays as it is', () => {
  it.each([
    ['code', 'Use `a[1]` here'],
    ['code with backticks', 'Use `` a`[1] `` here'],
    ['a block of code', '```js\nlet x = a[1];\nhttps://a.example/one\n```\n'],
    ['a block of code with tildes', '~~~\n[1]\n```\n[2]\n~~~\n'],
    ['a block of code in a list', '- so:\n  ```\n  [1]\n  ```\n'],
    ['a block of code that goes on', '```\n[1] [2]'],
    ['a formula', 'Let $x_{[1]}$ be'],
    ['a formula in parentheses', 'Let \\(x[1]\\) be'],
    ['a displayed formula', '$$\nx[1] = [2]\n$$\n'],
    ['a displayed formula in brackets', '\\[ x[1] \\]'],
    ['the label of another link', '[chapter [1] of it](https://other.example/)'],
    ['another link', 'so [the docs](https://other.example/a_(b)) say'],
    ['another address', 'see https://other.example/[1]'.replace('[1]', '1')],
    ['an attribute', `<a href="${A}">x</a>`],
    ['a task', '- [ ] one\n- [x] two'],
    ['a year', 'so [2024]'],
    ['zero', 'a[0]'],
    ['a parenthesis', '(1) one, f([x])'],
    ['Japanese brackets', '【重要】です'],
    ['an escape', 'a \\$ b'],
    ['a script', '[x](javascript:alert(1))'],
  ])('%s', (_, text) => {
    expect(shown([text])).toBe(text);
  });

  it('all of it, in a turn without sources', () => {
    const text = 'An array: a[1], [1](https://a.example/), [2] and $x$ `[3]`';
    expect(shown([text], createSources())).toBe(text);
  });
});

describe('whatever a model writes,', () => {
  const piece = fc.constantFrom(
    ...[
      '[1]',
      '[2]',
      '[9]',
      '[',
      ']',
      '(',
      ')',
      '![',
      '](',
      '【1】',
      '【',
      '】',
      '†',
      '<',
      '>',
      '`',
      '``',
      '```',
      '~~~',
    ],
    ...[
      '$',
      '$$',
      '\\',
      '\\(',
      '\\)',
      '\\[',
      '\\]',
      '\n',
      '\n\n',
      ' ',
      '  ',
      'a',
      'é',
      '5',
      ',',
      '.',
      ':',
      '|',
      '-',
      '^',
      '_',
    ],
    ...[
      'h',
      'ht',
      'http',
      'https://',
      A,
      B,
      C,
      'https://other.example/x',
      `[t](${A})`,
      `[[1]](${A})`,
      `([t](${B}))`,
    ],
    ...['[1]: ', '[1, 2]', '[1-3]', '> ', '- ', '1. ', '<a href="', '">', '\u{1f600}'],
  );
  const texts = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));

  it('the result is the same for each way of cutting it into pieces', () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(12), { minLength: 1, maxLength: 20 }), (text, lengths) => {
        const pieces: string[] = [];
        for (let at = 0, turn = 0; at < text.length; turn++) {
          const length = (lengths[turn % lengths.length] ?? 0) + 1;
          pieces.push(text.slice(at, at + length));
          at += length;
        }
        expect(shown(pieces)).toBe(shown([text]));
      }),
      { numRuns: 3_000 },
    );
  });

  it('without sources nothing is changed, and no text is lost', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(shown([text], createSources())).toBe(text);
      }),
    );
  });

  const sentence = fc.constantFrom(
    ...[
      'So it is [1]. ',
      'See [9], ',
      `the page (${B}) and `,
      '[1][2]\n',
      '\n\n',
      '```js\na[1]\n',
      '```\n',
      '`b[2]` ',
    ],
    ...['| a [3] | b |\n', '- $5 [2]\n', '$x_{[1]}$ ', `[the manual](${A}) `, 'https://other.example/ '],
  );
  const sentences = fc.array(sentence, { maxLength: 20 }).map((all) => all.join(''));

  it('after a crash it goes on where it was', () => {
    fc.assert(
      fc.property(sentences, sentences, (before, after) => {
        const first = createCitations(threeSources());
        const answer = first.push(before) + first.flush();
        const second = createCitations(threeSources(), answer);
        expect(second.cited()).toEqual(first.cited());
        expect(second.push(after) + second.end()).toBe(first.push(after) + first.end());
      }),
      { numRuns: 1_000 },
    );
  });
});
