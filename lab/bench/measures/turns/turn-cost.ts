/**
 * Measures the cost of a turn as its conversation grows, with the real engine and store and a model that answers at
 * once.
 */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pino from 'pino';
import { PAGE_WORDS } from '../../../../src/adapters/web/vocabulary.ts';
import type { ModelChooser } from '../../../../src/core/models/catalog/choose.ts';
import { createEngine } from '../../../../src/core/turn/engine.ts';
import type { Turn } from '../../../../src/core/types.ts';
import { createDocuments } from '../../../../src/documents/reader.ts';
import { createAttachments } from '../../../../src/store/files/attachments.ts';
import { openStore } from '../../../../src/store/open.ts';
import { createTranscripts } from '../../../../src/store/tables/transcripts.ts';
import { unlimited } from '../../../../tests/core/money/on-store.ts';
import { attemptOf, keepIn } from '../../../../tests/fixtures.ts';
import { fill } from '../../fill.ts';
import { median } from '../../median.ts';

export interface TurnCost {
  storedTurns: number;
  /** Time from the message's arrival until its answer is stored, ms; the median. */
  medianMs: number;
  /** Number of messages that the model was shown; the median. */
  shown: number;
}

const SIZES = [10, 1_000, 100_000];
const TURNS = 200;
const WARM_UP_TURNS = 50;
const QUESTION = 'What did we say about this the last time, and what follows from it now? '.repeat(3);
const PIECES = Array.from({ length: 200 }, (_, index) => (index === 0 ? 'Well' : ` w${index}.`));
/** Context budget in turns: less than ten, so that the context is full at each size. */
const BUDGET_TURNS = 8;
const BUDGET_TOKENS = (BUDGET_TURNS * (QUESTION.length + PIECES.join('').length)) / 3.5;

export async function measureTurns(folder: string): Promise<TurnCost[]> {
  const store = await openStore(`sqlite://${join(folder, 'turns.sqlite')}`);
  const transcripts = createTranscripts(store);
  let shown = 0;
  const engine = createEngine({
    documents: createDocuments(),
    transcripts,
    attachments: createAttachments(store),
    models: instantModel((messages) => {
      shown = messages;
    }),
    vocabularyOf: () => PAGE_WORDS,
    isBlocked: async () => false,
    ...unlimited(store),
    budgetTokens: BUDGET_TOKENS,
    log: pino({ level: 'silent' }),
  });

  const keep = (turn: Turn) => keepIn(store)(turn.message.conversation, turn);

  async function takeTurn(conversation: string): Promise<number> {
    const startedAt = performance.now();
    const { message } = turnIn(conversation);
    await transcripts.append(conversation, { message, answer: '', end: null });
    let end: string | undefined;
    for await (const chunk of engine.respond(message, attemptOf(keep))) {
      if (chunk.type === 'end') end = chunk.notice ?? chunk.end;
    }
    if (end !== 'stop') throw new Error(`a turn ended with: ${end}`);
    return performance.now() - startedAt;
  }

  try {
    const cases = [];
    for (const storedTurns of SIZES) {
      // A short conversation would grow while it is measured, so each measured turn gets its own conversation.
      const count = storedTurns < TURNS ? WARM_UP_TURNS + TURNS : 1;
      const conversations = Array.from({ length: count }, (_, index) => `bench:${storedTurns}:${index}`);
      for (const conversation of conversations) {
        await fill(store, transcripts, conversation, storedTurns, () => turnIn(conversation));
      }
      cases.push({ storedTurns, conversations, times: [] as number[], shown: [] as number[] });
    }
    // The sizes alternate, so that other load on the machine affects all of them.
    for (let round = 0; round < WARM_UP_TURNS + TURNS; round++) {
      for (const one of cases) {
        one.times.push(await takeTurn(one.conversations[round % one.conversations.length] ?? ''));
        one.shown.push(shown);
      }
    }
    return cases.map((one) => ({
      storedTurns: one.storedTurns,
      medianMs: median(one.times.slice(WARM_UP_TURNS)),
      shown: median(one.shown),
    }));
  } finally {
    await store.close();
  }
}

function instantModel(onRequest: (messages: number) => void): ModelChooser {
  const choice = { source: 'demo' as const, model: 'bench', provider: null };
  return {
    choose: async () => ({
      choice,
      persona: '',
      model: {
        name: 'bench',
        async *stream({ messages }) {
          onRequest(messages.length);
          for (const text of PIECES) yield { type: 'text' as const, text };
          yield { type: 'end' as const, end: 'stop' as const };
        },
      },
    }),
    tryOut: async () => ({ choice }),
    describe: () => choice,
    baseUrlOf: () => '',
    offerOf: () => undefined,
  };
}

function turnIn(conversation: string): Turn {
  return {
    message: {
      id: randomUUID(),
      conversation,
      lane: conversation,
      tenant: 'bench',
      author: { id: 'bench', name: '' },
      text: QUESTION,
      attachments: [],
      at: Date.now(),
    },
    answer: PIECES.join(''),
    end: 'stop',
    model: 'bench',
  };
}
