/** The history of a turn, line by line. */

import type { Happening } from '../faults.ts';
import { tokensIn } from '../people/answers.ts';
import type { Call } from './calls.ts';
import type { SeenMessage } from './seen.ts';
import type { Verdict } from './verdict.ts';

export interface Surroundings {
  /** Faults of the run. Those near the turn are listed too. */
  happenings: Happening[];
  /** Calls about the turn. */
  calls: Call[];
  /** Start of the run, by `performance.now()`. */
  startedAt: number;
}

interface Entry {
  at: number;
  what: string;
}

const MOST_LINES = 150;
const NEAR_MS = 5_000;

/** Lines in order of time, each with its second of the run. */
export function historyOf(verdict: Verdict, { happenings, calls, startedAt }: Surroundings): string[] {
  const { turn, messages, removed } = verdict;
  const entries = [...saying(verdict), ...calls, ...[...messages, ...removed].flatMap(changesOf)];
  const until = Math.max(...entries.map(({ at }) => at)) + NEAR_MS;
  const near = happenings.filter(({ at }) => at > turn.saidAt - NEAR_MS && at < until);
  return [...entries, ...near.map(({ at, kind, what }) => ({ at, what: `** ${kind} ${what}` }))]
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_LINES)
    .map(({ at, what }) => `${((at - startedAt) / 1000).toFixed(3).padStart(9)}  ${what}`);
}

function saying({ turn, attempts }: Verdict): Entry[] {
  const { saidAt, acceptedAt, isDuplicated } = turn;
  const entries: Entry[] = [{ at: saidAt, what: isDuplicated ? 'said, and delivered twice' : 'said' }];
  if (acceptedAt !== undefined) entries.push({ at: acceptedAt, what: 'acknowledged' });
  for (const { startedAt, endedAt, how, told } of attempts) {
    const known = told.map(({ token, isWhole }) => (isWhole ? token : `(${token})`)).join(' ');
    entries.push({ at: startedAt, what: `the model is asked; told of ${known || 'nothing'}` });
    if (endedAt !== undefined) entries.push({ at: endedAt, what: `the model ends: ${how}` });
  }
  return entries;
}

function changesOf({ id, history, isDeleted }: SeenMessage): Entry[] {
  return history.map(({ at, text }, index) => ({
    at,
    what: `${isDeleted ? 'removed ' : ''}${id} ${index === 0 ? 'posted' : 'changed'}: ${excerpt(text)}`,
  }));
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const shown = line.length < 90 ? line : `${line.slice(0, 30)} … ${line.slice(-50)}`;
  return `${line.length} characters, ${shown}${tokensIn(line).length === 0 ? ' (no token)' : ''}`;
}
