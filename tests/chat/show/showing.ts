/** Hands chunks over as a test says them, lets virtual time pass, and reads what a fake platform was told. */
import { vi } from 'vitest';
import type { Chunk, ShownStep } from '../../../src/core/types.ts';
import type { Call, Platform } from './fake-platform.ts';

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
export const FINAL = ['regenerate', 'delete'];
/** The buttons of an answer of several messages. */
export const FINAL_OF_LONG = ['regenerate', 'short', 'delete'];
/** Buttons of an answer that was cut before its end. */
export const CUT = ['regenerate', 'continue', 'delete'];

/** Lets time pass until it is over. */
export async function over<T>(promise: Promise<T>, limitMs = 20 * 60_000): Promise<T> {
  let isOver = false;
  void promise.finally(() => {
    isOver = true;
  });
  for (let ms = 0; ms < limitMs && !isOver; ms += 250) await pass(250);
  if (!isOver) throw new Error('not over');
  return promise;
}

export const textsOf = (platform: Platform, answer = 'a') => platform.of(answer).map(({ part }) => part.text);
export const buttonsOf = (platform: Platform, answer = 'a') =>
  platform.of(answer).map(({ part }) => part.buttons);
export const edits = (platform: Platform) => platform.calls.filter(({ kind }) => kind === 'edit');
export const posts = (platform: Platform) => platform.calls.filter(({ kind }) => kind === 'post');

/** Fails the calls of this kind by these results, one after another, then none. */
export function failing(kind: Call['kind'], ...results: (Call['result'] | undefined)[]) {
  return (call: Call) => {
    const result = call.kind === kind ? results.shift() : undefined;
    return result === 'ok' ? undefined : result;
  };
}

/** Chunks as a test hands them over. */
export function script() {
  const waiting: (Chunk | undefined)[] = [];
  let isRead = false;
  let wake = () => {};
  async function* chunks(): AsyncGenerator<Chunk> {
    for (;;) {
      while (waiting.length > 0) {
        const chunk = waiting.shift();
        if (!chunk) {
          isRead = true;
          return;
        }
        yield chunk;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  const give = (...more: (Chunk | undefined)[]) => {
    waiting.push(...more);
    wake();
    return pass(0);
  };
  return {
    chunks: chunks(),
    say: (text: string) => give({ type: 'text', text }),
    step: (id: string, state: ShownStep['state'], says = `Doing ${id}`) =>
      give({ type: 'step', step: { id, tool: 'do', state, says } }),
    progress: (text: string) => give({ type: 'progress', text }),
    sayInstead: (text: string) => give({ type: 'retract' }, { type: 'text', text }),
    end: (end: Extract<Chunk, { type: 'end' }>['end'] = 'stop', notice?: string) =>
      give({ type: 'end', end, ...(notice !== undefined && { notice }) }, undefined),
    /** Chunks that wait to be read. */
    unread: () => waiting.length,
    isRead: () => isRead,
  };
}
