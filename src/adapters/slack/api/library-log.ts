/**
 * The lines of Slack's libraries, for Parley's log. Their messages hold texts, addresses with tickets and whole bodies;
 * so only what cannot be any of that is kept: the places an error came from, and Slack's own codes.
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
    // Below this level they would put together messages that nobody reads.
    getLevel: () => LogLevel.ERROR,
    setLevel() {},
    setName() {},
  };
}
