/** Asks the tenant's model for an answer, with the tools of the turn. */
import { type ModelRequest, UNMETERED } from '../../models/model.ts';
import { askedModel } from '../../responses/asked-model.ts';
import type { Chunk } from '../../types.ts';
import { BYTES_PER_TOKEN } from '../context-size.ts';
import { isKeptAfter } from '../ending.ts';
import { persistently } from '../kept-turns.ts';
import { createCitedChunks } from '../rounds/cited-chunks.ts';
import { offeredBy } from '../rounds/offered.ts';
import { stepsOf } from '../rounds/run-steps.ts';
import { withoutUnseen } from '../rounds/seen-chunks.ts';
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

/** The tool by which a model reads on in a file that is cut. */
const READ_ON = 'read_file';
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
      canReadOn: tools.tools.some(({ name }) => name === READ_ON),
      takesNumbers: tools.tools.some(({ family }) => family === 'pictures'),
    },
  );
  answering.heard = built.message;
  if (summarised) answering.summarised = summarised;
  if (choice.provider)
    answering.meter = spending.meterOf({ kind: 'answer', ...cause, attempt: answering.attempt.reference });
  const asked = askedModel(model, { message, ...cause }, options);
  const { rounds } = answering.journal;
  const sources = sourcesOf(rounds);
  const cited = createCitedChunks(sources, answer.text);
  answering.cited = cited.cited;
  const ask = (next: ModelRequest) =>
    cited.of(
      withoutUnseen((next === request ? asked : model).stream(next, answering.meter ?? UNMETERED, signal)),
    );
  const { log } = options;
  const run = createTurnRun({ ...answering, ...cause, ...built, sources, spending, log });
  const bounds = {
    ...TOOL_TIMES,
    ...options.toolTimes,
    outputBytes: (options.budgetTokens * BYTES_PER_TOKEN) / 2,
  };
  const chunks = toolRounds(
    { ...run, request, rounds, tools: tools.tools, bounds, answer: answer.text, ask },
    signal,
  );
  yield* relay(chunks, answering);
  if (isKeptAfter(answering.ended, signal)) yield* said(cited.list(), answer);
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

/** Passes on what people see, and notes the answer and its end. */
async function* relay(
  chunks: AsyncIterable<RoundChunk>,
  answering: AttemptedAnswer,
): AsyncGenerator<Chunk, void, void> {
  const { answer } = answering;
  for await (const chunk of chunks) {
    if (chunk.type === 'end') {
      const { failure, ...end } = chunk;
      // An answer that is only a picture is none that is empty.
      const isPicture = failure?.kind === 'empty' && answering.made.list().length > 0;
      answering.ended = isPicture ? { ...end, end: 'stop' } : chunk;
      return;
    }
    answer.add(chunk);
    if (chunk.type !== 'thought') yield chunk;
    if (answer.isTooLong()) {
      answering.ended = { end: 'length' };
      return;
    }
  }
}
