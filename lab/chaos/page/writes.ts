/** Tells when requests change something, so that a kill can come in the middle of one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Dice } from '../plan/dice.ts';

/** Longest time from a request to the kill, ms. Most requests take some milliseconds. */
const INTO_MS = 30;

export function createWrites(random: Dice) {
  const waiting: ((port: number) => void)[] = [];
  let isOver = false;
  const note = (port: number) => {
    for (const resolve of waiting.splice(0)) resolve(port);
  };
  return {
    note,
    async next(): Promise<number> {
      if (isOver) return -1;
      const port = await new Promise<number>((resolve) => waiting.push(resolve));
      await sleep(random.between(0, INTO_MS));
      return port;
    },
    /** Nobody writes any more. */
    end() {
      isOver = true;
      note(-1);
    },
  };
}
