import { expect, it } from 'vitest';
import { createSlidingWindow } from '../../src/chat/pacing/sliding-window.ts';

const THREE = { limit: 3, windowMs: 1_000 };
/** By this, every window is taken to be longer. */
const MARGIN = 100;

it('each call counts from its sending until a window after its end', () => {
  const window = createSlidingWindow(THREE);
  expect(window.free(0)).toBe(3);
  const end = window.send(0);
  expect(window.free(5_000)).toBe(2);
  end(5_000);
  expect(window.free(5_999)).toBe(2);
  expect(window.free(6_000 + MARGIN)).toBe(3);
});

it('tells when more is free', () => {
  const window = createSlidingWindow(THREE);
  expect(window.endsAt(0)).toBeUndefined();
  for (const at of [0, 400, 800]) window.send(at)(at);
  expect(window.free(900)).toBe(0);
  const next = window.endsAt(900) ?? 0;
  expect(next).toBeGreaterThanOrEqual(1_000);
  expect(next).toBeLessThanOrEqual(1_000 + MARGIN);
  expect(window.free(next)).toBe(1);
  expect(window.endsAt(next)).toBeGreaterThanOrEqual(1_400);
});

it('never lets more calls begin in any span of a window than it is given, whatever they take', () => {
  const window = createSlidingWindow(THREE);
  const counted: number[] = [];
  const ends: { at: number; end(now: number): void }[] = [];
  for (let now = 0; now < 60_000; now += 7) {
    for (const call of ends.splice(0, ends.length)) {
      if (call.at <= now) call.end(now);
      else ends.push(call);
    }
    if (window.free(now) === 0) continue;
    const takes = (now * 31) % 600;
    // When the platform counts it is not known.
    counted.push(now + ((now * 17) % (takes + 1)));
    ends.push({ at: now + takes, end: window.send(now) });
  }
  expect(counted.length).toBeGreaterThan(60);
  for (const from of counted)
    expect(counted.filter((at) => at >= from && at < from + 1_000).length).toBeLessThanOrEqual(3);
});

it('a refusal holds it up as long as the platform says, and counts for nothing after that', () => {
  const window = createSlidingWindow(THREE);
  window.block(2_000);
  expect(window.free(1_999)).toBe(0);
  expect(window.endsAt(1_000)).toBe(2_000);
  expect(window.free(2_000)).toBe(3);
});
