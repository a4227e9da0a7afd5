/** A title is one short line of plain text, whatever a model wrote. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanTitle, TITLE_LENGTH } from '../../../src/core/short/clean-title.ts';

describe('a title of a model', () => {
  it.each([
    ['Trains to Rome', 'Trains to Rome'],
    ['"Trains to Rome."', 'Trains to Rome'],
    ['**Title: „Züge nach Rom“**', 'Züge nach Rom'],
    ['# Trains to Rome\n\nIt is a good title.', 'Trains to Rome'],
    ['\n\n```text\nTrains to Rome\n```', 'Trains to Rome'],
    ['A [link](https://evil.example) and ![one](x)', 'A link and one'],
    ['<b>Bold</b> <script>alert(1)</script>', 'Bold alert(1)'],
    ['The field `max_output`', 'The field max_output'],
    ['「ローマへの電車」。', 'ローマへの電車'],
    ['قطارات إلى روما', 'قطارات إلى روما'],
    ['C++', 'C++'],
    ['user\u202egnp.exe', 'usergnp.exe'],
  ])('%j is %j', (written, title) => expect(cleanTitle(written)).toBe(title));

  it.each(['', ' \n ', '***', '```json', '"".', '\u200b\u202e'])('is none for %j', (written) =>
    expect(cleanTitle(written)).toBeUndefined(),
  );

  it('is short, on one line, and without characters that mislead, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (written) => {
        const title = cleanTitle(written);
        if (title === undefined) return;
        expect(title.length).toBeLessThanOrEqual(TITLE_LENGTH);
        expect(title.isWellFormed()).toBe(true);
        expect(title).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069`]/u);
      }),
      { numRuns: 500 },
    );
  });
});
