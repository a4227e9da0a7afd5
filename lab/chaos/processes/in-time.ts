import { setTimeout as sleep } from 'node:timers/promises';

/** Does each thing of a plan at its time. @param startedAt by `performance.now()` */
export async function inTime<Thing extends { at: number }>(
  things: Thing[],
  startedAt: number,
  perform: (thing: Thing) => void,
): Promise<void> {
  for (const thing of things) {
    await sleep(Math.max(0, startedAt + thing.at - performance.now()));
    perform(thing);
  }
}
