/** Messages and turns for tests, with everything a test does not care about filled in. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { DISCORD_WORDS } from '../src/adapters/discord/vocabulary.ts';
import type { Admission } from '../src/core/access/admission.ts';
import type { MessageRate } from '../src/core/access/message-rate.ts';
import { createRefusals, type Refusals } from '../src/core/access/refusals.ts';
import type { SpendingDoor } from '../src/core/access/spending-door.ts';
import type { Audit } from '../src/core/reports/audit.ts';
import type { Attempt, TurnQueue } from '../src/core/turn/queue.ts';
import type { ConversationId, Message, Turn } from '../src/core/types.ts';
import { createDocuments } from '../src/documents/reader.ts';
import { transcriptName } from '../src/store/branches/branch-list.ts';
import { createLocalLeases } from '../src/store/leases/leases.ts';
import { createTurnQueue, type TurnQueueOptions } from '../src/store/queue/queue.ts';
import type { Store } from '../src/store/store.ts';
import { findTurn, keepTurn } from '../src/store/tables/transcript-rows.ts';
import { unlimited } from './core/money/on-store.ts';

export function messageOf(id: string, text = `text ${id}`, rest: Partial<Message> = {}): Message {
  return {
    id,
    conversation: 'test:space:channel',
    lane: 'test:space:channel',
    tenant: 'test:space',
    author: { id: 'ada', name: '' },
    text,
    attachments: [],
    at: 1_700_000_000_000,
    ...rest,
  };
}

export function turnOf(id: string, rest: Partial<Turn> = {}, text = `text ${id}`): Turn {
  return { message: messageOf(id, text), answer: '', end: null, ...rest };
}

/** An empty folder of this test's own. */
export function emptyFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'parley-test-'));
}

/** Lets everybody in, as often as they like, and writes nothing down. */
export const open: {
  admission: Admission;
  rate: MessageRate;
  refusals: Refusals;
  spendingDoor: SpendingDoor;
  audit: Audit;
} = {
  admission: {
    refusalOf: async () => undefined,
    refusalOfSpace: async () => undefined,
    isBlocked: async () => false,
  },
  rate: { count: async () => undefined },
  refusals: createRefusals(() => {}, DISCORD_WORDS),
  spendingDoor: { refusalOf: async () => undefined },
  audit: () => {},
};

/** For an engine: nobody is blocked, all read Discord's words, and documents are read. */
export const anybody = {
  isBlocked: async () => false,
  vocabularyOf: () => DISCORD_WORDS,
  documents: createDocuments(),
};

/** The same, where nothing is limited. */
export const anybodyOn = (store: Store) => ({ ...anybody, ...unlimited(store) });

/** A queue as it is on one machine. */
export function queueOn(store: Store, options: Partial<TurnQueueOptions> = {}): TurnQueue {
  return createTurnQueue({
    store,
    leases: createLocalLeases(),
    partitionOf: (conversation) => conversation,
    mostWaiting: 100,
    log: pino({ level: 'silent' }),
    ...options,
  });
}

/** Replaces turns as a queue does where they were answered: those that were forgotten stay away. */
export function keepIn(store: Store): (conversation: ConversationId, turn: Turn) => Promise<void> {
  return (conversation, turn) =>
    store.exclusive(transcriptName(conversation), async (rows) => {
      const old = await findTurn(rows, conversation, turn.message.id);
      if (old) await keepTurn(rows, conversation, old, turn);
    });
}

/** A first attempt at a turn, with nothing around it. */
export function attemptOf(keep: Attempt['keep'], rest: Partial<Attempt> = {}): Attempt {
  return {
    mode: 'answer',
    reference: { id: 'first attempt', lane: 'lane|test' },
    number: 1,
    revision: 0,
    signal: new AbortController().signal,
    isHeld: async () => true,
    settings: async () => ({ keys: {} }),
    draft: () => {},
    drafted: async () => '',
    journalled: async () => undefined,
    journal: async () => {},
    keep,
    ...rest,
  };
}

/** With it, Parley tells the tests why it is not ready. */
export const METRICS_TOKEN = 'for-the-tests-alone-0123456789';

/** The answer of `/readyz` to a caller with METRICS_TOKEN. */
export async function readinessOf(
  url: string,
): Promise<{ code: number; status: string; reason?: string; troubles?: unknown[] }> {
  const response = await fetch(`${url}/readyz`, { headers: { authorization: `Bearer ${METRICS_TOKEN}` } });
  return { code: response.status, ...((await response.json()) as { status: string }) };
}
