/** The text that a model reads as the outcome of a call: a tool's result as material, cut to its bounds. */
import { STEP_PROMPT } from '../../sentences/step-prompts.ts';
import { textLines } from '../speech.ts';
import type { Step } from '../tools/step.ts';
import { MOST_OUTPUT } from '../tools/tool.ts';

/** Less room than this (UTF-8 bytes) is not worth a result. */
const LEAST_ROOM = 500;

/** UTF-8 bytes that the outcomes of a turn may still have, so that the model can read them all. */
export function roomIn(steps: Iterable<Step>, mostBytes: number): number {
  let left = mostBytes;
  for (const { output = '' } of steps) left -= Buffer.byteLength(output);
  return left;
}

/** @param room UTF-8 bytes */
export function materialOf(text: string, room: number): string {
  if (room < LEAST_ROOM) return STEP_PROMPT.noRoom;
  const shown = textLines(cutBytes(text.slice(0, MOST_OUTPUT), room));
  let longest = 2;
  for (const [run] of shown.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  const rest = text.length > shown.length ? `\n${STEP_PROMPT.cutOff(text.length - shown.length)}` : '';
  return `${STEP_PROMPT.material}\n${fence}\n${shown || STEP_PROMPT.empty}\n${fence}${rest}`;
}

/** The result in an outcome, as people read it. */
export function resultIn(output: string): string {
  const [, , result = output] = FENCED.exec(output) ?? [];
  return result;
}

const FENCED = /^[^\n]*\n(`{3,})\n([\s\S]*)\n\1(?:\n|$)/;

function cutBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  // A character that the cut divides becomes U+FFFD.
  return bytes.length <= most
    ? text
    : bytes
        .subarray(0, most)
        .toString()
        .replace(/\ufffd$/, '');
}
