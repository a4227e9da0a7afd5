/** Reading a JSON file element by element. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createElementReader,
  ELEMENT_LIMITS,
  type JsonElement,
  NotJson,
} from '../../../../src/adapters/web/page/import/json-elements.ts';

function read(pieces: string[], limits = ELEMENT_LIMITS): JsonElement[] {
  const reader = createElementReader(limits);
  const found = pieces.flatMap((piece) => reader.push(piece));
  reader.end();
  return found;
}
const values = (elements: JsonElement[]) => elements.map((one) => ('value' in one ? one.value : 'too large'));
/** The text in pieces that end anywhere. */
const cutAt = (text: string, places: number[]) => {
  const ends = [...new Set(places.map((place) => place % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, index) => text.slice(from, ends[index] ?? text.length));
};
const json = fc.json({ maxDepth: 6, stringUnit: 'binary' });
const places = fc.array(fc.nat(10_000), { maxLength: 12 });

describe('a JSON file', () => {
  it('is read as JSON.parse reads it, wherever its pieces end', () => {
    fc.assert(
      fc.property(fc.array(json, { maxLength: 5 }), places, fc.boolean(), (elements, cuts, isSpaced) => {
        const text = isSpaced ? `\ufeff [ ${elements.join(' ,\n')} ] ` : `[${elements.join(',')}]`;
        expect(values(read(cutAt(text, cuts)))).toEqual(elements.map(withoutProto));
      }),
      { numRuns: 500 },
    );
  });

  it('of one object is one element', () => {
    expect(values(read(['{"a":{"b":[1,', '2]}}\n']))).toEqual([{ a: { b: [1, 2] } }]);
  });

  it('is refused where JSON.parse refuses it', () => {
    const breaks = fc
      .tuple(json, fc.nat(), fc.constantFrom(',', ']', '}', '"', ':', '\\', 'x', ' ', '[', ''))
      .map(([text, place, character]) => {
        const at = place % (text.length + 1);
        return `[${text.slice(0, at)}${character}${text.slice(at + 1)}]`;
      });
    fc.assert(
      fc.property(breaks, places, (text, cuts) => {
        let expected: unknown;
        try {
          expected = JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value));
        } catch {
          expect(() => read(cutAt(text, cuts))).toThrow(NotJson);
          return;
        }
        expect(values(read(cutAt(text, cuts)))).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '',
    ' ',
    '[',
    '[1',
    '[1,',
    '{"a"',
    '"open',
    '[1] 2',
    '[1]]',
    '{"a":1,}',
    '[01]',
    '[+1]',
    '["\\x"]',
    '["\\u12"]',
  ])('that is %j is refused', (text) => expect(() => read([text])).toThrow(NotJson));

  it('may have the numbers that Python writes and JSON does not have', () => {
    expect(values(read(['[NaN,-Infinity,{"t":NaN}]']))).toEqual([null, null, { t: null }]);
  });

  it('has its too large and too deep elements passed over, and is read on behind them', () => {
    const limits = { values: 60, entries: 20, characters: 200, depth: 5 };
    const deep = `${'['.repeat(50)}"]\\"["${']'.repeat(50)}`;
    const many = `{"a":[${'1,'.repeat(50)}{"]":"}"}]}`;
    const wide = `[${'[0,0,0],'.repeat(19)}1]`;
    const long = `{"a":"${'x\\"'.repeat(500)}"}`;
    for (const size of [1, 7, 10_000]) {
      const text = `[{"first":1},${deep},${many},${wide},${long},{"last":"\\u00e9"}]`;
      const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
        text.slice(i * size, (i + 1) * size),
      );
      expect(values(read(pieces, limits))).toEqual([
        { first: 1 },
        'too large',
        'too large',
        'too large',
        'too large',
        { last: 'é' },
      ]);
    }
  });

  it('of a million brackets keeps no more than its bounds in memory', () => {
    expect(values(read(['[', '['.repeat(1_000_000), ']'.repeat(1_000_000), ',2]']))).toEqual([
      'too large',
      2,
    ]);
  });

  it('changes no object’s nature', () => {
    const [element] = values(read(['[{"__proto__":{"isAdmin":true},"constructor":1}]']));
    expect(Reflect.get(Object(element), 'isAdmin')).toBe(undefined);
    expect(Object.keys(Object(element))).toEqual(['constructor']);
  });
});

const withoutProto = (text: string): unknown =>
  JSON.parse(text, (key, value) => (key === '__proto__' ? undefined : value));
