/** Metrics for Prometheus (`GET /metrics`): turns by their end, their duration, tokens and money, and the process. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { dollarsOf } from './core/money/amounts.ts';
import type { SpendingWatch } from './core/money/metering/spending-watch.ts';
import type { TurnRecord } from './core/turn/log-record.ts';

export interface Metrics extends SpendingWatch {
  count(record: TurnRecord): void;
  /** The text that Prometheus reads, and its content type. */
  read(): Promise<{ text: string; type: string }>;
}

const FIRST_CHUNK_BUCKETS_S = [0.1, 0.3, 1, 3, 10, 30, 100];
const TURN_BUCKETS_S = [1, 3, 10, 30, 100, 300];

/** @param openReservations the calls of all processes that are not charged yet. @throws StoreError */
export function createMetrics(openReservations: () => Promise<number>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  // `collectDefaultMetrics` would also watch every garbage collection.
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory of the process',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  const turns = new Counter({
    name: 'parley_turns_total',
    help: 'Turns that have ended, by how, and by the kind of failure',
    labelNames: ['end', 'failure'],
    registers,
  });
  const firstChunk = new Histogram({
    name: 'parley_first_chunk_seconds',
    help: 'From the beginning of a turn to its first text',
    buckets: FIRST_CHUNK_BUCKETS_S,
    registers,
  });
  const duration = new Histogram({
    name: 'parley_turn_seconds',
    help: 'From the beginning of a turn to its end',
    buckets: TURN_BUCKETS_S,
    registers,
  });
  return {
    ...createMoneyMetrics(registers, openReservations),
    count({ end, failure = '', firstChunkMs, ms }) {
      turns.inc({ end, failure });
      if (firstChunkMs !== null) firstChunk.observe(firstChunkMs / 1000);
      duration.observe(ms / 1000);
    },
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
  };
}

/** Figures of what calls cost. Their labels are a few words each, never a name or an id. */
function createMoneyMetrics(registers: Registry[], openReservations: () => Promise<number>): SpendingWatch {
  const tokens = new Counter({
    name: 'parley_tokens_total',
    help: 'Tokens as providers counted them: read, of these from and to the prompt cache, and written',
    labelNames: ['kind'],
    registers,
  });
  const cost = new Counter({
    name: 'parley_cost_dollars_total',
    help: 'Cost of the calls whose price is known, in dollars, with estimates',
    labelNames: ['kind', 'payer'],
    registers,
  });
  const unpriced = new Counter({
    name: 'parley_unpriced_calls_total',
    help: 'Calls whose price is not known, and which are no part of the cost',
    labelNames: ['kind', 'payer'],
    registers,
  });
  const refusals = new Counter({
    name: 'parley_limit_refusals_total',
    help: 'Questions and calls that a limit refused, by what it limits and its period',
    labelNames: ['of', 'period'],
    registers,
  });
  new Gauge({
    name: 'parley_reservations_open',
    help: 'Calls of all processes that are not charged yet',
    registers,
    async collect() {
      // The other figures are told even if the store does not answer.
      this.set(await openReservations().catch(() => Number.NaN));
    },
  });

  return {
    booked({ kind, payer, usage, cost: nano, fees = 0, estimated }) {
      cost.inc({ kind, payer }, dollarsOf((nano ?? 0) + fees));
      if (nano === undefined) unpriced.inc({ kind, payer });
      if (estimated) return;
      tokens.inc({ kind: 'input' }, usage.input);
      tokens.inc({ kind: 'cached' }, usage.cached);
      tokens.inc({ kind: 'cache_written' }, usage.cacheWrite ?? 0);
      tokens.inc({ kind: 'output' }, usage.output);
    },
    refused: ({ of, period }) => refusals.inc({ of, period }),
  };
}
