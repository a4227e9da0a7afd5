/** The stage of the tests of the turn queue: a store, and processes that begin, die and end on it. */
import { expect } from 'vitest';
import {
  type QueueProcess,
  type QueueProcessOptions,
  startQueueProcess,
} from '../../../lab/counterparts/queue-process.ts';
import type { Message } from '../../../src/core/types.ts';
import type { Store } from '../../../src/store/store.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { messageOf } from '../../fixtures.ts';
import { soon } from '../../settled.ts';

/** Where the processes of a test meet. */
export interface Ground {
  /** A process's way to it. */
  connect(): Promise<Store>;
  close(): Promise<void>;
}

export type Stage = ReturnType<typeof createStage>;

/** A process is dead after 0.6 s, and what was lost is looked for every 0.2 s. */
export const PACE = 0.1;
export const DRAFT_MS = 500 * PACE;
/** In which everything would have happened that must not. */
export const WHILE_MS = 600;
export const { conversation: CONVERSATION } = messageOf('1');

export const elsewhere = (id: string, place: string, rest: Partial<Message> = {}) =>
  messageOf(id, undefined, { conversation: `test:space:${place}`, lane: `test:space:${place}`, ...rest });
export const edited = (id: string, text = `edited ${id}`) => messageOf(id, text);
export const atOnce: Partial<QueueProcessOptions> = { onBegun: (attempt) => void attempt.answer() };
/** Answers at once each attempt that only has to show a kept answer again. */
export const showsAgain: Partial<QueueProcessOptions> = {
  onBegun: ({ given, end }) => {
    if (given.mode === 'show') end();
  },
};
export const ids = ({ attempts }: QueueProcess) => attempts.map(({ message }) => message.id);

/**
 * Each test has a ground of its own, so that all run at the same time: most of their time is waiting.
 *
 * @param isShared - Whether several processes may work on it at the same time.
 */
export function createStage(open: () => Promise<Ground>, isShared: boolean) {
  async function setUp() {
    const started: QueueProcess[] = [];
    const ground = await open();
    const store = await ground.connect();
    const transcripts = createTranscripts(store);
    return {
      store,
      transcripts,
      async start(options: Partial<QueueProcessOptions> = {}) {
        const process = startQueueProcess(await ground.connect(), { pace: PACE, ...options });
        started.push(process);
        await process.queue.recover();
        return process;
      },
      end: async (id: string, conversation = CONVERSATION) => (await transcripts.find(conversation, id))?.end,
      said: async (conversation = CONVERSATION) =>
        (await transcripts.read(conversation, { limit: 99 })).turns.map(({ message }) => message.text),
      /** No process holds anything. */
      released: () => soon(async () => expect(await store.keys('home|')).toEqual([])),
      /** Nothing is left to do, and nothing of what was done lies about. */
      quiet: () =>
        soon(async () => {
          expect([...(await store.keys('lane|')), ...(await store.keys('draft|'))]).toEqual([]);
        }),
      async [Symbol.asyncDispose]() {
        for (const process of started) process.kill();
        await ground.close();
      },
    };
  }

  return {
    isShared,
    setUp,
    /** Another process where there can be one, else the same. */
    beside: async (process: QueueProcess, { start }: Awaited<ReturnType<typeof setUp>>) =>
      isShared ? start({ isIdle: true }) : process,
  };
}
