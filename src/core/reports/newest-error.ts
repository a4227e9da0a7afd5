/** Remembers the newest line of level `error` in the log, for operators. */
import type { Logger } from 'pino';

/** A line as an operator reads it: like every line of the log, without secrets and without what people said. */
export interface LoggedError {
  /** Milliseconds since 1970. */
  at: number;
  says: string;
}

export interface WatchedLog {
  log: Logger;
  /** Undefined: there was none. */
  newestError(): LoggedError | undefined;
}

export function watchErrors(log: Logger): WatchedLog {
  let newest: LoggedError | undefined;
  const watched = log.child({});
  const write: (...line: unknown[]) => void = watched.error.bind(watched);
  watched.error = (...line: unknown[]) => {
    const says = line.findLast((part) => typeof part === 'string');
    newest = { at: Date.now(), says: says ?? '' };
    write(...line);
  };
  return { log: watched, newestError: () => newest };
}
