/** Metrics for Prometheus (`GET /metrics`): turns by their end, their duration, tokens, and the process. */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { TurnRecord } from './core/turn/log-record.ts';

export interface Metrics {
  count(record: TurnRecord): void;
  /** The text that Prometheus reads, and its content type. */
  read(): Promise<{ text: string; type: string }>;
}

const FIRST_CHUNK_BUCKETS_S = [0.1, 0.3, 1, 3, 10, 30, 100];
const TURN_BUCKETS_S = [1, 3, 10, 30, 100, 300];

export function createMetrics(): Metrics {
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
  const tokens = new Counter({
    name: 'parley_tokens_total',
    help: 'Tokens as providers counted them: read, of these from the prompt cache, and written',
    labelNames: ['kind'],
    registers,
  });

  return {
    count({ end, failure = '', firstChunkMs, ms, usage }) {
      turns.inc({ end, failure });
      if (firstChunkMs !== null) firstChunk.observe(firstChunkMs / 1000);
      duration.observe(ms / 1000);
      if (!usage) return;
      tokens.inc({ kind: 'input' }, usage.input);
      tokens.inc({ kind: 'cached' }, usage.cached);
      tokens.inc({ kind: 'output' }, usage.output);
    },
    read: async () => ({ text: await registry.metrics(), type: registry.contentType }),
  };
}
