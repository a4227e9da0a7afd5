/** Work that may fail without losing an answer: the failure is only logged. */
import type { Logger } from 'pino';
import { whereFrom } from '../../core/reports/where-from.ts';

/** @param what names the failed work in the log */
export type OrElse = <T, F>(work: T | Promise<T>, fallback: F, what: string) => Promise<T | F>;

export function createOrElse(log: Logger): OrElse {
  return async (work, fallback, what) => {
    try {
      return await work;
    } catch (error) {
      log.error({ error: whereFrom(error) }, what);
      return fallback;
    }
  };
}
