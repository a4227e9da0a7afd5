import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLanes } from '../../src/core/lanes.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('lanes', () => {
  it('run the tasks of a key in order and one at a time, and keys side by side (property)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 3 }))),
        async (plan) => {
          const lanes = createLanes();
          const done: [string, number][] = [];
          const running = new Set<string>();
          plan.forEach(([key, ticks], i) => {
            void lanes.run(key, async () => {
              expect(running.has(key)).toBe(false);
              running.add(key);
              for (let n = 0; n < ticks; n++) await tick();
              running.delete(key);
              done.push([key, i]);
            });
          });
          await lanes.idle();
          const order = (of: [string, number][]) => Map.groupBy(of, ([key]) => key);
          expect(order(done)).toEqual(order(plan.map(([key], i) => [key, i])));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('go on after a task that failed', async () => {
    const lanes = createLanes();
    const failed = lanes.run('a', () => Promise.reject(new Error('no')));
    const next = lanes.run('a', async () => 'fine');
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('fine');
  });
});
