/** Judges the steps of a run: none is repeated once it has ended, none is lost, and each keeps its result. */
import { type Happening, STEP_ENDS } from '../faults.ts';
import type { Verdict } from '../judge/verdict.ts';
import { type AskedPicture, judgePicture } from './drawing.ts';
import { queriesOf, type ToldResult } from './looking-up.ts';
import type { CountedSearch } from './searches.ts';

export interface StepFindings {
  searches: number;
  /** Searches that were made again, since the process died in the middle. */
  again: number;
  /** Pictures that were made. */
  pictures: number;
  /** Kills of a process that was searching. */
  killedSearching: number;
  /** Sentences about steps that were repeated, lost or changed. */
  problems: string[];
}

export interface StepEvidence {
  searches: CountedSearch[];
  told: ToldResult[];
  happenings: Happening[];
  verdicts: Verdict[];
  pictures: AskedPicture[];
}

/** Time in which a process that ends has let go of its connections, ms. */
const LETS_GO_MS = 1_000;
export function judgeSteps({ searches, told, happenings, verdicts, pictures }: StepEvidence): StepFindings {
  const byQuery = Map.groupBy(searches, ({ query }) => query);
  const toldOf = Map.groupBy(told, ({ query }) => query);
  const problems: string[] = [];
  let again = 0;
  for (const [query, all] of byQuery) {
    again += all.length - 1;
    problems.push(...repeatedIn(query, all, toldOf.get(query) ?? [], happenings));
  }
  for (const [query, all] of toldOf) problems.push(...changedIn(query, all));
  for (const { turn, outcome, messages } of verdicts) {
    if (outcome !== 'whole') continue;
    problems.push(...judgePicture(turn.token, pictures, messages, happenings));
    const missing = queriesOf(turn.token)
      .flat()
      .filter((query) => !toldOf.get(query)?.some(({ number, isOwn }) => isOwn && number !== undefined));
    if (missing.length > 0) problems.push(`lost: ${missing.join(', ')}`);
  }
  return {
    searches: searches.length,
    pictures: pictures.length,
    again,
    killedSearching: killsIn(searches, happenings),
    problems,
  };
}

function repeatedIn(
  query: string,
  all: CountedSearch[],
  told: ToldResult[],
  happenings: Happening[],
): string[] {
  const problems: string[] = [];
  for (const [index, search] of all.entries()) {
    const before = all[index - 1];
    if (!before) continue;
    const known = told.find(({ at, number }) => at < search.startedAt && number !== undefined);
    if (known) problems.push(`repeated: ${query}, whose result was told before`);
    const hadEnd = happenings.some(
      ({ at, kind }) => STEP_ENDS.has(kind) && at > before.startedAt - LETS_GO_MS && at < search.startedAt,
    );
    if (!hadEnd) problems.push(`repeated: ${query}, although nothing ended in between`);
  }
  return problems;
}

function changedIn(query: string, all: ToldResult[]): string[] {
  // Later turns are told of a turn that was given up in the middle of a step.
  const counted = all.filter(({ number, isOwn }) => isOwn || number !== undefined);
  const numbers = new Set(counted.map(({ number }) => number));
  if (numbers.has(undefined)) return [`lost: ${query}, of which the model was told something else`];
  return numbers.size > 1 ? [`changed: ${query} was told as number ${[...numbers].join(' and ')}`] : [];
}

function killsIn(searches: CountedSearch[], happenings: Happening[]): number {
  const gone = searches.filter(({ how }) => how === 'gone').map(({ endedAt = 0 }) => endedAt);
  return happenings.filter(
    ({ at, kind }) => kind === 'kill' && gone.some((ended) => ended >= at && ended - at < LETS_GO_MS),
  ).length;
}

export function stepLines({ searches, pictures, again, killedSearching, problems }: StepFindings): string[] {
  return [
    `steps        ${searches} searches, ${pictures} pictures; ${again} searches made again after an end; ${killedSearching} kills in the middle of a step`,
    `STEPS        ${problems.length}`,
    ...problems.slice(0, 20),
  ];
}
