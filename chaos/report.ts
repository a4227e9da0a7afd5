/** What a run printed. */
import { tokensIn } from './answers.ts';
import { COUNTERS, type Findings, type Verdict } from './checker.ts';
import type { Happening } from './faults.ts';
import type { Crash } from './fleet.ts';
import type { Options } from './options.ts';
import type { SeenMessage } from './seen.ts';

export interface Run {
  options: Options;
  findings: Findings;
  happenings: Happening[];
  crashes: Crash[];
  /** By `performance.now()`. */
  startedAt: number;
  endedAt: number;
}

/** Turns of which all is told; of further ones only what is wrong. */
const MOST_TOLD = 12;
const MOST_LINES = 120;
const NEAR_MS = 5_000;

/** The whole report, without an end of line. */
export function reportOf(run: Run): string {
  return [...figures(run), ...counters(run), ...offences(run)].join('\n');
}

/** What the run exits with, were there no limit to that. */
export function faultsOf({ findings: { counts }, crashes }: Pick<Run, 'findings' | 'crashes'>): number {
  return COUNTERS.reduce((sum, counter) => sum + counts[counter], crashes.length);
}

function figures({ options, findings, happenings, startedAt, endedAt }: Run): string[] {
  const { verdicts, overtaken } = findings;
  const count = (kind: Happening['kind']) => happenings.filter((one) => one.kind === kind).length;
  const closed = (outcome: Verdict['outcome']) => verdicts.filter((one) => one.outcome === outcome).length;
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
    `turns        ${verdicts.length}: ${closed('whole')} answered whole, ${closed('model')} closed with a notice of the model's failure, ${closed('stopped')} of a stop, ${closed('given up')} given up after three deaths, ${closed('store')} of the store's failure`,
    `ends         ${count('kill')} killed, ${count('stop')} stopped${count('late stop') > 0 ? ` (${count('late stop')} too late)` : ''}, ${count('pause')} paused`,
    `faults       ${faults} of calls, ${cuts} cut connections, ${count('store-restart')} restarts of the store, ${duplicated} messages delivered twice`,
    `healed       in place: ${on(is('discord'))} on Discord, ${on((one) => is('slack')(one) && !isStream(one))} on Slack, ${on((one) => is('slack')(one) && isStream(one))} native streams on Slack, ${on(is('page'))} on the page; ${verdicts.filter(({ removed }) => removed.length > 0).length} with other messages than before`,
    `waits        p50 ${quantile(0.5)} s, p99 ${quantile(0.99)} s, most ${quantile(1)} s`,
    `overtaken    ${overtaken} delivered again only after later ones`,
  ];
}

function counters({ findings, crashes }: Run): string[] {
  const lines = COUNTERS.map((counter) => `${counter.padEnd(12)} ${findings.counts[counter]}`);
  if (crashes.length === 0) return lines;
  return [
    ...lines,
    `CRASHES      ${crashes.length}: ${crashes.map(({ name, how }) => `${name} with ${how}`).join(', ')}`,
  ];
}

function offences(run: Run): string[] {
  const { verdicts, strays } = run.findings;
  const offending = verdicts.filter(({ problems }) => problems.length > 0);
  const clock = (at: number) => ((at - run.startedAt) / 1000).toFixed(2).padStart(8);
  return [
    ...offending.flatMap((verdict, index) => [
      '',
      headOf(verdict),
      ...(index < MOST_TOLD ? historyOf(verdict, run.happenings, clock) : []),
    ]),
    ...strays.flatMap(({ where, message }) => [
      '',
      `a message on ${where} that answers nothing: ${message.id}`,
      ...message.history.map(({ at, text }) => `${clock(at)}  ${excerpt(text)}`),
    ]),
  ];
}

function headOf({ turn, problems, outcome }: Verdict): string {
  const whys = problems.map(({ counter, why }) => `${counter}: ${why}`).join('; ');
  return `${turn.token} of ${turn.person} in ${turn.lane} (${turn.id}), ${outcome}: ${whys}`;
}

function historyOf(verdict: Verdict, happenings: Happening[], clock: (at: number) => string): string[] {
  const { turn, attempts, messages, removed, doneAt } = verdict;
  const lines: { at: number; what: string }[] = [{ at: turn.saidAt, what: 'said' }];
  if (turn.isDuplicated) lines.push({ at: turn.saidAt, what: 'delivered twice' });
  if (turn.acceptedAt !== undefined) lines.push({ at: turn.acceptedAt, what: 'acknowledged' });
  for (const { startedAt, endedAt, how, told } of attempts) {
    lines.push({
      at: startedAt,
      what: `the model is asked; told of ${told.map(toldOf).join(' ') || 'nothing'}`,
    });
    if (endedAt !== undefined) lines.push({ at: endedAt, what: `the model ends: ${how}` });
  }
  for (const message of [...messages, ...removed]) lines.push(...changesOf(message));
  const until = Math.max(doneAt ?? 0, ...lines.map(({ at }) => at)) + NEAR_MS;
  for (const { at, kind, what } of happenings) {
    if (at > turn.saidAt - NEAR_MS && at < until) lines.push({ at, what: `** ${kind} ${what}` });
  }
  return lines
    .sort((a, b) => a.at - b.at)
    .slice(0, MOST_LINES)
    .map(({ at, what }) => `${clock(at)}  ${what}`);
}

const toldOf = ({ token, isWhole }: { token: string; isWhole: boolean }) => (isWhole ? token : `(${token})`);

function changesOf({ id, history, isDeleted }: SeenMessage): { at: number; what: string }[] {
  return history.map(({ at, text }, index) => ({
    at,
    what: `${isDeleted ? 'removed ' : ''}${id} ${index === 0 ? 'posted' : 'changed'}: ${excerpt(text)}`,
  }));
}

function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const [last] = tokensIn(line).slice(-1);
  return `${line.length} characters, ${line.length < 90 ? line : `${line.slice(0, 30)} … ${line.slice(-50)}`}${last ? '' : ' (no token)'}`;
}
