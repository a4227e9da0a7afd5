/** How busy the machine is. On a busy machine, latencies say more about the machine than about Parley. */
import { cpus } from 'node:os';

/** Returns a function that gives the share of all cores' time used since this call, 0 to 1. */
export function busySince(): () => number {
  const from = times();
  return () => {
    const to = times();
    return 1 - (to.idle - from.idle) / (to.all - from.all);
  };
}

function times(): { idle: number; all: number } {
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const cores = cpus().map((core) => core.times);
  return { idle: sum(cores.map(({ idle }) => idle)), all: sum(cores.flatMap((one) => Object.values(one))) };
}
