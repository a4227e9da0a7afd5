/**
 * Measures what limits of money add to a turn, from its acceptance until its answer is kept and charged: with the real
 * queue, engine and store, and a model that answers at once. Turns with and without limits alternate.
 */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import pino from 'pino';
import { PAGE_WORDS } from '../../../../src/adapters/web/vocabulary.ts';
import type { ModelChooser } from '../../../../src/core/models/catalog/choose.ts';
import type { OperatorLimits } from '../../../../src/core/money/limits.ts';
import { createEngine, type Engine } from '../../../../src/core/turn/engine.ts';
import type { TurnQueue } from '../../../../src/core/turn/queue.ts';
import type { Message } from '../../../../src/core/types.ts';
import { createDocuments } from '../../../../src/documents/reader.ts';
import { createAttachments } from '../../../../src/store/files/attachments.ts';
import { openStore } from '../../../../src/store/open.ts';
import type { Store } from '../../../../src/store/store.ts';
import { createTranscripts } from '../../../../src/store/tables/transcripts.ts';
import { moneyOn, SIMPLE_PRICES, spenderOf } from '../../../../tests/core/money/on-store.ts';
import { queueOn } from '../../../../tests/fixtures.ts';
import { startPostgres } from '../../../counterparts/postgres.ts';

const WAYS = ['uncounted', 'counted', 'limited'] as const;
/** `uncounted`: no call is metered. `counted`: it is in the books, and nothing limits it. */
export type Way = (typeof WAYS)[number];

export interface LimitsCost {
  store: string;
  way: Way;
  /** Milliseconds of a turn, in the quietest round. */
  p50: number;
  p99: number;
  /** Round trips to Postgres, on average. */
  roundTrips: number;
}

const TURNS = 300;
const ROUNDS = 4;
const WARM_UP_TURNS = 50;
/** Time in which a turn leaves its lane, ms. */
const LEAVES_MS = 12;
const QUESTION = 'What did we say about this the last time, and what follows from it now? '.repeat(3);
const PIECES = Array.from({ length: 50 }, (_, index) => (index === 0 ? 'Well' : ` w${index}.`));
const LIMITS = {
  spendDay: 1_000,
  spendMonth: 10_000,
  tenantDay: 1_000,
  tenantMonth: 10_000,
  personDay: 1_000,
};
const CHOSEN = { dayLimit: 500, monthLimit: 5_000, personDayLimit: 500 };

export async function measureLimits(folder: string): Promise<LimitsCost[]> {
  const onFile = await measureOn('SQLite', await openStore(`sqlite://${join(folder, 'limits.sqlite')}`));
  await using postgres = await startPostgres();
  return [...onFile, ...(await measureOn('Postgres', await openStore(await postgres.database())))];
}

async function measureOn(name: string, store: Store): Promise<LimitsCost[]> {
  const trips = countRoundTrips();
  const turns = runTurns(store);
  const seen = WAYS.map((way) => ({ way, rounds: [] as number[][], roundTrips: 0 }));
  try {
    for (const { way } of seen) for (let turn = 0; turn < WARM_UP_TURNS; turn++) await turns.take(way);
    for (let round = 0; round < ROUNDS; round++) {
      for (const { rounds } of seen) rounds.push([]);
      for (let turn = 0; turn < TURNS; turn++) {
        for (const one of seen) {
          const before = trips.count;
          one.rounds.at(-1)?.push(await turns.take(one.way));
          one.roundTrips += trips.count - before;
        }
      }
    }
  } finally {
    trips.stop();
    await turns.stop();
    await store.close();
  }
  return seen.map(({ way, rounds, roundTrips }) => ({
    store: name,
    way,
    p50: quietest(rounds, 0.5),
    p99: quietest(rounds, 0.99),
    roundTrips: roundTrips / (ROUNDS * TURNS),
  }));
}

/** Other load on the machine comes in bursts, and only adds to times. */
const quietest = (rounds: number[][], share: number) =>
  Math.min(...rounds.map((times) => quantile(times, share)));

function quantile(values: number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * values.length)] ?? Number.NaN;
}

/** Counts the round trips of all clients of this process: statements that were sent after an answer had come. */
function countRoundTrips() {
  const { prototype } = pg.Client;
  const original = prototype.query;
  /** Whether an answer has come since the last statement, by client. Statements before it were sent together. */
  const isAnswered = new WeakMap<pg.Client, boolean>();
  const counted = { count: 0, stop: () => Object.assign(prototype, { query: original }) };
  const counting = function (this: Connected, ...args: unknown[]): unknown {
    if (!isAnswered.has(this)) this.connection.stream.on('data', () => isAnswered.set(this, true));
    if (isAnswered.get(this) !== false) counted.count++;
    isAnswered.set(this, false);
    return Reflect.apply(original, this, args);
  };
  Object.assign(prototype, { query: counting });
  return counted;
}

/** A client with the field that its types hide. */
type Connected = pg.Client & { connection: { stream: Socket } };

function runTurns(store: Store) {
  const queue = queueOn(store);
  const engines = new Map(WAYS.map((way) => [way, engineFor(way, store)]));
  const ended = new Map<string, () => void>();
  queue.run(async (message, attempt) => {
    const { tenant, id } = message;
    const way = wayOf(tenant);
    const settings = async () => ({ keys: {}, ...(way === 'limited' && CHOSEN) });
    for await (const chunk of engines.get(way)?.respond(message, { ...attempt, settings }) ?? [])
      if (chunk.type === 'end' && chunk.end !== 'stop')
        throw new Error(`a turn ended with: ${chunk.notice ?? chunk.end}`);
    ended.get(id)?.();
    return 'done';
  });
  return {
    take: (way: Way) => take(queue, ended, way),
    stop: () => queue.stop(0),
  };
}

/** Milliseconds from a message until its answer is kept. */
async function take(queue: TurnQueue, ended: Map<string, () => void>, way: Way): Promise<number> {
  const message = messageFor(way);
  const { promise, resolve } = Promise.withResolvers<void>();
  ended.set(message.id, resolve);
  const startedAt = performance.now();
  await queue.accept(message);
  await promise;
  const ms = performance.now() - startedAt;
  ended.delete(message.id);
  // The turn leaves its lane before the next one begins.
  await sleep(LEAVES_MS);
  return ms;
}

const wayOf = (tenant: string) => WAYS.find((way) => tenant.endsWith(way)) ?? 'uncounted';

function messageFor(way: Way): Message {
  const tenant = `bench:${way}`;
  // A new conversation, so that all turns have the same length.
  const conversation = `${tenant}:${randomUUID()}`;
  return {
    id: randomUUID(),
    conversation,
    lane: conversation,
    tenant,
    author: { id: 'bench:person', name: '' },
    text: QUESTION,
    attachments: [],
    at: Date.now(),
  };
}

function engineFor(way: Way, store: Store): Engine {
  const limits: Partial<OperatorLimits> = way === 'limited' ? LIMITS : {};
  return createEngine({
    transcripts: createTranscripts(store),
    attachments: createAttachments(store),
    documents: createDocuments(),
    models: meteredModel(way !== 'uncounted'),
    vocabularyOf: () => PAGE_WORDS,
    isBlocked: async () => false,
    spending: moneyOn(store, { prices: SIMPLE_PRICES, limits }).spending,
    spenderOf,
    budgetTokens: 8_000,
    log: pino({ level: 'silent' }),
  });
}

/** A model that answers at once, and tells its usage. @param isMetered without, it is free, as the demo is */
function meteredModel(isMetered: boolean): ModelChooser {
  const choice = {
    source: isMetered ? ('operator' as const) : ('demo' as const),
    model: 'bench',
    provider: isMetered ? { baseUrl: 'https://models.example/v1' } : null,
  };
  const usage = { input: 300, cached: 0, output: 200, reasoning: 0 };
  return {
    choose: async () => ({
      choice,
      persona: '',
      model: {
        name: 'bench',
        async *stream(request, meter, signal) {
          await meter.begin(request, signal);
          for (const text of PIECES) {
            meter.wrote(text);
            yield { type: 'text' as const, text };
          }
          meter.end({ isBilled: true, usage });
          yield { type: 'end' as const, end: 'stop' as const, usage };
        },
      },
    }),
    tryOut: async () => ({ choice }),
    describe: () => choice,
    baseUrlOf: () => '',
    offerOf: () => undefined,
  };
}
