/**
 * Ends Parley together with the `npm start` that started it. A shell stands between the two and passes no signal on.
 * Without this, stopping npm would leave a Parley behind that holds the store and the port.
 */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;

/** Calls back once npm is gone. Without effect if npm did not start Parley. */
export function onNpmGone(callback: () => void): void {
  if (process.env.npm_lifecycle_event !== 'start') return;
  const started = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === started) return;
    clearInterval(timer);
    callback();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** The parent of this process, and on Linux that one's parent, as a text that changes when one of them dies. */
function ancestors(): string {
  try {
    // The fields after the command's name in brackets, which may hold anything: the state, then the parent's id
    // (proc_pid_stat(5)).
    const [, parentOfParent] =
      readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return `${process.ppid} ${parentOfParent}`;
  } catch {
    return String(process.ppid);
  }
}
