import { getState, setState } from '../state/state.ts';
import { backOff } from './back-off.ts';
import type { Connection } from './connection.ts';

/** Delay before the page says that it reconnects, ms. People do not need to hear of a break that lasts a moment. */
const NOTICED_MS = 1_000;

export type Course = ReturnType<typeof createCourse>;

/** The following of one subject at a time: its connection, its failures and its timers. */
export function createCourse() {
  let number = 0;
  let connection: Connection | undefined;
  let failures = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let noticing: ReturnType<typeof setTimeout> | undefined;

  const stopNoticing = () => {
    clearTimeout(noticing);
    noticing = undefined;
  };

  return {
    /** Ends the following of the current subject, and begins that of the next. */
    begin() {
      connection?.close();
      connection = undefined;
      clearTimeout(retry);
      stopNoticing();
      number++;
      failures = 0;
    },
    /** Returns whether the current subject is still followed later, for a late callback. */
    guard() {
      const mine = number;
      return () => number === mine;
    },
    hold(next: Connection) {
      connection = next;
    },
    get connection() {
      return connection;
    },
    get hasFailed() {
      return failures > 0;
    },
    succeeded() {
      failures = 0;
    },
    /** Retries after a loss: the first time at once, then with back-off. */
    lost(again: () => void) {
      retry = setTimeout(again, failures === 0 ? 0 : backOff(failures));
      failures++;
    },
    later(task: () => void, ms: number) {
      retry = setTimeout(task, ms);
    },
    notice() {
      noticing ??= setTimeout(() => {
        if (getState().progress !== 'restarting') setState({ progress: 'reconnecting' });
      }, NOTICED_MS);
    },
    stopNoticing,
  };
}
