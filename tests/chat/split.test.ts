import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discordDialect } from '../../src/adapters/discord/markdown/dialect.ts';
import { slackDialect } from '../../src/adapters/slack/markdown/dialect.ts';
import { type Dialect, plainDialect } from '../../src/chat/markdown/dialect.ts';
import { createDocument } from '../../src/chat/markdown/document.ts';
import { answer, anything, limits } from './markdown-arbitrary.ts';

const dialects = fc.constantFrom<[string, Dialect]>(
  ['plain', plainDialect],
  ['Discord', discordDialect],
  ['Slack', slackDialect],
);
const texts = fc.oneof(
  answer.map(({ text }) => text),
  anything,
);

/** A document never shows half a character. */
const wellFormed = texts.map((text) => text.toWellFormed());

function split(text: string, limit: number, dialect: Dialect = plainDialect): string[] {
  const document = createDocument({ limit, dialect });
  document.append(text);
  return document.parts(true);
}

describe('whatever the answer is', () => {
  test('no part is too long or blank, finished or not', () => {
    fc.assert(
      fc.property(texts, limits, dialects, (text, limit, [, dialect]) => {
        const document = createDocument({ limit, dialect });
        document.append(text);
        const parts = [...document.parts(false), ...document.parts(true)];
        expect(parts.filter((part) => dialect.units.of(part) > limit || part.trim() === '')).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('parts do not depend on how the text came, and all but the last stay as they were', () => {
    fc.assert(
      fc.property(
        texts,
        limits,
        dialects,
        fc.integer({ min: 1, max: 97 }),
        (text, limit, [, dialect], step) => {
          const whole = split(text, limit, dialect);
          const document = createDocument({ limit, dialect });
          for (let at = 0; at < text.length; at += step) {
            document.append(text.slice(at, at + step));
            const parts = document.parts(false);
            const changed = parts.slice(0, -1).filter((part, index) => part !== whole[index]);
            const tooLong = parts.filter((part) => dialect.units.of(part) > limit);
            if (changed.length + tooLong.length > 0) expect.fail(JSON.stringify({ changed, tooLong }));
          }
          expect(document.parts(true)).toEqual(whole);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('the sources of the parts are the text', () => {
    fc.assert(
      fc.property(wellFormed, limits, dialects, (text, limit, [, dialect]) => {
        const document = createDocument({ limit, dialect });
        document.append(text);
        const { length } = document.parts(true);
        expect(document.sourceFrom(0)).toBe(text);
        for (let index = 0; index < length; index++) {
          const source = document.sourceFrom(index);
          expect(source.endsWith(document.sourceFrom(index + 1))).toBe(true);
          expect(source.length).toBeGreaterThan(document.sourceFrom(index + 1).length);
        }
      }),
    );
  });

  test('nothing is lost and nothing is there twice', () => {
    fc.assert(
      fc.property(texts, limits, (text, limit) => {
        const document = createDocument({ limit, dialect: plainDialect });
        document.append(text);
        const parts = document.parts(true);
        for (const [index, part] of parts.entries()) {
          const all = document.sourceFrom(index);
          const own = all.slice(0, all.length - document.sourceFrom(index + 1).length);
          // A part's ends do not show white space, or the end of a fence that is closed already.
          const begin = own.replace(
            /^(?:[ \t>]*(?:[`~]+|\$\$|\\\]|\\end\{align\})?[ \t\r]*\n|[\s\p{Cc}\p{Cf}])+/u,
            '',
          );
          const bare = begin.replace(/(?:\n[ \t>]*(?:[`~]+|\$\$|\\\]|\\end\{align\})?[ \t\r]*)+$/, '').trim();
          expect(part).toContain(bare);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** White space, marks and fences with their languages left out: what repair could have added. */
function words(text: string): string {
  return text.replace(/^[ \t]*[`~]{3,}(?:py|c\+\+)?$/gm, '').replace(/[\s*~]/g, '');
}

/** Its fences as CommonMark 4.5 reads them: is one open at the end, how many are empty, what is in none. */
function fences(part: string): { open: boolean; empty: number; prose: string } {
  let prose = '';
  let open = '';
  let hasCode = false;
  let empty = 0;
  for (const line of part.split('\n')) {
    const [, run = '', info = ''] = /^\s*(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
    if (open !== '' && run.startsWith(open) && info.trim() === '') {
      if (!hasCode) empty++;
      open = '';
    } else if (open !== '') hasCode ||= line.trim() !== '';
    else if (run !== '') [open, hasCode] = [run, false];
    else prose += `${line}\n`;
  }
  return { open: open !== '', empty, prose };
}

describe('a well-formed answer', () => {
  test('has every word once and in order', () => {
    fc.assert(
      fc.property(answer, limits, ({ text }, limit) => {
        expect(words(split(text, limit).join('\n'))).toBe(words(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('has no fence open at the end of a part, and none that is empty by repair', () => {
    fc.assert(
      fc.property(answer, limits, ({ text }, limit) => {
        const parts = split(text, limit).map(fences);
        expect(parts.filter(({ open }) => open)).toEqual([]);
        expect(parts.reduce((sum, { empty }) => sum + empty, 0)).toBeLessThanOrEqual(fences(text).empty);
      }),
      { numRuns: 1000 },
    );
  });

  test('has its links, addresses, code, mentions and characters whole', () => {
    fc.assert(
      fc.property(answer, limits, ({ text, pieces }, limit) => {
        const parts = split(text, limit);
        let [index, from] = [0, 0];
        for (const piece of pieces) {
          let at = parts[index]?.indexOf(piece, from) ?? -1;
          while (at < 0 && index < parts.length) {
            index++;
            at = parts[index]?.indexOf(piece) ?? -1;
          }
          expect(at, piece).toBeGreaterThanOrEqual(0);
          from = at + piece.length;
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('has no mark open at the end of a part', () => {
    fc.assert(
      fc.property(answer, limits, ({ text }, limit) => {
        for (const part of split(text, limit)) {
          const prose = fences(part).prose.replace(/`[^`\n]*`|https?:\S*/g, '');
          for (const mark of ['**', '~~']) expect((prose.split(mark).length - 1) % 2, part).toBe(0);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
