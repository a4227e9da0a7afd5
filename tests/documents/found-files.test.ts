/** Files that others made, of every kind: their words come in reading order, or a reason why there are none. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { longTextInUtf8 } from '../../src/core/text/charset.ts';
import type { ReadDocument } from '../../src/core/turn/asking/documents.ts';
import { readKind, TEXT_TYPE } from '../../src/core/turn/attachment-kind.ts';
import { readDocument } from '../../src/documents/extract.ts';
import { createDocuments } from '../../src/documents/reader.ts';
import { longestTurn } from '../cpu-time.ts';
import { FOUND, HOSTILE } from './found-files.ts';

const folder = new URL('found/', import.meta.url);
const fileOf = (path: string) => readFileSync(new URL(path, folder));
const never = new AbortController().signal;

/** Words that are missing, or that stand before the ones that come first. */
function missingIn(read: ReadDocument, wanted: string[] | string): string {
  if ('unread' in read || typeof wanted === 'string')
    return 'unread' in read && read.unread === wanted ? '' : JSON.stringify(read).slice(0, 200);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(read.text);
  let at = 0;
  for (const words of wanted) {
    at = text.indexOf(words, at);
    if (at < 0) return `${words} is not in its place in:\n${text.slice(0, 400)} … ${text.slice(-400)}`;
    at += words.length;
  }
  return '';
}

describe('a file that others made', () => {
  it('is known, each of them', () => {
    const paths = globSync('*/*', { cwd: folder.pathname }).sort();
    expect(paths).toEqual([...Object.keys(FOUND), ...Object.keys(HOSTILE)].sort());
    expect(Object.keys(FOUND).length).toBeGreaterThanOrEqual(60);
  });

  it.each(Object.entries(FOUND))('%s', async (path, wanted) => {
    const bytes = fileOf(path);
    const type = readKind(bytes);
    if (type !== TEXT_TYPE) {
      expect(missingIn(await readDocument(new Uint8Array(bytes), type ?? ''), wanted)).toBe('');
      return;
    }
    const text = (await longTextInUtf8(bytes)) ?? Buffer.alloc(0);
    expect(missingIn({ text, characters: text.length }, wanted)).toBe('');
  });
});

describe('a hostile file that others made', () => {
  // Memory of the reading process is bounded to less than Parley bounds it.
  const documents = createDocuments({ atOnce: 2, deadlineMs: 20_000, heapMb: 128, mostBytes: 300 * 2 ** 20 });

  it('gives its text or a reason, and holds nobody up', async () => {
    const wrong: string[] = [];
    const longest = await longestTurn(async () => {
      await Promise.all(
        Object.entries(HOSTILE).map(async ([path, wanted]) => {
          const bytes = fileOf(path);
          const missing = missingIn(await documents.read(bytes, readKind(bytes) ?? '', never), wanted);
          if (missing !== '') wrong.push(`${path}: ${missing}`);
        }),
      );
    });
    expect(wrong).toEqual([]);
    expect(longest).toBeLessThan(50);
  });
});
