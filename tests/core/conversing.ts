/** A conversation with the real engine, store and notes; a script plays the model. */
import Keyv from 'keyv';
import pino from 'pino';
import { type ModelChunk, type ModelRequest, UNMETERED } from '../../src/core/models/model.ts';
import type { TenantSettings } from '../../src/core/settings.ts';
import { BYTES_PER_TOKEN } from '../../src/core/turn/context-size.ts';
import { createEngine } from '../../src/core/turn/engine.ts';
import { mostNoteBytes } from '../../src/core/turn/past/note.ts';
import { createNoteMaker, type NoteMakerOptions } from '../../src/core/turn/past/note-maker.ts';
import type { Tool } from '../../src/core/turn/tools/tool.ts';
import type { Message, Turn } from '../../src/core/types.ts';
import { createAttachments } from '../../src/store/files/attachments.ts';
import { createKeyvStore } from '../../src/store/keyv-store.ts';
import { createNotes } from '../../src/store/tables/notes.ts';
import { createTranscripts } from '../../src/store/tables/transcripts.ts';
import { anybody, attemptOf, keepIn, messageOf } from '../fixtures.ts';
import { unlimited } from './money/on-store.ts';
import { saying, scriptedModel } from './scripted-model.ts';

type Chunks = AsyncIterable<ModelChunk> | Iterable<ModelChunk>;

export interface ConversingOptions {
  budgetTokens?: number;
  /** The model's answer. */
  answer?: (request: ModelRequest) => Chunks;
  /** The model's summary. */
  summary?: (request: ModelRequest, signal: AbortSignal) => Chunks;
  settings?: Partial<TenantSettings>;
  tools?: Tool[];
  metered?: NoteMakerOptions['metered'];
}

/** Whether the model is asked for a summary. */
export const wantsSummary = ({ messages }: ModelRequest) =>
  messages.at(-1)?.text.startsWith('Answer nobody now.') ?? false;

/** The text of the note in front of a request. */
export const noteIn = ({ messages }: ModelRequest) =>
  messages[0]?.text.startsWith('[A summary of')
    ? messages[0].text.split('\n').slice(1).join('\n')
    : undefined;

/** A summary that keeps what stands behind FACT in the request, as a model would. */
export const facts: NonNullable<ConversingOptions['summary']> = ({ messages }) => {
  const found = messages.slice(0, -1).flatMap(({ text }) => text.match(/FACT-\w+/g) ?? []);
  return saying(`Facts:\n${[...new Set(found)].join('\n')}`);
};

export function startConversing({
  budgetTokens = 1_000,
  answer = () => saying('y'.repeat(100)),
  summary = () => saying('Facts: none.'),
  settings = {},
  tools = [],
  metered = (_, task) => task(UNMETERED),
}: ConversingOptions = {}) {
  const store = createKeyvStore(new Keyv());
  const transcripts = createTranscripts(store);
  const attachments = createAttachments(store);
  const summaries = createNotes(store);
  const keep = (turn: Turn) => keepIn(store)(turn.message.conversation, turn);
  const lines: Record<string, unknown>[] = [];
  const { models, requests, timed } = scriptedModel((request, signal) =>
    wantsSummary(request) ? summary(request, signal) : answer(request),
  );

  /** Parley's part, as a process begins with it. */
  function start() {
    const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const maker = createNoteMaker({
      transcripts,
      attachments,
      summaries,
      metered,
      mostBytes: mostNoteBytes(budgetTokens * BYTES_PER_TOKEN),
      log,
    });
    let making: Promise<void> = Promise.resolve();
    const engine = createEngine({
      transcripts,
      attachments,
      summaries,
      noteMaker: {
        ...maker,
        turnKept(turn) {
          making = maker.turnKept(turn);
          return making;
        },
      },
      models,
      ...anybody,
      ...unlimited(store),
      log,
      budgetTokens,
      toolsOf: () => ({ tools, hosted: [] }),
    });
    return { engine, maker, made: () => making };
  }
  let process = start();

  /** Has a message answered. Returns the request. */
  async function answered(message: Message): Promise<ModelRequest> {
    const before = requests.length;
    const attempt = attemptOf(keep, { settings: async () => ({ keys: {}, ...settings }) });
    for await (const chunk of process.engine.respond(message, attempt))
      if (chunk.type === 'end' && chunk.end === 'error') throw new Error(`it ended with ${chunk.notice}`);
    const request = requests.slice(before).find((one) => !wantsSummary(one));
    if (!request) throw new Error('the model was not asked');
    return request;
  }

  /** Says something, and waits for the answer. Returns its request. */
  async function say(message: Message): Promise<ModelRequest> {
    await transcripts.append(message.conversation, { message, answer: '', end: null });
    return answered(message);
  }

  let said = 0;
  return {
    store,
    transcripts,
    attachments,
    summaries,
    requests,
    timed,
    lines,
    settings,
    say,
    /** Has a message answered again. */
    again: answered,
    /** Says a text as a new message, and waits for the answer and the note. */
    async ask(text: string, rest: Partial<Message> = {}): Promise<ModelRequest> {
      const request = await say(messageOf(`m${said++}`, text, rest));
      await process.made();
      return request;
    },
    /** Says small talk until the window has jumped so many times. Returns the last request. */
    async talk(jumps: number, until = 200): Promise<ModelRequest> {
      let first: string | undefined;
      for (let i = 0, left = jumps; i < until; i++) {
        const request = await this.ask(`small talk ${said} ${'x'.repeat(80)}`);
        const begins = request.messages.find(({ text }) => !text.startsWith('[A summary of'))?.text;
        if (first !== undefined && begins !== first && --left === 0) return request;
        first = begins;
      }
      throw new Error('the window did not jump');
    },
    /** Begins a new process on the same store. */
    restart() {
      process = start();
    },
    maker: () => process.maker,
    made: () => process.made(),
    summaryRequests: () => requests.filter(wantsSummary),
  };
}
