/** The printed report of a run. */

import type { Happening } from '../faults.ts';
import type { Options } from '../options.ts';
import type { Crash } from '../processes/fleet.ts';
import { stepLines } from '../tools/judge-steps.ts';
import type { Call } from './calls.ts';
import type { Findings } from './checker.ts';
import { historyOf } from './history.ts';
import { COUNTERS, type Verdict } from './verdict.ts';

export interface ChaosRun {
  options: Options;
  findings: Findings;
  happenings: Happening[];
  crashes: Crash[];
  /** Calls about an answer. */
  callsAbout(verdict: Verdict): Call[];
  /** When it happened, by `performance.now()`. */
  startedAt: number;
  endedAt: number;
}

/** Turns with a full history; the report lists only the problems of further turns. */
const MOST_TOLD = 12;
/** Longest time in which a start notices that the store is away, ms. */
const STORE_MS = 15_000;

/** The whole report, without a line end. */
export function reportOf(run: ChaosRun): string {
  return [...figures(run), ...counters(run), ...offences(run)].join('\n');
}

/** The number of faults: the exit code, before it is limited. */
export function faultsOf(run: Pick<ChaosRun, 'findings' | 'crashes' | 'happenings'>): number {
  return countedIn(run.findings) + crashesOf(run).length + lateStopsOf(run).length;
}

/** The sum of the counters. */
export function countedIn({ counts, steps }: Findings): number {
  return COUNTERS.reduce((sum, counter) => sum + counts[counter], steps?.problems.length ?? 0);
}

/**
 * Crashes of the run. A start that ends because the store is away does not count: Parley says so, and a supervisor
 * tries again.
 */
function crashesOf({ crashes, happenings }: Pick<ChaosRun, 'crashes' | 'happenings'>): Crash[] {
  const storeFaults = happenings.filter(({ kind }) => kind.startsWith('store-'));
  return crashes.filter(
    (crash) => !crash.wasStarting || !storeFaults.some(({ at }) => at < crash.at && crash.at - at < STORE_MS),
  );
}

/** Stops that did not end in time, so that a supervisor killed the process. */
function lateStopsOf({ happenings }: Pick<ChaosRun, 'happenings'>): Happening[] {
  return happenings.filter(({ kind }) => kind === 'late stop');
}

function figures(run: ChaosRun): string[] {
  const { options, findings, happenings, startedAt, endedAt } = run;
  const { verdicts, overtaken } = findings;
  const count = (kind: Happening['kind']) => happenings.filter((one) => one.kind === kind).length;
  const pauses = happenings
    .filter(({ kind }) => kind === 'resume')
    .map(({ what }) => what)
    .join(', ');
  const closed = (outcome: Verdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length;
  const unbegun = verdicts.filter(
    ({ outcome, attempts }) => outcome === 'given up' && attempts.length === 0,
  ).length;
  const duplicated = verdicts.filter(({ turn }) => turn.isDuplicated).length;
  const on = (test: (verdict: Verdict) => boolean) =>
    verdicts.filter((one) => one.isHealed && test(one)).length;
  const isStream = ({ messages }: Verdict) => messages.some((message) => message.isStream);
  const is = (platform: string) => (verdict: Verdict) => verdict.turn.place.platform === platform;
  const waits = verdicts
    .filter(({ outcome }) => outcome === 'whole')
    .map(({ turn, doneAt }) => ((doneAt ?? 0) - turn.saidAt) / 1000)
    .sort((a, b) => a - b);
  const quantile = (share: number) => (waits[Math.floor(share * (waits.length - 1))] ?? 0).toFixed(1);
  const faults = count('discord-calls') + count('slack-calls');
  const cuts = count('gateway') + count('socket') + count('page-streams') + count('store-connections');
  return [
    `seed ${options.seed}, ${options.store}, ${options.processes} process${options.processes === 1 ? '' : 'es'}, ${((endedAt - startedAt) / 1000).toFixed(0)} s`,
    `turns        ${verdicts.length}: ${closed('whole')} answered whole, ${closed('model')} closed with a notice of the model's failure, ${closed('given up')} given up after three deaths (${unbegun} of them never begun), ${closed('store')} of the store's failure`,
    `ends         ${count('kill')} killed, ${count('stop')} stopped, ${count('pause')} paused${pauses === '' ? '' : ` (${pauses})`}`,
    `faults       ${faults} of calls, ${cuts} cut connections, ${count('store-restart')} restarts of the store (${run.crashes.length - crashesOf(run).length} starts without it), ${duplicated} messages delivered twice`,
    `healed       in place: ${on(is('discord'))} on Discord, ${on((one) => is('slack')(one) && !isStream(one))} on Slack, ${on((one) => is('slack')(one) && isStream(one))} native streams on Slack, ${on(is('page'))} on the page; ${verdicts.filter(({ removed }) => removed.length > 0).length} with other messages than before`,
    `waits        p50 ${quantile(0.5)} s, p99 ${quantile(0.99)} s, most ${quantile(1)} s`,
    `overtaken    ${overtaken} delivered again only after later ones`,
  ];
}

function counters(run: ChaosRun): string[] {
  const { findings } = run;
  const crashes = crashesOf(run);
  const lateStops = lateStopsOf(run);
  const lines = COUNTERS.map((counter) => `${counter.padEnd(12)} ${findings.counts[counter]}`);
  if (findings.steps) lines.push(...stepLines(findings.steps));
  if (crashes.length > 0)
    lines.push(
      `CRASHES      ${crashes.length}: ${crashes.map(({ name, how }) => `${name} with ${how}`).join(', ')}`,
    );
  if (lateStops.length > 0)
    lines.push(`LATE STOPS   ${lateStops.length}: ${lateStops.map(({ what }) => what).join(', ')}`);
  return lines;
}

function offences(run: ChaosRun): string[] {
  const { verdicts, strays } = run.findings;
  const offending = verdicts.filter(({ problems }) => problems.length > 0);
  const tell = (verdict: Verdict, happenings: Happening[]) =>
    historyOf(verdict, { happenings, calls: run.callsAbout(verdict), startedAt: run.startedAt });
  return [
    ...offending
      .slice(0, MOST_TOLD)
      .flatMap((verdict) => [
        '',
        headOf(verdict),
        ...tell(verdict, run.happenings),
        ...besideOf(verdict).flatMap((other) => [`beside ${nameOf(other)}`, ...tell(other, [])]),
      ]),
    ...offending.slice(MOST_TOLD).flatMap((verdict) => ['', headOf(verdict)]),
    ...strays.flatMap(({ where, message }) => [
      '',
      `a message on ${where} that answers nothing: ${message.id}`,
      ...message.history.map(({ text }) => text),
    ]),
  ];
}

function headOf(verdict: Verdict): string {
  const whys = verdict.problems.map(({ counter, why }) => `${counter}: ${why}`).join('; ');
  return `${nameOf(verdict)}: ${whys}`;
}

const nameOf = ({ turn, outcome }: Verdict) =>
  `${turn.token} of ${turn.person} in ${turn.lane} (${turn.id}), ${outcome}`;

function besideOf({ problems }: Verdict): Verdict[] {
  return [...new Set(problems.flatMap(({ beside }) => beside ?? []))];
}
