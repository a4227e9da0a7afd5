/** The printed report of a run of limits. */
import type { Happening } from '../faults.ts';
import type { Options } from '../options.ts';
import type { Crash } from '../processes/fleet.ts';
import type { LimitFindings } from './judge/judge-limits.ts';
import type { LimitUse } from './judge/limit-uses.ts';
import { COUNTERS } from './judge/problem.ts';
import type { Crowd } from './people/crowd.ts';
import type { ProviderCall } from './people/provider.ts';

export interface LimitsRun {
  options: Options;
  findings: LimitFindings;
  questions: number;
  calls: ProviderCall[];
  done: Crowd['done'];
  happenings: Happening[];
  crashes: Crash[];
  /** The turns and calls that were still under way at the end. */
  unsettled: { lanes: number; calls: number };
  seconds: number;
  folder: string;
}

const MOST_TOLD = 40;
const NANOS = 1_000_000_000;
const KINDS: [LimitUse['kind'], string][] = [
  ['installation', 'installation'],
  ['tenant', 'server by the operator'],
  ['server', 'server'],
  ['person', 'person everywhere'],
  ['member', 'person on a server'],
  ['role', 'role'],
];

/** The number of faults: the exit code, before it is limited. */
export function limitFaultsOf({ findings, unsettled, crashes, happenings }: LimitsRun): number {
  const others = crashesOf({ crashes, happenings }).length + unsettled.lanes;
  return findings.problems.length + others;
}

/** Crashes, but those of a start while Postgres was away. */
function crashesOf({ crashes, happenings }: Pick<LimitsRun, 'crashes' | 'happenings'>): Crash[] {
  const hasRestarts = happenings.some(({ kind }) => kind === 'store-restart');
  return crashes.filter(({ wasStarting }) => !(wasStarting && hasRestarts));
}

/** The whole report, without a line end. */
export function limitsReportOf(run: LimitsRun): string {
  const { options, findings, calls, done, happenings, unsettled } = run;
  const { problems, uses, exact, estimated, billed, booked } = findings;
  const count = (kind: Happening['kind']) => happenings.filter((one) => one.kind === kind).length;
  const ended = (how: ProviderCall['how']) => calls.filter((call) => call.how === how).length;
  const dollars = (nano: number) => `$${(nano / NANOS).toFixed(4)}`;
  const asked = new Set(calls.map(({ token }) => token)).size;
  const processes = `${options.processes} process${options.processes === 1 ? '' : 'es'}`;
  const crashes = crashesOf(run);
  return [
    `seed ${options.seed}, ${options.store}, ${processes}, limits, ${run.seconds.toFixed(0)} s`,
    `questions    ${run.questions} in bursts of 64: ${asked} reached the provider; ${done.stop} stopped, ${done.edit} edited, ${done.regenerate} answered again`,
    `ends         ${count('kill')} killed, ${count('stop')} stopped, ${count('pause')} paused, ${count('store-restart')} restarts of the store`,
    `calls        ${calls.length}: ${ended('whole')} whole, ${ended('gone')} left by Parley, ${ended('cut') + ended('silent')} cut, ${ended('untold') + ended('zeros')} without usage, ${ended('busy') + ended('broken')} refused`,
    `bookings     ${exact} exact and ${estimated} estimated on kept turns; ${dollars(billed)} billed, ${dollars(booked)} booked`,
    ...KINDS.map(
      ([kind, name]) => `  of ${name.padEnd(22)} ${fillOf(uses.filter((use) => use.kind === kind))}`,
    ),
    '',
    ...COUNTERS.map(
      (counter) => `${counter.padEnd(14)} ${problems.filter((one) => one.counter === counter).length}`,
    ),
    `UNSETTLED      ${unsettled.lanes} turns, ${unsettled.calls} calls`,
    ...(crashes.length > 0
      ? [
          `CRASHES        ${crashes.length}: ${crashes.map(({ name, how }) => `${name} with ${how}`).join(', ')}`,
        ]
      : []),
    ...problems.slice(0, MOST_TOLD).map(({ counter, why }) => `${counter}: ${why}`),
  ].join('\n');
}

/** How near limits came to their end. */
function fillOf(uses: LimitUse[]): string {
  const shares = uses.map(({ billed, most }) => billed / most);
  const nearly = shares.filter((share) => share > 0.8).length;
  const most = Math.max(0, ...shares);
  return `${uses.length} limits in a period, ${nearly} used by more than 80 %, at most ${(most * 100).toFixed(1)} %`;
}
