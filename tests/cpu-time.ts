/** Time that this thread computes, ms. Other programs on the machine, which a clock would count, do not matter. */
import { setTimeout as sleep } from 'node:timers/promises';

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

export function cpuTime(task: () => void): number {
  const before = process.threadCpuUsage();
  task();
  return since(before);
}

/** The most that this thread computes during some work without letting a timer run. */
export async function longestTurn(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let isDone = false;
  const watch = async () => {
    while (!isDone) {
      const before = process.threadCpuUsage();
      await sleep(2);
      longest = Math.max(longest, since(before));
    }
  };
  const watching = watch();
  await work();
  isDone = true;
  await watching;
  return longest;
}
