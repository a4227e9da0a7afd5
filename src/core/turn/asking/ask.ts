/** Asks the tenant's model for an answer, with the tools of the turn. */
import { type Model, type ModelRequest, UNMETERED } from '../../models/model.ts';
import type { CallCause } from '../../money/metering/spending.ts';
import { persistently } from '../../persistently.ts';
import { askedModel } from '../../responses/asked-model.ts';
import type { Chunk } from '../../types.ts';
import type { BuiltContext } from '../context.ts';
import { BYTES_PER_TOKEN } from '../context-size.ts';
import { isKeptAfter, type ModelEnding } from '../ending.ts';
import { createCitedChunks } from '../rounds/cited-chunks.ts';
import { offeredBy } from '../rounds/offered.ts';
import { stepsOf } from '../rounds/run-steps.ts';
import { type ChunkReader, seenChunks } from '../rounds/seen-chunks.ts';
import { createTurnRun } from '../rounds/turn-run.ts';
import { type RoundChunk, toolRounds } from '../tool-rounds.ts';
import { createSources } from '../tools/citing/sources.ts';
import { createMadeFiles } from '../tools/made-files.ts';
import type { Round } from '../tools/step.ts';
import type { TurnTools } from '../tools/tool.ts';
import type { AskOptions, AttemptedAnswer } from './attempted-answer.ts';
import { isUnread, readDocuments } from './read-documents.ts';
import { requestFor } from './request.ts';
import { heardBy, isAudio } from './voice.ts';

const NO_TOOLS: TurnTools = { tools: [], hosted: [] };
/** Longest time of one call of a tool, and of all calls of a turn together, ms. */
const TOOL_TIMES = { callMs: 60_000, turnMs: 300_000 };

/** Asks the tenant's model, and notes in `answering` how its stream ended. */
export async function* ask(
  answering: AttemptedAnswer,
  options: AskOptions,
): AsyncGenerator<Chunk, void, void> {
  const { message, answer } = answering;
  const { signal } = answering.attempt;
  const { models, spending } = options;
  yield* goOn(answering, options);
  if (signal.aborted) {
    answering.ended = { end: 'stopped' };
    return;
  }
  if (await persistently(() => options.isBlocked(message))) {
    answering.ended = { end: 'error', failure: { kind: 'blocked' } };
    return;
  }
  const settings = await persistently(answering.attempt.settings);
  const { model, persona, choice, transcriber } = await persistently(() =>
    models.choose(message.tenant, settings),
  );
  answering.choice = choice;
  const cause = { spender: options.spenderOf(message), settings, choice };
  if (message.attachments.some(isAudio)) {
    yield { type: 'status', status: 'thinking' };
    answering.heard = await heardBy(message, cause, transcriber, options, signal);
  }
  if (message.attachments.some(isUnread)) {
    yield { type: 'status', status: 'thinking' };
    answering.heard = await readDocuments(answering.heard, options, signal);
  }
  const tools = options.toolsOf?.(choice, settings, message) ?? NO_TOOLS;
  const { request, summarised, ...built } = await requestFor(
    answering.heard,
    { model, persona, ...cause, tools: offeredBy(tools) },
    {
      ...options,
      canReadOn: tools.tools.some(({ family }) => family === 'files'),
      takesNumbers: tools.tools.some(({ family }) => family === 'pictures'),
    },
  );
  answering.heard = built.message;
  if (summarised) answering.summarised = summarised;
  if (choice.provider)
    answering.meter = spending.meterOf({ kind: 'answer', ...cause, attempt: answering.attempt.reference });
  const run = { model, tools, request, built, cause };
  const { chunks, list } = converse(answering, run, options);
  for await (const chunk of chunks) {
    if (chunk.type === 'end') {
      answering.ended = endOfAnswer(chunk, answering);
      break;
    }
    answer.add(chunk);
    if (chunk.type !== 'thought') yield chunk;
    if (answer.isTooLong()) {
      answering.ended = { end: 'length' };
      break;
    }
  }
  if (isKeptAfter(answering.ended, signal)) yield* said(list(), answer);
}

interface Conversing {
  model: Model;
  tools: TurnTools;
  request: ModelRequest;
  built: Omit<BuiltContext, 'messages' | 'window'>;
  cause: Omit<CallCause, 'kind' | 'attempt'>;
}

/** The model's answer with its tools. `list`: of the sources that it cites, once it has ended. */
function converse(
  answering: AttemptedAnswer,
  { model, tools, request, built, cause }: Conversing,
  options: AskOptions,
): { chunks: AsyncIterable<RoundChunk>; list(): string } {
  const { message, answer, attempt, meter = UNMETERED } = answering;
  const { spending, log } = options;
  const asked = askedModel(model, { message, ...cause }, options);
  const { rounds } = answering.journal;
  const sources = sourcesOf(rounds);
  const cited = createCitedChunks(sources, answer.text);
  answering.cited = cited.cited;
  const reader = (): ChunkReader => {
    const [seen, linked] = [seenChunks(), cited.begin()];
    return (chunk) => seen(chunk).flatMap(linked);
  };
  const bounds = {
    ...TOOL_TIMES,
    ...options.toolTimes,
    outputBytes: (options.budgetTokens * BYTES_PER_TOKEN) / 2,
  };
  const chunks = toolRounds(
    {
      ...createTurnRun({ ...answering, ...cause, ...built, sources, spending, log }),
      request,
      rounds,
      tools: tools.tools,
      bounds,
      answer: answer.text,
      ask: (next) => (next === request ? asked : model).stream(next, meter, attempt.signal),
      reader,
    },
    attempt.signal,
  );
  return { chunks, list: cited.list };
}

const sourcesOf = (rounds: Round[]) =>
  createSources([...stepsOf(rounds)].flatMap((step) => step.sources ?? []));

/** Goes on with the rounds of an attempt that was cut off. */
async function* goOn(
  answering: AttemptedAnswer,
  { attachments }: AskOptions,
): AsyncGenerator<Chunk, void, void> {
  const { message, attempt, answer } = answering;
  const before = attempt.number > 1 ? await persistently(attempt.journalled) : undefined;
  if (!before) return;
  answering.journal = before;
  answering.made = createMadeFiles(attachments, message, before.files);
  yield* said(before.answer, answer);
  for (const file of before.files ?? []) yield { type: 'file', file };
}

/** A text of the answer that no model says just now. */
function* said(text: string, answer: AttemptedAnswer['answer']): Generator<Chunk> {
  if (text === '') return;
  const chunk = { type: 'text' as const, text };
  answer.add(chunk);
  yield chunk;
}

/** An answer that is only a picture is none that is empty. */
function endOfAnswer(
  { type: _, failure, ...end }: Extract<RoundChunk, { type: 'end' }>,
  { made }: AttemptedAnswer,
): ModelEnding {
  if (failure?.kind === 'empty' && made.list().length > 0) return { ...end, end: 'stop' };
  return { ...end, ...(failure && { failure }) };
}
