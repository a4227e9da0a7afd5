/**
 * Takes the lines of Slack's libraries into Parley's log. They may hold texts, addresses with tickets and whole bodies,
 * so only two parts of them are logged: the places that an error came from, and Slack's own codes.
 */
import { type Logger as LibraryLogger, LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { isCode } from './error-codes.ts';

export function createLibraryLog(log: Logger): LibraryLogger {
  const keep = (...said: unknown[]) => {
    for (const each of said) {
      if (each instanceof Error) log.debug({ error: whereFrom(each) }, 'a library of Slack reports an error');
      else if (isCode(each)) log.debug({ code: each }, 'slack warns');
    }
  };
  return {
    debug() {},
    info() {},
    warn: keep,
    error: keep,
    // Below this level the libraries would build messages that nobody reads.
    getLevel: () => LogLevel.ERROR,
    setLevel() {},
    setName() {},
  };
}
