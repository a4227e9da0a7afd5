/**
 * Ends Parley together with the `npm start` that it was started by. A shell stands between the two, which
 * passes no signal on: without this, a Parley whose npm was stopped would stay behind and hold store and port.
 */
import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 200;

/** Calls back once, when npm is gone. Without effect where npm did not start Parley. */
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

/** This process's parent, and that one's where the system tells (Linux), as a text that changes when one of them dies. */
function ancestors(): string {
  try {
    // After the command's name in brackets, which may hold anything: state, then the parent's id (proc_pid_stat(5)).
    const [, parentOfParent] =
      readFileSync(`/proc/${process.ppid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return `${process.ppid} ${parentOfParent}`;
  } catch {
    return String(process.ppid);
  }
}
