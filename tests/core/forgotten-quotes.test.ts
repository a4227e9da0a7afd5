/** Quotes of forgotten messages are found, by ids and in rows of earlier versions, and nothing else is. */

import { describe, expect, it } from 'vitest';
import { createForgottenQuotes, FORGOTTEN_QUOTE } from '../../src/core/forgetting/forgotten-quotes.ts';
import { quoteOfLines } from '../../src/core/text/quoted-lines.ts';
import type { Quote } from '../../src/core/types.ts';
import { cpuTime } from '../cpu-time.ts';
import { messageOf, turnOf } from '../fixtures.ts';

const LONG = 'The walrus moves in at noon, with all that it owns, and stays for as long as it likes.';

function forgotten(text: string, answer = '') {
  const gone = createForgottenQuotes('ada');
  gone.add({ ...turnOf('1', { answer, end: 'stop' }), message: messageOf('1', text) });
  return (quote: Quote) => gone.in({ attachments: [], quotes: [quote] })?.left.quotes;
}

describe('a quote without an id, of an earlier version', () => {
  it.each([
    ['whole', LONG],
    ['within a longer one', `"Ada": ${LONG}\n"Ben": Fine.`],
    ['with its further lines marked', `"Ada": ${LONG.replace(', and', ',\n| and')}`],
  ])('is known by its text: %s', (_, text) => {
    const found = forgotten(LONG.replace(', and', text.includes('\n|') ? ',\nand' : ', and'));
    expect(found({ from: 'Ada', text })).toEqual([FORGOTTEN_QUOTE]);
  });

  it('is known where a long text was cut, and of many that begin alike', () => {
    expect(forgotten(LONG.repeat(9))({ from: 'Ada', text: `${LONG.repeat(3)} [it goes on …]` })).toEqual([
      FORGOTTEN_QUOTE,
    ]);
    const gone = createForgottenQuotes('ada');
    for (let i = 0; i < 40; i++)
      gone.add({ ...turnOf(`${i}`), message: messageOf(`${i}`, `${LONG.slice(0, 30)} for the time ${i}`) });
    const quotes = [{ from: 'Ada', text: `${LONG.slice(0, 30)} for the time 39` }];
    expect(gone.in({ attachments: [], quotes })?.quotes).toBe(1);
  });

  it('stays where it is another text, a short one within a longer, or a namesake’s', () => {
    expect(forgotten('yes')({ from: 'Ada', text: 'yes, and the heron' })).toBeUndefined();
    expect(forgotten(LONG)({ from: 'Ada', text: `${LONG.slice(0, 60)} but it does not.` })).toBeUndefined();
    expect(forgotten('yes')({ from: 'Ada', by: 'another', text: 'yes' })).toBeUndefined();
  });
});

describe('a quote with ids', () => {
  it('goes by them, also of an answer, and of lines those of the person alone', () => {
    const found = forgotten('yes');
    expect(found({ from: 'Ada', by: 'ada', text: 'never said to Parley' })).toEqual([FORGOTTEN_QUOTE]);
    expect(found({ from: '', by: '1', text: 'its answer, as the platform shows it' })).toEqual([
      FORGOTTEN_QUOTE,
    ]);
    const lines = [
      { text: '[… left out]' },
      { by: 'ben', text: '"Ben": a heron,\n| on two lines' },
      { by: 'ada', text: '"Ada": a walrus' },
      { by: 'ben', text: '"Ben": another' },
    ];
    expect(found(quoteOfLines('this thread', lines))).toEqual([
      quoteOfLines(
        'this thread',
        lines.filter(({ by }) => by !== 'ada'),
      ),
    ]);
    expect(found(quoteOfLines('this thread', lines.slice(2, 3)))).toEqual([FORGOTTEN_QUOTE]);
  });
});

it('hostile texts take no time', () => {
  const gone = createForgottenQuotes('ada');
  for (let i = 0; i < 2_000; i++)
    gone.add({ ...turnOf(`${i}`), message: messageOf(`${i}`, `${'a'.repeat(30 + (i % 150))}${i}`) });
  const ms = cpuTime(() => {
    for (const text of ['a'.repeat(100_000), 'ab'.repeat(50_000), `${'a'.repeat(23)}b`.repeat(4_000)])
      gone.in({ attachments: [], quotes: [{ from: 'Eve', text }] });
  });
  expect(ms).toBeLessThan(150);
});
