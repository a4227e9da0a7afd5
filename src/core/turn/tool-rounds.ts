/**
 * The tool loop: asks the model, runs the tools that it calls, and asks again with their results, until it calls none. Each
 * step is journalled before it begins and once it has ended, so that an attempt after a crash goes on where it was.
 */
import type { Logger } from 'pino';
import type { ModelChunk, ModelRequest } from '../models/model.ts';
import type { HostedFile, OfferedTools, ToolCall } from '../models/tool.ts';
import type { Usage } from '../money/usage.ts';
import { hostedSteps } from './rounds/hosted-steps.ts';
import { MOST_CALLS, planSteps } from './rounds/plan-steps.ts';
import { roundMessages } from './rounds/round-messages.ts';
import type { KeptForModel } from './rounds/run-step.ts';
import { msOf, runSteps, type StepChunk, type StepsRun, stepsOf } from './rounds/run-steps.ts';
import type { ChunkReader } from './rounds/seen-chunks.ts';
import { shownStep } from './rounds/shown-step.ts';
import type { Round } from './tools/step.ts';
import type { ToolContext } from './tools/tool.ts';

/** Responses of a turn that may call tools. */
export const MOST_ROUNDS = 8;

type EndChunk = Extract<ModelChunk, { type: 'end' }>;
type Said = Extract<ModelChunk, { type: 'text' | 'thought' | 'status' | 'retract' | 'progress' | 'end' }>;
export type RoundChunk = Said | StepChunk;

export interface ToolRoundsOptions extends Omit<StepsRun, 'rounds'> {
  /** Without the rounds of this turn. */
  request: ModelRequest;
  /** The turn's rounds so far: of an earlier attempt at first. Rounds are added to it. */
  rounds: Round[];
  /** The answer so far, with every text that was yielded. */
  answer(): string;
  /** Asks the model once. */
  ask(request: ModelRequest): AsyncIterable<ModelChunk>;
  /** Begins to read a response. The text is then as it stands in the answer. */
  reader(): ChunkReader;
  cite: ToolContext['cite'];
  keepHosted(file: HostedFile): Promise<KeptForModel>;
  log: Logger;
}

/** One response, as far as it has come. */
interface Response {
  calls: ToolCall[];
  hosted: ReturnType<typeof hostedSteps>;
  /** The next text begins a paragraph: a tool ran after the text before. */
  isNew: boolean;
  end?: EndChunk;
}

/**
 * Yields what the model says and what the steps do, then one end with the usage of all responses.
 * @throws StoreError; what `ask` throws
 */
export async function* toolRounds(
  options: ToolRoundsOptions,
  signal: AbortSignal,
): AsyncGenerator<RoundChunk, void, void> {
  const { rounds, tools } = options;
  let usage: Usage | undefined;
  let isPlain = false;
  for (const step of stepsOf(rounds)) yield { type: 'step', step: shownStep(step, tools) };
  for (;;) {
    if (isUnfinished(rounds)) {
      yield* runSteps(options, signal);
      if (signal.aborted) return yield { type: 'end', end: 'stopped', ...(usage && { usage }) };
    }
    const request = nextRequest(options, isPlain);
    const response: Response = {
      calls: [],
      hosted: hostedSteps(stepsOf(rounds), options.cite),
      isNew: rounds.length > 0,
    };
    const from = options.answer().length;
    const read = options.reader();
    for await (const came of options.ask(request)) {
      for (const chunk of read(came)) {
        if (chunk.type === 'text') yield paragraph(chunk, response, options);
        else if (chunk.type === 'thought') yield chunk;
        else yield* hear(chunk, response, options);
      }
      if (response.end) break;
    }
    const { calls, hosted, end = { type: 'end', end: 'interrupted', failure: { kind: 'cut' } } } = response;
    usage = sumOf(usage, end.usage);
    const mayCall = request.tools?.choice === 'auto';
    if (calls.length > 0 && !mayCall && !isPlain && options.answer().length === from) {
      // Some servers do not know `none` (Ollama, docs/api/openai-compatibility.mdx). They are asked without tools.
      isPlain = true;
      continue;
    }
    const isLast = end.end !== 'stop' || calls.length === 0 || !mayCall;
    const { steps, isWhole } = planSteps(isLast ? [] : calls, [...stepsOf(rounds), ...hosted.steps]);
    if (hosted.steps.length + steps.length > 0) {
      hosted.close();
      const sent = isWhole && !isLast ? end.sent : undefined;
      rounds.push({
        upTo: options.answer().length,
        steps: [...hosted.steps, ...steps],
        ...(sent && { sent }),
      });
    }
    if (isLast) {
      // An answer for which tools were used is not given again.
      const { digest, ...rest } = end;
      const whole = rounds.length === 0 && digest !== undefined;
      return yield { ...rest, ...(whole && { digest }), ...(usage && { usage }) };
    }
  }
}

const isUnfinished = (rounds: Round[]) =>
  rounds.at(-1)?.steps.some(({ output }) => output === undefined) ?? false;

/** The request with the rounds so far. The tools stay the same, since the provider's prompt cache covers them. */
function nextRequest({ request, rounds, answer, bounds }: ToolRoundsOptions, isPlain: boolean): ModelRequest {
  if (rounds.length === 0) return request;
  const { tools, ...rest } = request;
  const messages = [...request.messages, ...roundMessages(answer(), rounds).messages];
  if (!tools || isPlain) return { ...rest, messages };
  const calls = [...stepsOf(rounds)].filter(({ isHosted }) => !isHosted).length;
  const isOver = rounds.length >= MOST_ROUNDS || calls >= MOST_CALLS || msOf(rounds) >= bounds.turnMs;
  const choice: OfferedTools['choice'] = isOver ? 'none' : tools.choice;
  return { ...request, messages, tools: { ...tools, choice } };
}

/** Notes a chunk that is neither text nor thought, and yields what people see of it. */
async function* hear(
  chunk: Exclude<ModelChunk, { type: 'text' | 'thought' }>,
  response: Response,
  { rounds, tools, answer, keepHosted }: ToolRoundsOptions,
): AsyncGenerator<RoundChunk, void, void> {
  const { calls, hosted } = response;
  switch (chunk.type) {
    case 'end':
      response.end = chunk;
      break;
    case 'call':
      calls.push(chunk.call);
      break;
    case 'hosted':
      response.isNew = true;
      yield { type: 'step', step: shownStep(hosted.changed(chunk.call), tools) };
      break;
    case 'file': {
      const { file } = await keepHosted(chunk.file);
      if (!file) break;
      hosted.made(chunk.file.call, file.id);
      yield { type: 'file', file };
      break;
    }
    case 'retract': {
      const before = answer().slice(0, rounds.at(-1)?.upTo ?? 0);
      yield chunk;
      // Adapters and the answer take back all text, but only that of this response was reasoning.
      if (before !== '') yield { type: 'text', text: before };
      response.isNew = rounds.length > 0;
      break;
    }
    case 'cited':
      break;
    default:
      yield chunk;
  }
}

type TextChunk = Extract<ModelChunk, { type: 'text' }>;

/** The text, which begins a paragraph if a tool ran before it. */
function paragraph(chunk: TextChunk, response: Response, { answer }: ToolRoundsOptions): TextChunk {
  if (!response.isNew) return chunk;
  response.isNew = chunk.text.trim() === '';
  return { ...chunk, text: breakBetween(answer(), chunk.text) + chunk.text };
}

/** The line feeds that a new paragraph lacks. */
function breakBetween(before: string, text: string): string {
  const end = before.trimEnd().length;
  if (end === 0 || text.startsWith('\n') || text.trim() === '') return '';
  return '\n'.repeat(Math.max(0, 2 - (before.slice(end).split('\n').length - 1)));
}

function sumOf(one: Usage | undefined, other: Usage | undefined): Usage | undefined {
  if (!one || !other) return one ?? other;
  const cacheWrite = (one.cacheWrite ?? 0) + (other.cacheWrite ?? 0);
  return {
    input: one.input + other.input,
    cached: one.cached + other.cached,
    ...((one.cacheWrite ?? other.cacheWrite) !== undefined && { cacheWrite }),
    output: one.output + other.output,
    reasoning: one.reasoning + other.reasoning,
  };
}
