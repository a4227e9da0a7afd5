/** Runs the steps of a round side by side, each journalled before it begins and once it has ended. */
import type { Logger } from 'pino';
import { STEP_PROMPT } from '../../sentences/step-prompts.ts';
import type { Chunk } from '../../types.ts';
import type { Round, Step } from '../tools/step.ts';
import type { Tool, ToolContext } from '../tools/tool.ts';
import { materialOf, roomIn } from './output.ts';
import { checkStep } from './plan-steps.ts';
import { runStep, type StepCall } from './run-step.ts';
import { shownStep } from './shown-step.ts';
import { createWriter, sideBySide } from './side-by-side.ts';

/** Bounds of a turn's tools. */
export interface ToolBounds {
  /** Longest time of one call, and of all calls of a turn together, ms. */
  callMs: number;
  turnMs: number;
  /** UTF-8 bytes of all results of a turn together. */
  outputBytes: number;
}

export interface StepsRun extends Pick<StepCall, 'keepFile' | 'log'> {
  tools: Tool[];
  /** All rounds of the turn. The last one's steps run. */
  rounds: Round[];
  bounds: ToolBounds;
  contextOf(step: Step): ToolContext;
  /** Journals the rounds as they are now. @throws StoreError */
  journal(): Promise<void>;
  log: Logger;
}

export type StepChunk = Extract<Chunk, { type: 'step' | 'file' }>;

const MOST_AT_ONCE = 4;

/**
 * Runs those steps of the last round that have not ended. Aborted, it leaves them as they are.
 * @throws StoreError if the store is away: then no other begins
 */
export async function* runSteps(run: StepsRun, signal: AbortSignal): AsyncGenerator<StepChunk, void, void> {
  const { rounds, tools } = run;
  const steps = (rounds.at(-1)?.steps ?? []).filter(({ output }) => output === undefined);
  for (const step of steps) if (step.state === 'running') leaveUnknown(step, tools);
  const over = new AbortController();
  const ended: Promise<void>[] = [];
  const written = createWriter(run.journal);
  let room = roomIn(stepsOf(rounds), run.bounds.outputBytes);
  // Steps can end at the same moment, so the room is taken at once.
  const asMaterial = (text: string) => {
    const shown = materialOf(text, room);
    room -= Buffer.byteLength(shown);
    return shown;
  };
  const endsAt = Date.now() + run.bounds.turnMs - msOf(rounds);
  const either = AbortSignal.any([signal, over.signal]);
  try {
    yield* sideBySide<Step, StepChunk>(steps, MOST_AT_ONCE, async (step, report) => {
      if (either.aborted) return;
      await runOne({ step, run, endsAt, asMaterial, written, report }, either);
      if (either.aborted) return;
      const end = written();
      end.catch(() => over.abort());
      ended.push(end);
    });
    await Promise.all(ended);
  } finally {
    over.abort();
  }
}

/** A step that was begun by a process that died. A tool that only reads can run again, one that makes something once. */
function leaveUnknown(step: Step, tools: Tool[]): void {
  const effect = tools.find(({ name }) => name === step.tool)?.effect;
  if (effect === 'read') return;
  if (effect === 'make' && !step.isAgain) {
    step.isAgain = true;
    return;
  }
  Object.assign(step, { state: 'unknown', output: STEP_PROMPT.unknown, ended: Date.now() });
}

/** The time that the tools of these rounds took, ms. */
export function msOf(rounds: Round[]): number {
  let ms = 0;
  for (const { steps } of rounds) {
    const ends = steps.flatMap(({ ended }) => ended ?? []);
    const begins = steps.flatMap(({ began, ended }) => (ended === undefined ? [] : (began ?? [])));
    if (begins.length > 0) ms += Math.max(0, Math.max(...ends) - Math.min(...begins));
  }
  return ms;
}

interface RunningStep extends Pick<StepCall, 'asMaterial'> {
  step: Step;
  run: StepsRun;
  /** When the time for the turn's tools is over (ms since 1970). */
  endsAt: number;
  written(): Promise<void>;
  report(chunk: StepChunk): void;
}

async function runOne(
  { step, run, endsAt, asMaterial, written, report }: RunningStep,
  signal: AbortSignal,
): Promise<void> {
  const { tools, rounds, bounds, contextOf, keepFile, log } = run;
  const show = () => report({ type: 'step', step: shownStep(step, tools) });
  if (step.output !== undefined) return show();
  const left = endsAt - Date.now();
  const checked = left > 0 ? checkStep(step, tools, rounds) : { refusal: STEP_PROMPT.noTime };
  if ('refusal' in checked) {
    Object.assign(step, { state: 'failed', output: checked.refusal });
    return show();
  }
  Object.assign(step, { state: 'running', began: Date.now() });
  await written();
  if (signal.aborted) return;
  show();
  const ms = Math.min(checked.tool.mostMs ?? bounds.callMs, left);
  const outcome = await runStep(
    { ...checked, context: contextOf(step), ms, asMaterial, keepFile, log },
    signal,
  );
  if (!outcome) return;
  const { made, ...rest } = outcome;
  Object.assign(step, rest, { ended: Date.now() });
  show();
  for (const file of made) report({ type: 'file', file });
}

export function* stepsOf(rounds: Round[]): Generator<Step> {
  for (const { steps } of rounds) yield* steps;
}
