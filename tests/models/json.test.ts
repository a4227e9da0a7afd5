import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../src/core/models/model.ts';
import { MOST_JSON, MOST_PICTURES, parseJson } from '../../src/core/models/wire/json.ts';
import { bestTime } from '../security/patterns.ts';

const MOST_MS = 50;

const many = (unit: string) => unit.repeat(Math.floor(MOST_JSON / unit.length) - 2);
const counted = (unit: (index: number) => string, length: number) =>
  Array.from({ length }, (_, index) => unit(index)).join(',');

describe('four million characters of JSON', () => {
  it.each<[string, string]>([
    ['lists in lists', many('[')],
    ['objects in objects', many('{"a":')],
    ['both', many('[{"":')],
    ['empty lists', `[${many('[],')}0]`],
    ['numbers', `[${many('1e308,')}0]`],
    ['one number', `[${many('1')}]`],
    ['objects that are all different', `[${counted((index) => `{"k${index}":0}`, 300_000)}]`],
    ['as many of those as are read', `[${counted((index) => `{"k${index}":0}`, 39_000)}]`],
    ['an object with many fields', `{${counted((index) => `"k${index}":0`, 300_000)}}`],
    ['as many fields as are read', `{${counted((index) => `"k${index}":0`, 79_000)}}`],
    ['prototypes', `[${many('{"__proto__":{}},')}0]`],
    ['one text', `["${many('a')}"]`],
    ['one text of escapes', `["${many('\\"')}"]`],
    ['one text of escaped characters', `["${many('\\u4e2d')}"]`],
    ['texts', `[${many('"",')}0]`],
    ['long texts', `["${Array.from({ length: 50 }, () => 'a'.repeat(80_000)).join('","')}"]`],
    [
      'as many objects as are read, and a long text',
      `["${'a'.repeat(2 ** 21)}",${counted((index) => `{"k${index}":0}`, 39_000)}]`,
    ],
    ['a text without an end', `["${many('\\')}`],
  ])('hold nobody up: %s', (_, text) => {
    const read = () => {
      try {
        return parseJson(text);
      } catch (error) {
        return error;
      }
    };
    expect(bestTime(MOST_MS, read)).toBeLessThan(MOST_MS);
  });

  it('of pictures, and four times as many, hold nobody up', () => {
    const picture = 'UklGRiQAAABXRUJQ'.repeat(2 ** 17);
    const items = Array.from({ length: 7 }, (_, index) => ({ id: `ig_${index}`, result: picture }));
    const text = JSON.stringify({ type: 'response.completed', response: { output: items } });
    expect(text.length).toBeGreaterThan(14_000_000);
    expect(bestTime(MOST_MS, () => parseJson(text, MOST_PICTURES))).toBeLessThan(MOST_MS);
    expect(() => parseJson(text)).toThrow(new ModelError({ kind: 'too-large' }));
  });

  it('are read where they are one text', () => {
    const text = 'An answer, "quoted", [with] {marks}.\n'.repeat(80_000);
    expect(parseJson(JSON.stringify({ text }))).toEqual({ text });
  });

  it('are read with texts of any length, wherever these stand', () => {
    const long = 'iVBORw0KGgo='.repeat(6_000);
    const value = {
      type: 'a "quoted\\" type',
      output: [{ result: long, error: null }, [long, `${long}\\`, `${long}"`], long.slice(0, 10)],
    };
    expect(isDeepStrictEqual(parseJson(JSON.stringify(value)), value)).toBe(true);
    expect(parseJson(`{"a": "${long}"`)).toBeUndefined();
    expect(parseJson(`"${long}"`) === long).toBe(true);
  });

  it('are too large where they are values', () => {
    const tooLarge = new ModelError({ kind: 'too-large' });
    expect(() => parseJson(many('['))).toThrow(tooLarge);
    expect(() => parseJson(`[${many('"a","b",')}"]"]`)).toThrow(tooLarge);
    expect(() => parseJson(`"${'a'.repeat(MOST_JSON)}"`)).toThrow(tooLarge);
  });
});
