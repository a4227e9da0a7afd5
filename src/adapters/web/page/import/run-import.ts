/** Imports files: reads them in small steps, and sends the conversations a few at a time. */
import { IMPORT_LIMITS, type ImportBatch, type ImportedSlice, type ImportOutcome } from '../../api/import.ts';
import type { ReadConversation } from './formats/conversation-draft.ts';
import { readConversation } from './formats/read-conversation.ts';
import { createElementReader, type JsonElement, NotJson } from './json-elements.ts';

/** Numbers of conversations so far. */
export interface ImportReport {
  added: number;
  /** They were there, and had further messages in the file. */
  grown: number;
  known: number;
  /** Their text was longer than Parley keeps. */
  cut: number;
  tooLarge: number;
  unknown: number;
  empty: number;
  /** The list had no room for them. */
  noRoom: number;
  /** Files that are not JSON, or not to their end. */
  broken: number;
}

export interface ImportProgress {
  /** Bytes read, and bytes in all. */
  read: number;
  size: number;
  report: ImportReport;
}

export interface RunOptions {
  files: Blob[];
  /** Sends one request. Throws when the server refuses or cannot be reached. */
  send(batch: ImportBatch): Promise<{ outcomes: ImportOutcome[] }>;
  tell(progress: ImportProgress): void;
  /** Lets the page draw and answer. */
  rest(): Promise<void>;
}

/** Characters that are read at a time, and the time after which the page gets its turn (ms). */
const STEP_CHARACTERS = 32_768;
const STEP_MS = 10;
const MESSAGES_A_STEP = 200;
/** Characters of the texts in one request; well below what the server takes, whatever the script. */
const BATCH_CHARACTERS = 150_000;

/** @throws the failure of `send`; `signal`'s reason. What was sent until then stays, and is known the next time. */
export async function runImport(options: RunOptions, signal: AbortSignal): Promise<ImportReport> {
  const { files, tell, rest } = options;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const report: ImportReport = { ...NOTHING };
  let read = 0;
  let restedAt = performance.now();
  const breathe = async () => {
    if (performance.now() - restedAt < STEP_MS) return;
    tell({ read, size, report });
    await rest();
    signal.throwIfAborted();
    restedAt = performance.now();
  };
  const sender = createSender(options, report, breathe);
  for (const file of files) {
    try {
      for await (const { elements, bytes } of elementsOf(file)) {
        read += bytes;
        for (const element of elements) {
          await sender.take(element);
          await breathe();
        }
        await breathe();
      }
    } catch (error) {
      if (!(error instanceof NotJson)) throw error;
      report.broken++;
    }
    if (report.noRoom > 0) break;
  }
  await sender.end();
  tell({ read: size, size, report });
  return report;
}

/** The elements of a file, in steps. @throws NotJson */
async function* elementsOf(file: Blob): AsyncGenerator<{ elements: JsonElement[]; bytes: number }> {
  const reader = createElementReader();
  const decoder = new TextDecoder();
  const chunks = file.stream().getReader();
  try {
    for (let chunk = await chunks.read(); !chunk.done; chunk = await chunks.read()) {
      let bytes = chunk.value.length;
      const text = decoder.decode(chunk.value, { stream: true });
      for (let at = 0; at < text.length; at += STEP_CHARACTERS, bytes = 0)
        yield { elements: reader.push(text.slice(at, at + STEP_CHARACTERS)), bytes };
    }
    reader.end();
  } finally {
    await chunks.cancel();
  }
}

const NOTHING: ImportReport = {
  added: 0,
  grown: 0,
  known: 0,
  cut: 0,
  tooLarge: 0,
  unknown: 0,
  empty: 0,
  noRoom: 0,
  broken: 0,
};

function createSender({ send }: RunOptions, report: ImportReport, breathe: () => Promise<void>) {
  /** Conversations of these files by their ids. One that comes twice would be mixed with the other. */
  const seen = new Set<string>();
  let batch: ImportedSlice[] = [];
  let characters = 0;
  let hasSent = false;
  /** How the conversation before was counted. */
  let counted: (typeof COUNTED)[keyof typeof COUNTED] = 'known';

  async function flush(isLast: boolean): Promise<void> {
    const { outcomes } = await send({ conversations: batch, isLast });
    hasSent = true;
    const slices = batch;
    batch = [];
    characters = 0;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome === 'full') report.noRoom++;
      else if (slices[index]?.after === null) {
        counted = COUNTED[outcome];
        report[counted]++;
      } else if (outcome === 'grown' && counted === 'known') {
        // A later part of the conversation before was new.
        report.known--;
        report.grown++;
        counted = 'grown';
      }
    }
  }

  async function readSlowly(element: unknown) {
    const steps = readConversation(element);
    for (let step = steps.next(), at = 1; ; step = steps.next(), at++) {
      if (step.done) return step.value;
      if (at % MESSAGES_A_STEP === 0) await breathe();
    }
  }

  async function take(element: JsonElement): Promise<void> {
    if (report.noRoom > 0) return void report.noRoom++;
    const conversation = 'tooLarge' in element ? 'tooLarge' : await readSlowly(element.value);
    if (typeof conversation === 'string') return void report[conversation]++;
    const id = `${conversation.source} ${conversation.key}`;
    if (seen.has(id)) return void report.known++;
    seen.add(id);
    if (conversation.isCut) report.cut++;
    for (const slice of slicesOf(conversation)) {
      const length = lengthOf(slice);
      const isFull = characters + length > BATCH_CHARACTERS || batch.length >= IMPORT_LIMITS.conversations;
      if (batch.length > 0 && isFull) await flush(false);
      batch.push(slice);
      characters += length;
    }
  }

  return {
    take,
    async end(): Promise<void> {
      if (batch.length > 0 || hasSent) await flush(true);
    },
  };
}

const COUNTED = { new: 'added', grown: 'grown', known: 'known' } as const;

/** The conversation in parts that a request can hold. */
function* slicesOf({ source, key, title, at, turns }: ReadConversation): Generator<ImportedSlice> {
  let after: string | null = null;
  for (let from = 0; from < turns.length; ) {
    let length = 0;
    let upTo = from;
    while (upTo < turns.length && upTo - from < IMPORT_LIMITS.turns) {
      length += sizeOf(turns[upTo]);
      if (upTo > from && length > BATCH_CHARACTERS) break;
      upTo++;
    }
    const part = turns.slice(from, upTo);
    yield { source, key, title, at, after, turns: part };
    after = part.at(-1)?.key ?? after;
    from = upTo;
  }
}

const sizeOf = (turn: ImportedSlice['turns'][number] | undefined) =>
  turn ? turn.text.length + turn.answer.length + turn.thoughts.length + 500 : 0;
const lengthOf = ({ turns }: ImportedSlice) => turns.reduce((sum, turn) => sum + sizeOf(turn), 500);
