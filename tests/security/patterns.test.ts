/** No regular expression of Parley's takes long over any text. */
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyFolder } from '../fixtures.ts';
import { type FoundPattern, HOSTILE, patternsBuiltBy, patternsIn, slowText } from './patterns.ts';

const root = new URL('../..', import.meta.url).pathname;
const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).sort();
const MOST_MS = 50;

/** The first text that takes too long, and how long. */
function worstOf({ pattern, file }: FoundPattern): string | undefined {
  const slow = slowText(pattern, { length: HOSTILE, most: MOST_MS });
  if (slow === undefined) return undefined;
  return `${file} ${pattern}: ${Math.round(slow.ms)} ms over ${JSON.stringify(slow.text.slice(0, 40))}…`;
}

describe('every pattern', () => {
  const found = files.map((file) => ({ file, ...patternsIn(`${root}${file}`) }));

  it('is found', () => {
    expect(found.flatMap(({ patterns }) => patterns).length).toBeGreaterThan(250);
  });

  it.each(found.filter(({ patterns }) => patterns.length > 0))(
    'of $file is quick over 100,000 hostile characters',
    ({ patterns }) => {
      expect(patterns.flatMap((one) => worstOf(one) ?? [])).toEqual([]);
    },
  );

  describe('that is put together by the program', () => {
    const builders = found.filter(({ built }) => built > 0);
    let built: FoundPattern[] = [];
    beforeAll(async () => {
      vi.resetModules();
      built = await patternsBuiltBy(async () => {
        for (const { file } of builders) await import(`${root}${file}`);
        // Its patterns come from a package, which tells them only when a price is looked up.
        const { loadPriceTable } = await import(`${root}src/core/money/prices/price-table.ts`);
        (await loadPriceTable())('https://api.openai.com/v1', 'gpt-6-luna', Date.now());
      });
    });

    it('is built when its file is loaded, so that it can be tried', () => {
      const seen = new Set(built.map(({ file }) => file.slice(1)));
      expect(builders.map(({ file }) => file).filter((file) => !seen.has(file))).toEqual([]);
    });

    it('is quick over 100,000 hostile characters', () => {
      expect(built.length).toBeGreaterThanOrEqual(builders.length);
      expect(built.flatMap((one) => worstOf(one) ?? [])).toEqual([]);
    });
  });
});

describe('lint', () => {
  const UNSAFE = ['/(a+)+$/', '/\\s+$/', '/^\\s*(stop)\\s*[.!]?\\s*$/', '/\\/+$/', "new RegExp('x*x*y')"];

  it(`refuses each of ${UNSAFE.join(', ')}`, async () => {
    const folder = await emptyFolder();
    for (const [index, pattern] of UNSAFE.entries()) {
      const code = `export const found = (text: string) => ${pattern}.test(text);\n`;
      writeFileSync(join(folder, `unsafe-${index}.ts`), code);
    }
    const oxlint = `${root}node_modules/oxlint/bin/oxlint`;
    const options = ['-c', '.oxlintrc.json', '--deny-warnings', '--format=unix', folder];
    const lint = spawnSync(process.execPath, [oxlint, ...options], { cwd: root, encoding: 'utf8' });
    expect(lint.status).toBe(1);
    const refused = lint.stdout.split('\n').filter((line) => line.includes('no-super-linear'));
    const numbers = refused.map((line) => Number(/unsafe-(\d)\.ts/.exec(line)?.[1]));
    expect(new Set(numbers)).toEqual(new Set(UNSAFE.keys()));
  });
});

describe('the test itself', () => {
  it.each([[/\s+$/], [/^\s*(stop)\s*[.!]?\s*$/], [/<@UBOT(?:\|[^>]*)?>\s*$/g], [/<[^>]*>/]])(
    'finds %s',
    (pattern) => {
      expect(slowText(pattern, { length: 8_000, most: 1 })).toBeDefined();
    },
  );
});
