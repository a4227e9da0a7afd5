/** The newest error of the log, as operators see it. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { watchErrors } from '../../src/core/reports/newest-error.ts';

it('is the sentence of the newest line of that level, and the line is logged as before', () => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line: string) => void lines.push(line) });
  const { log, newestError } = watchErrors(logger);
  log.warn('this lasts');
  expect(newestError()).toBeUndefined();
  log.error({ error: 'TypeError at here' }, 'the first');
  log.error('the second');
  log.info('and on');
  expect(newestError()?.says).toBe('the second');
  expect(Math.abs((newestError()?.at ?? 0) - Date.now())).toBeLessThan(600_000);
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
    'this lasts',
    'the first',
    'the second',
    'and on',
  ]);
});

it('is known also where nothing is logged', () => {
  const { log, newestError } = watchErrors(pino({ level: 'silent' }));
  log.error('the store is away');
  expect(newestError()?.says).toBe('the store is away');
});
