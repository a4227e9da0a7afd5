/** Runs one call of a tool within its time. */
import type { Logger } from 'pino';
import { StoreError } from '../../errors.ts';
import { ModelError } from '../../models/model.ts';
import { whereFrom } from '../../reports/where-from.ts';
import { STEP_PROMPT } from '../../sentences/step-prompts.ts';
import { seenName } from '../../text/unseen.ts';
import type { MadeFile } from '../../types.ts';
import type { Source, Step } from '../tools/step.ts';
import { type MadeContent, type Tool, type ToolContext, ToolError, type ToolResult } from '../tools/tool.ts';

export interface StepCall {
  tool: Tool;
  input: unknown;
  context: ToolContext;
  /** Deadline, ms. */
  ms: number;
  /** The result as material, cut to the room that is left for it. */
  asMaterial(text: string): string;
  /** Keeps a file that the tool made. */
  keepFile(content: MadeContent): Promise<KeptForModel>;
  log: Logger;
}

/** `says`: a line for the model about it. */
export interface KeptForModel {
  file?: MadeFile;
  says: string;
}

export interface StepOutcome extends Pick<Step, 'state' | 'output' | 'sources' | 'files'> {
  made: MadeFile[];
}

/** Most characters of a failure's sentence, and of a source's title. */
const MOST_SENTENCE = 1_000;
const MOST_TITLE = 300;
/** Most sources of one step. */
const MOST_SOURCES = 50;

/**
 * Undefined: the attempt was aborted.
 * @throws StoreError while the store is away: no fault of the tool, so the model is not told of it
 */
export async function runStep(call: StepCall, signal: AbortSignal): Promise<StepOutcome | undefined> {
  const { tool, input, context, ms } = call;
  const late = AbortSignal.timeout(ms);
  const over = AbortSignal.any([signal, late]);
  try {
    return await doneOf(await endingWith(over, () => tool.run(input, context, over)), call);
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof StoreError) throw error;
    // Nobody knows how far a tool came that acts.
    const isUnknown = late.aborted && tool.effect === 'act';
    const output = late.aborted ? STEP_PROMPT.late(Math.ceil(ms / 1000)) : sentenceOf(error, call);
    return { state: isUnknown ? 'unknown' : 'failed', output, made: [] };
  }
}

async function doneOf({ text, sources = [], files = [] }: ToolResult, call: StepCall): Promise<StepOutcome> {
  const kept: KeptForModel[] = [];
  for (const file of files) kept.push(await call.keepFile(file));
  const made = kept.flatMap(({ file }) => (file ? [file] : []));
  const says = kept.map(({ says }) => says);
  const cited = sources
    .slice(0, MOST_SOURCES)
    .map(({ number, url, title }): Source => ({ number, url, title: seenName(title, MOST_TITLE) }));
  return {
    state: 'done',
    output: [call.asMaterial(text.toWellFormed()), ...says].join('\n'),
    ...(cited.length > 0 && { sources: cited }),
    ...(made.length > 0 && { files: made.map(({ id }) => id) }),
    made,
  };
}

/** The result of a task, or an error as soon as the signal is aborted: a task may never end. */
async function endingWith<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([task(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The failure in a sentence for the model. */
function sentenceOf(error: unknown, { tool, context, log }: StepCall): string {
  if (error instanceof ToolError) return error.message.slice(0, MOST_SENTENCE).toWellFormed();
  if (error instanceof ModelError) {
    const { kind } = error.failure;
    return kind === 'limit' || kind === 'unpriced' ? STEP_PROMPT.limit : STEP_PROMPT.provider;
  }
  const { conversation, id } = context.message;
  log.error({ conversation, turn: id, tool: tool.name, error: whereFrom(error) }, 'tool failed');
  return STEP_PROMPT.bug;
}
