/** Answers for the tests of showing. */
import pino from 'pino';
import { type Showing, type ShowOptions, showAnswer } from '../../../src/chat/answer/showing/show-answer.ts';
import type { Document } from '../../../src/chat/markdown/document.ts';
import type { Chunk, End } from '../../../src/core/types.ts';
import { type Platform, sleep } from './fake-platform.ts';

/** Cuts every `limit` characters. */
export function plainDocument(limit: number, begin = ''): Document & { renders: number } {
  let text = begin;
  return {
    renders: 0,
    append(markdown) {
      text += markdown;
    },
    clear() {
      text = '';
    },
    parts() {
      this.renders++;
      return cut(text, limit);
    },
    sourceFrom: (index) => text.slice(index * limit),
    restFrom: (index) => text.slice(index * limit),
    roomBehind: (part) => limit - part.length,
  };
}

export function cut(text: string, limit: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; at += limit) parts.push(text.slice(at, at + limit));
  return parts;
}

/** Characters that tell where they stand. */
export function textOf(characters: number): string {
  let text = '';
  for (let word = 0; text.length < characters; word++) text += `${word} `;
  return text.slice(0, characters - 1) + (characters > 0 ? '.' : '');
}

/** Says the text in pieces of `size`, one each `everyMs`, the first at once; then ends. */
export async function* saying(
  text: string,
  { size = 4, everyMs = 12.5, end = 'stop' as End, notice = undefined as string | undefined } = {},
): AsyncGenerator<Chunk> {
  const begin = performance.now();
  for (let at = 0, count = 0; at < text.length; at += size, count++) {
    const wait = begin + count * everyMs - performance.now();
    if (wait > 0) await sleep(wait);
    yield { type: 'text', text: text.slice(at, at + size) };
  }
  yield { type: 'end', end, ...(notice !== undefined && { notice }) };
}

export const LIMIT = 100;

/** Shows chunks on a platform, with what else is asked for. */
export function show(
  platform: Platform,
  chunks: AsyncIterable<Chunk>,
  options: Partial<ShowOptions> & { answer?: string; limit?: number } = {},
): Showing & { ids: string[][]; aborts: number } {
  const { answer = 'a', limit = LIMIT, ...rest } = options;
  const ids: string[][] = [];
  const seen = { ids, aborts: 0 };
  const showing = showAnswer({
    chunks,
    surface: platform.surface(answer),
    document: plainDocument(limit),
    notice: (text) => `-# ${text}`,
    placeholder: '…',
    onMessages: (now) => void ids.push(now),
    abort: () => void seen.aborts++,
    isRestarting: () => false,
    log: pino({ level: 'silent' }),
    ...rest,
  });
  return Object.assign(seen, showing);
}
