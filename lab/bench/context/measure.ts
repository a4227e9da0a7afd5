/**
 * Measures what the prompts of a long conversation cost, and what the model still knows of its beginning: with Parley's
 * engine, store and requests, beside two usual ways to cut a conversation, on a provider with a prompt cache.
 */
import Keyv from 'keyv';
import pino from 'pino';
import { PAGE_WORDS } from '../../../src/adapters/web/vocabulary.ts';
import type { ModelChooser } from '../../../src/core/models/catalog/choose.ts';
import { type Model, UNMETERED } from '../../../src/core/models/model.ts';
import { createOpenAIModel } from '../../../src/core/models/openai.ts';
import { INSTRUCTIONS } from '../../../src/core/sentences/prompts.ts';
import { BYTES_PER_TOKEN, contextBytes } from '../../../src/core/turn/context-size.ts';
import { createEngine } from '../../../src/core/turn/engine.ts';
import { mostNoteBytes } from '../../../src/core/turn/past/note.ts';
import { createNoteMaker } from '../../../src/core/turn/past/note-maker.ts';
import { showTurns } from '../../../src/core/turn/past/shown-turns.ts';
import type { Message, Turn } from '../../../src/core/types.ts';
import { createDocuments } from '../../../src/documents/reader.ts';
import { createAttachments } from '../../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createNotes } from '../../../src/store/tables/notes.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { unlimited } from '../../../tests/core/money/on-store.ts';
import { attemptOf, keepIn } from '../../../tests/fixtures.ts';
import { type BilledRequest, startCachingProvider } from './caching-provider.ts';
import { FACTS, factOf, type Lengths, questionAt, replyTo, TURNS } from './conversation.ts';

export interface ContextCost {
  way: string;
  budgetTokens: number;
  lengths: Lengths;
  /** The part of the tokens of all prompts that was cached. */
  cachedShare: number;
  /** Dollars of all prompts, and of what was written of summaries. */
  cost: number;
  /** Dollars of the summaries' calls within that. */
  summariesCost: number;
  /** Tokens of the longest prompt. */
  longest: number;
  /** Planted facts in the last prompt. */
  facts: number;
}

/** Answers one message. Resolves when all of it is done. */
type Conversing = (message: Message) => Promise<void>;

const MODEL = 'gpt-6-luna';
const LAST_MESSAGES = 25;
const BUDGETS = [8_000, 32_000];
/** As in a chat: 40 words of question, 200 of answer. Then short and long ones. */
const LENGTHS: Lengths[] = [
  { question: 40, answer: 200 },
  { question: 30, answer: 100 },
  { question: 60, answer: 400 },
];

export async function measureContext(): Promise<ContextCost[]> {
  const measured: ContextCost[] = [];
  for (const lengths of LENGTHS)
    for (const budgetTokens of BUDGETS)
      for (const [way, begin] of Object.entries(WAYS))
        measured.push(await measureWay(way, begin, budgetTokens, lengths));
  return measured;
}

async function measureWay(
  way: string,
  begin: (model: Model, baseUrl: string, budgetTokens: number) => Conversing,
  budgetTokens: number,
  lengths: Lengths,
): Promise<ContextCost> {
  let turn = 0;
  const provider = await startCachingProvider((messages) => replyTo(turn, messages, lengths));
  const model = createOpenAIModel({
    provider: { baseUrl: provider.url },
    model: MODEL,
    api: 'responses',
    firstChunkMs: 10_000,
    stallMs: 10_000,
  });
  const say = begin(model, provider.url, budgetTokens);
  for (; turn < TURNS; turn++) await say(questionAt(turn, lengths));
  await provider.stop();
  return { way, budgetTokens, lengths, ...figuresOf(provider.billed) };
}

function figuresOf(billed: BilledRequest[]): Omit<ContextCost, 'way' | 'budgetTokens' | 'lengths'> {
  const sum = (of: (one: BilledRequest) => number, list = billed) =>
    list.reduce((total, one) => total + of(one), 0);
  const summaries = billed.filter(({ messages }) => messages.at(-1)?.content.startsWith('Answer nobody'));
  const last = JSON.stringify(billed.findLast((one) => !summaries.includes(one))?.messages);
  const facts = Array.from({ length: FACTS }, (_, turn) => factOf(turn));
  const written = sum(({ outputCost }) => outputCost, summaries);
  return {
    cachedShare: sum(({ cached }) => cached) / sum(({ input }) => input),
    cost: sum(({ promptCost }) => promptCost) + written,
    summariesCost: sum(({ promptCost }) => promptCost, summaries) + written,
    longest: Math.max(...billed.map(({ input }) => input)),
    facts: facts.filter((fact) => last.includes(fact)).length,
  };
}

const WAYS: Record<string, Parameters<typeof measureWay>[1]> = {
  'the oldest turns dropped one by one': (model, _, budgetTokens) =>
    cutting(model, (turns, message) => {
      let left = budgetTokens * BYTES_PER_TOKEN - contextBytes({ message, answer: '', end: null });
      const first = turns.findLastIndex((turn) => {
        left -= contextBytes(turn);
        return left < 0;
      });
      return turns.slice(first + 1);
    }),
  [`the last ${LAST_MESSAGES} messages`]: (model) =>
    cutting(model, (turns) => turns.slice(-Math.floor(LAST_MESSAGES / 2))),
  'Parley without summaries': (model, baseUrl, budgetTokens) =>
    withParley(model, { baseUrl, budgetTokens, summaries: 'off' }),
  Parley: (model, baseUrl, budgetTokens) => withParley(model, { baseUrl, budgetTokens, summaries: 'on' }),
};

/** A conversation whose prompts have those turns that `cut` leaves. */
function cutting(model: Model, cut: (turns: Turn[], message: Message) => Turn[]): Conversing {
  const turns: Turn[] = [];
  const attachments = createAttachments(createKeyvStore(new Keyv()));
  return async (message) => {
    const messages = await showTurns(cut(turns, message), message, { attachments });
    const request = { instructions: INSTRUCTIONS, messages, cacheKey: 'bench', user: 'bench' };
    let answer = '';
    for await (const chunk of model.stream(request, UNMETERED, new AbortController().signal))
      if (chunk.type === 'text') answer += chunk.text;
    turns.push({ message, answer, end: 'stop' });
  };
}

/** Parley's engine and store. A summary is done before the next message: people take longer to write one. */
function withParley(
  model: Model,
  { baseUrl, budgetTokens, summaries }: { baseUrl: string; budgetTokens: number; summaries: 'on' | 'off' },
): Conversing {
  const store = createKeyvStore(new Keyv());
  const log = pino({ level: 'silent' });
  const stored = {
    transcripts: createTranscripts(store),
    attachments: createAttachments(store),
    summaries: createNotes(store),
  };
  const maker = createNoteMaker({
    ...stored,
    metered: (_, task) => task(UNMETERED),
    mostBytes: mostNoteBytes(budgetTokens * BYTES_PER_TOKEN),
    log,
  });
  let making: Promise<void> = Promise.resolve();
  const engine = createEngine({
    documents: createDocuments(),
    ...stored,
    noteMaker: {
      ...maker,
      turnKept(turn) {
        making = maker.turnKept(turn);
        return making;
      },
    },
    models: alwaysChoosing(model, baseUrl),
    vocabularyOf: () => PAGE_WORDS,
    isBlocked: async () => false,
    ...unlimited(store),
    budgetTokens,
    log,
  });
  const keep = (turn: Turn) => keepIn(store)(turn.message.conversation, turn);
  const attempt = attemptOf(keep, { settings: async () => ({ keys: {}, summaries }) });
  return async (message) => {
    await stored.transcripts.append(message.conversation, { message, answer: '', end: null });
    for await (const chunk of engine.respond(message, attempt))
      if (chunk.type === 'end' && chunk.end !== 'stop')
        throw new Error(`a turn ended with: ${chunk.notice ?? chunk.end}`);
    await making;
  };
}

function alwaysChoosing(model: Model, baseUrl: string): ModelChooser {
  const choice = { source: 'operator' as const, model: MODEL, provider: { baseUrl } };
  return {
    choose: async () => ({ choice, persona: '', model }),
    tryOut: async () => ({ choice }),
    describe: () => choice,
    baseUrlOf: () => baseUrl,
    offerOf: () => undefined,
  };
}
