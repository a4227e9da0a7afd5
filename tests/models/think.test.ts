import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createThinkFilter } from '../../src/core/models/think.ts';

function filtered(...chunks: string[]): string {
  const filter = createThinkFilter();
  return chunks.map((chunk) => filter.push(chunk)).join('') + filter.end();
}

describe('reasoning in an answer', () => {
  it.each([
    ['is taken out before it', '<think>plotting</think>\n\nHello', 'Hello'],
    ['is taken out in its middle', 'Hello <think>plotting</think>you', 'Hello you'],
    ['is taken out each time', '<think>a</think>1<think>b</think>2', '12'],
    ['may be nothing', '<think>\n\n</think>\n\nHello', 'Hello'],
    ['may hold a tag of its own', '<think>a <think> b</think>Hello', 'Hello'],
    ['that never ends is all there was', '<think>plotting', ''],
    ['that never ends, its end begun', '<think>plotting</thi', ''],
    ['that never ends after the answer began was none', 'Write <think> first', 'Write <think> first'],
    ['that never ends after one that did', '<think>a</think>See <think> b', 'See <think> b'],
  ])('%s', (_, text, shown) => {
    expect(filtered(text)).toBe(shown);
    expect(filtered(...text)).toBe(shown);
  });

  it.each([
    ['code', 'Use `<think>` and `</think>` here', 'Use `<think>` and `</think>` here'],
    ['a fence', 'So:\n```xml\n<think>x</think>\n```\nDone', 'So:\n```xml\n<think>x</think>\n```\nDone'],
    ['other tags', '<thinking>a</thinking> <b>', '<thinking>a</thinking> <b>'],
    ['an end without a beginning', 'a </think> b', 'a </think> b'],
    ['comparisons', '1 < 2 <t 3 <think', '1 < 2 <t 3 <think'],
  ])('is not %s', (_, text, shown) => {
    expect(filtered(text)).toBe(shown);
    expect(filtered(...text)).toBe(shown);
  });

  it('is known while it goes on', () => {
    const filter = createThinkFilter();
    filter.push('<thi');
    expect(filter.thinking).toBe(false);
    filter.push('nk>');
    expect(filter.thinking).toBe(true);
    filter.push('</think>');
    expect(filter.thinking).toBe(false);
  });

  it('holds back no more than what may be a tag', () => {
    const filter = createThinkFilter();
    expect(filter.push('Hello <thin')).toBe('Hello ');
    expect(filter.push('g>')).toBe('<thing>');
    expect(filter.end()).toBe('');
  });
});

describe('however a text is cut into chunks', () => {
  const piece = fc.constantFrom(
    '<think>',
    '</think>',
    '<',
    '</',
    'think',
    '>',
    '`',
    '```',
    ' ',
    '\n',
    'word',
    'é👩‍👧',
  );
  const tagged = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
  const cuts = fc.array(fc.nat(200), { maxLength: 20 });

  it('the same is shown', () => {
    fc.assert(
      fc.property(tagged, cuts, (text, at) => {
        expect(filtered(...cut(text, at))).toBe(filtered(text));
        expect(filtered(...text.split(''))).toBe(filtered(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('a text without the tag comes through, but for white space before its first word', () => {
    const untagged = fc.oneof(fc.string(), tagged).filter((text) => !text.includes('<think>'));
    fc.assert(
      fc.property(untagged, cuts, (text, at) => {
        expect(filtered(...cut(text, at))).toBe(text.trimStart());
      }),
      { numRuns: 2_000 },
    );
  });

  it('nothing is shown that was not there, nor in another order', () => {
    fc.assert(
      fc.property(tagged, cuts, (text, at) => {
        expect(isSubsequence(filtered(...cut(text, at)), text)).toBe(true);
      }),
    );
  });
});

function cut(text: string, at: number[]): string[] {
  const places = [0, ...at.filter((place) => place < text.length).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

function isSubsequence(part: string, whole: string): boolean {
  let from = 0;
  for (const letter of part.split('')) {
    from = whole.indexOf(letter, from) + 1;
    if (from === 0) return false;
  }
  return true;
}
