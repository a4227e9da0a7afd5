/** Calls of hosted tools as steps. The provider runs them within its response, so they are only noted. */
import type { FoundPage, HostedCall } from '../../models/tool.ts';
import { STEP_PROMPT } from '../../sentences/step-prompts.ts';
import { seenName } from '../../text/unseen.ts';
import type { Source, Step } from '../tools/step.ts';
import { MOST_OUTPUT, type ToolContext } from '../tools/tool.ts';

export interface HostedSteps {
  readonly steps: Step[];
  /** Notes a call, or what has changed of it. Returns its step. */
  changed(call: HostedCall): Step;
  made(call: string, file: string): void;
  /** The response is over: calls that did not end have failed. */
  close(): void;
}

/** Calls of one response that are kept. */
const MOST_KEPT = 50;
const MOST_INPUT = 20_000;
const MOST_TITLE = 300;
const MOST_FOUND = 50;

/** @param before the steps of earlier responses of the turn */
export function hostedSteps(before: Iterable<Step>, cite: ToolContext['cite']): HostedSteps {
  const taken = new Set([...before].map(({ id }) => id));
  const byCall = new Map<string, Step>();
  const steps: Step[] = [];

  function stepOf({ id, tool }: Pick<HostedCall, 'id' | 'tool'>): Step {
    const known = byCall.get(id);
    if (known) return known;
    let free = `hosted-${taken.size + 1}`;
    for (let number = taken.size + 2; taken.has(free); number++) free = `hosted-${number}`;
    taken.add(free);
    const step: Step = { id: free, tool, arguments: '', state: 'running', isHosted: true, began: Date.now() };
    byCall.set(id, step);
    if (steps.length < MOST_KEPT) steps.push(step);
    return step;
  }

  return {
    steps,
    changed(call) {
      const step = stepOf(call);
      step.state = call.state;
      if (call.input !== undefined) step.arguments = call.input.slice(0, MOST_INPUT).toWellFormed();
      if (call.output !== undefined) step.output = call.output.slice(0, MOST_OUTPUT).toWellFormed();
      if (call.found) step.sources = call.found.slice(0, MOST_FOUND).map((page) => sourceOf(page, cite));
      if (call.state !== 'running') step.ended ??= Date.now();
      return step;
    },
    made(call, file) {
      const step = byCall.get(call);
      if (step) step.files = [...(step.files ?? []), file];
    },
    close() {
      for (const step of steps) {
        if (step.state === 'running') Object.assign(step, { state: 'failed', ended: Date.now() });
        step.output ??= step.state === 'failed' ? STEP_PROMPT.stopped : '';
      }
    },
  };
}

const sourceOf = (page: FoundPage, cite: ToolContext['cite']): Source => ({
  number: cite(page),
  url: page.url,
  title: seenName(page.title, MOST_TITLE),
});
