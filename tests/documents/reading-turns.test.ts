/** Many documents at once start few processes, and nobody waits for all of somebody else's. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { createReadingTurns } from '../../src/documents/reading-turns.ts';

const never = new AbortController().signal;
const LIMITS = { atOnce: 2, mostWaiting: 100, longestWaitMs: 60_000 };
const soon = () => sleep(0);

/** Takes a turn for each of these persons, in this order, and notes who got one. */
function queue(persons: string[], limits: Partial<typeof LIMITS> = {}, signal = never) {
  const turns = createReadingTurns({ ...LIMITS, ...limits });
  const began: string[] = [];
  const refused: string[] = [];
  for (const person of persons)
    void turns.take(person, signal).then((isTurn) => (isTurn ? began : refused).push(person));
  return { turns, began, refused };
}

describe('turns at reading', () => {
  it('are given to two at a time, however many come', async () => {
    const persons = Array.from({ length: 50 }, (_, index) => `p${index}`);
    const { turns, began } = queue(persons);
    for (let read = 0; read < 50; read++) {
      await soon();
      expect(began).toHaveLength(Math.min(read + 2, 50));
      turns.leave();
    }
    expect(began).toEqual(persons);
    // All have left, so the next one begins at once.
    expect(await turns.take('late', never)).toBe(true);
  });

  it('go from person to person', async () => {
    const { turns, began } = queue(['a', 'a', 'a', 'a', 'a', 'b', 'c', 'b']);
    for (let read = 0; read < 8; read++) {
      await soon();
      turns.leave();
    }
    expect(began.join('')).toBe('aaabcaba');
  });

  it('are refused when too many wait, without harm to those', async () => {
    const { turns, began, refused } = queue(['a', 'a', 'a', 'b', 'c'], { mostWaiting: 2 });
    await soon();
    expect(refused).toEqual(['c']);
    turns.leave();
    turns.leave();
    await soon();
    expect(began).toEqual(['a', 'a', 'a', 'b']);
  });

  it('are not waited for once nobody wants them, nor for ever', async () => {
    vi.useFakeTimers();
    try {
      const stop = new AbortController();
      const turns = createReadingTurns({ ...LIMITS, atOnce: 1 });
      expect(await turns.take('a', never)).toBe(true);
      const stopped = turns.take('b', stop.signal);
      const late = turns.take('c', never);
      stop.abort();
      expect(await stopped).toBe(false);
      expect(await turns.take('d', stop.signal)).toBe(false);
      vi.advanceTimersByTime(LIMITS.longestWaitMs);
      expect(await late).toBe(false);
      turns.leave();
      expect(await turns.take('e', never)).toBe(true);
    } finally {
      vi.useRealTimers();
    }
  });
});
