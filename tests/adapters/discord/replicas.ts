/** Two processes of one store, of which one gets Discord's events and the other answers: adapters and queues, and no model. */
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import type { Discord } from '../../../lab/counterparts/discord/start.ts';
import { createDiscordAdapter } from '../../../src/adapters/discord/adapter.ts';
import { partitionOf } from '../../../src/adapters/discord/ids.ts';
import { createRecords } from '../../../src/chat/answer/answer-records.ts';
import type { Commands } from '../../../src/core/commands/command.ts';
import { createForgetting } from '../../../src/core/forgetting/forget.ts';
import type { Adapter } from '../../../src/core/platform.ts';
import { createTroubles } from '../../../src/core/reports/troubles.ts';
import type { QueuedAttempt } from '../../../src/core/turn/queue.ts';
import type { Chunk, Message } from '../../../src/core/types.ts';
import { createBooks } from '../../../src/store/books/books.ts';
import { createAttachments } from '../../../src/store/files/attachments.ts';
import { createHeartbeats } from '../../../src/store/leases/heartbeats.ts';
import { createSharedLeases } from '../../../src/store/leases/leases.ts';
import { createTurnQueue } from '../../../src/store/queue/queue.ts';
import { createSecrets } from '../../../src/store/secrets/secrets.ts';
import type { createVault } from '../../../src/store/secrets/vault.ts';
import type { Store } from '../../../src/store/store.ts';
import { createAdapterState } from '../../../src/store/tables/adapter-state.ts';
import { createForgottenMarks } from '../../../src/store/tables/forgotten-marks.ts';
import { createSettings } from '../../../src/store/tables/settings.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { open } from '../../fixtures.ts';

export interface Replica {
  adapter: Adapter;
  /** How many turns were begun here. */
  readonly begun: number;
  stop(): Promise<void>;
}

/** @param answer yields the answers to questions that this replica answers; absent: it answers none */
export async function startReplica(
  discord: Discord,
  store: Store,
  vault: ReturnType<typeof createVault>,
  answer?: (message: Message) => AsyncIterable<string>,
): Promise<Replica> {
  const log = pino({ level: 'silent' });
  const heartbeats = createHeartbeats(store, log);
  const leases = createSharedLeases(store, heartbeats);
  const adapterState = createAdapterState(store, 'discord');
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const settings = createSettings(store, vault);
  const queue = createTurnQueue({
    store,
    leases,
    partitionOf,
    mostWaiting: 100,
    log,
  });
  const marks = createForgottenMarks(store);
  const forgetting = createForgetting({
    marks,
    queue,
    transcripts,
    attachments,
    settings,
    books: createBooks({ store, isPersonal: () => false }),
    notes: [createRecords(adapterState)],
  });
  const shutdown = new AbortController();
  const adapter = createDiscordAdapter({
    token: discord.token,
    apiUrl: discord.url,
    leases,
    isShared: true,
    secrets: createSecrets(store, vault),
    graceMs: 60_000,
    welcome: async () => 'Hello.',
    transcripts,
    attachments,
    settings,
    adapterState,
    forgetting,
    ...open,
    marks,
    commands: askOnly,
    shortVersions: { of: async () => ({ text: 'In short.' }) },
    help: () => '',
    queue,
    missedMs: 60_000,
    shutdown: shutdown.signal,
    troubles: createTroubles(log),
    log,
  });
  let begun = 0;

  async function* chunks(message: Message, attempt: QueuedAttempt): AsyncGenerator<Chunk> {
    let text = '';
    for await (const part of answer?.(message) ?? []) {
      if (attempt.signal.aborted) break;
      text += part;
      yield { type: 'text', text: part };
    }
    const end = attempt.signal.aborted ? 'stopped' : 'stop';
    await attempt.keep({ message, answer: text, end });
    yield { type: 'end', end };
  }

  if (answer) {
    queue.run((message, queued) => {
      begun++;
      const attempt = { ...queued, settings: () => settings.read(message.tenant) };
      return adapter.show(message, chunks(message, attempt), attempt);
    });
  }
  await adapter.start();
  return {
    adapter,
    get begun() {
      return begun;
    },
    async stop() {
      shutdown.abort();
      await queue.stop(0);
      await adapter.stop();
      await heartbeats.stop();
    },
  };
}

/** `/ask`, as the real one has it; the counterpart knows it by its registration. */
const askOnly: Commands = {
  list: [
    {
      name: 'ask',
      description: 'Ask',
      permission: 'anyone',
      options: [
        { name: 'prompt', description: 'What', type: 'text', required: true },
        { name: 'private', description: 'Whether', type: 'boolean', required: false },
      ],
      run: async () => ({ type: 'text', text: '' }),
    },
  ],
  run: async (_name, _call, { prompt, private: isPrivate }) => ({
    type: 'ask',
    text: String(prompt),
    isPrivate: isPrivate === true,
  }),
  submit: async () => ({ type: 'text', text: '' }),
  pick: async () => ({ type: 'text', text: '' }),
  suggest: async () => [],
};

export async function* slowly(...parts: string[]): AsyncGenerator<string> {
  for (const part of parts) {
    yield part;
    await sleep(300);
  }
}
