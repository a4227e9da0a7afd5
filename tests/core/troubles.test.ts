import pino from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchKeys } from '../../src/core/reports/key-troubles.ts';
import { createTroubles } from '../../src/core/reports/troubles.ts';
import type { TurnRecord } from '../../src/core/turn/log-record.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function logged() {
  const lines: { msg: string; answers: number; level: number }[] = [];
  const log = pino({ level: 'info' }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { lines, troubles: createTroubles(log) };
}

const record = (more: Partial<TurnRecord>): TurnRecord => ({
  conversation: 'discord:1:2',
  turn: '3',
  model: 'm',
  ms: 1,
  firstChunkMs: null,
  chunks: 0,
  end: 'error',
  key: { of: 'operator', host: 'api.example.com' },
  ...more,
});

it('a trouble is told at once, then once a minute with what it cost, and no more when it is over', () => {
  const { lines, troubles } = logged();
  for (let answer = 0; answer < 4; answer++) troubles.cost('a', 'It fails', { code: '50013' });
  expect(lines).toMatchObject([{ msg: 'It fails', answers: 1, level: 40, code: '50013' }]);
  vi.advanceTimersByTime(61_000);
  expect(lines.slice(1)).toMatchObject([{ msg: 'It fails', answers: 3 }]);
  vi.advanceTimersByTime(120_000);
  expect(lines).toHaveLength(2);
  expect(troubles.list()).toMatchObject([{ what: 'It fails', answers: 4 }]);
  troubles.over('a');
  expect(troubles.list()).toEqual([]);
});

it('a trouble that costs nothing for long is forgotten, and their number is bounded', () => {
  const { troubles } = logged();
  troubles.cost('a', 'It fails');
  vi.advanceTimersByTime(20 * 60_000);
  expect(troubles.list()).toEqual([]);
  for (let one = 0; one < 300; one++) troubles.cost(`t${one}`, 'It fails');
  expect(troubles.list()).toHaveLength(100);
});

it('a model key that is refused says whose it is and which host, and a good answer ends it', () => {
  const { lines, troubles } = logged();
  const watch = watchKeys(troubles);
  watch(record({ failure: 'key', status: 401 }));
  watch(record({ failure: 'quota', key: { of: 'discord:9', host: 'other.example' } }));
  watch(record({ failure: 'server' }));
  expect(troubles.list().map(({ what }) => what)).toEqual([
    "api.example.com refuses Parley's own model key",
    'other.example refuses a model key of a server, workspace or page',
  ]);
  expect(lines[1]).toMatchObject({ host: 'other.example', keyOf: 'discord:9', failure: 'quota' });
  watch(record({ end: 'stop' }));
  expect(troubles.list()).toHaveLength(1);
});
