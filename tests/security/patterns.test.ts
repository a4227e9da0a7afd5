/** No regular expression of Parley's takes long over any text. */
import { spawnSync } from 'node:child_process';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { emptyFolder } from '../fixtures.ts';
import { type FoundPattern, hostileTexts, patternsBuiltBy, patternsIn, timeOver } from './patterns.ts';

const root = new URL('../..', import.meta.url).pathname;
const files = globSync('src/**/*.{ts,tsx}', { cwd: root }).sort();
const MOST_MS = 50;

/** The first text that takes too long, and how long. */
function worstOf({ pattern, file }: FoundPattern): string | undefined {
  for (const text of hostileTexts(pattern)) {
    const ms = timeOver(pattern, text, MOST_MS);
    if (ms > MOST_MS)
      return `${file} ${pattern}: ${Math.round(ms)} ms over ${JSON.stringify(text.slice(0, 40))}…`;
  }
  return undefined;
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
  it.each([['/(a+)+$/'], ['/\\s+$/'], ['/^\\s*(stop)\\s*[.!]?\\s*$/'], ['/\\/+$/'], ["new RegExp('x*x*y')"]])(
    'refuses %s',
    async (pattern) => {
      const file = join(await emptyFolder(), 'unsafe.ts');
      writeFileSync(file, `export const found = (text: string) => ${pattern}.test(text);\n`);
      const lint = ['node_modules/oxlint/bin/oxlint', '-c', '.oxlintrc.json', '--deny-warnings', file];
      const { status, stdout } = spawnSync(process.execPath, lint, { cwd: root, encoding: 'utf8' });
      expect([status, stdout]).toEqual([1, expect.stringContaining('no-super-linear')]);
    },
  );
});

describe('the test itself', () => {
  it.each([[/\s+$/], [/^\s*(stop)\s*[.!]?\s*$/], [/<@UBOT(?:\|[^>]*)?>\s*$/g], [/<[^>]*>/]])(
    'finds %s',
    (pattern) => {
      for (const text of hostileTexts(pattern, 20_000)) if (timeOver(pattern, text, 5) > 5) return;
      expect.fail(`${pattern} seems quick`);
    },
  );
});
