/** The command line of `npm run chaos`. */
import { parseArgs } from 'node:util';

export interface Options {
  /** Judges what people may spend, in place of what they read. */
  limits: boolean;
  /** Judges what people who sign in to the page find there. */
  page: boolean;
  /** The model searches before it answers, and the searches are judged, too. */
  tools: boolean;
  /** The same seed gives the same plan. */
  seed: number;
  /** Number of messages that people say; with `limits`, in bursts of 64. */
  turns: number;
  /** Number of SIGKILLs. */
  kills: number;
  /** Number of SIGTERMs, each followed by a start. */
  stops: number;
  /** Share of messages delivered twice. */
  duplicates: number;
  /** Share of messages whose acknowledgement is lost. */
  lost: number;
  /** Share of messages for which the model fails once. */
  modelFaults: number;
  /** Failures of calls and connections, as a multiple of the usual number; 0 means none. */
  faults: number;
  store: 'sqlite' | 'postgres';
  processes: number;
  /** Number of pauses (SIGSTOP) of a process, and their greatest length in seconds. */
  pauses: number;
  pauseSeconds: number;
  /** Number of restarts of the store; Postgres only. */
  restartStore: number;
  /** The transport of Slack's events. */
  slack: 'socket' | 'http';
  /** Time during which people talk, seconds. */
  seconds: number;
  /** Longest wait at the end until everything is answered, seconds. */
  settleSeconds: number;
  /** Keeps the folder of logs even after a run without a fault. */
  keep: boolean;
  /** With `limits`: the most tokens of an answer. Limits grow with it. */
  answerTokens: number;
  /** The time for which a process is left alone before most kills, ms. */
  upMs: { from: number; to: number };
}

/** Average time between two kills. A start takes a second or two. */
const SECONDS_PER_KILL = 7;
const SECONDS_PER_TURN = 1.2;
/** The same with `--limits`, where all is over sooner. */
const WITH_LIMITS = {
  secondsPerKill: 3,
  secondsPerTurn: 0.12,
  modelFaults: 0.15,
  upMs: { from: 300, to: 2_500 },
};
/** The same with `--page`, where people do about twice as many other things as they send messages. */
const WITH_PAGE = { secondsPerKill: 2.5, secondsPerTurn: 0.2, upMs: { from: 200, to: 2_000 } };
const MODEL_FAULTS = 0.05;
const UP_MS = { from: 1_000, to: 6_000 };

export const USAGE = `npm run chaos -- [options]
  --limits            judges what people may spend: bursts of 64 questions against small limits
  --page              people who sign in to the page: branches, search, links, sessions, accounts
  --tools             the model searches before it answers; most kills come in the middle of a search
  --seed N            the plan; default: 1
  --turns N           messages said; 300
  --kills N           SIGKILLs; turns / 5
  --stops N           SIGTERMs, each followed by a start; kills / 6
  --duplicates SHARE  messages delivered twice; 0.2
  --lost SHARE        messages whose acknowledgement gets lost; 0.1
  --model-faults SHARE  messages over which the model fails once; 0.05, with --limits of its calls 0.15
  --faults N          failures of calls and connections, 1 being the usual; 1
  --store KIND        sqlite or postgres; sqlite
  --processes N       Parleys on one store; 1
  --pauses N          SIGSTOPs; 0
  --pause-seconds N   the longest of them, which half of them take; 60
  --restart-store N   restarts of Postgres; 0
  --slack WAY         socket or http; socket for one process, else http
  --seconds N         how long people talk; by turns and kills
  --settle-seconds N  how long is waited for the last answer; 90
  --answer-tokens N   with --limits: the most tokens of an answer; 1200
  --keep              keeps the logs in any case`;

/** @throws Error with a sentence about the wrong argument */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      limits: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
      tools: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      turns: { type: 'string', default: '300' },
      kills: { type: 'string' },
      stops: { type: 'string' },
      duplicates: { type: 'string', default: '0.2' },
      lost: { type: 'string', default: '0.1' },
      'model-faults': { type: 'string' },
      faults: { type: 'string', default: '1' },
      store: { type: 'string', default: 'sqlite' },
      processes: { type: 'string', default: '1' },
      pauses: { type: 'string', default: '0' },
      'pause-seconds': { type: 'string', default: '60' },
      'restart-store': { type: 'string', default: '0' },
      slack: { type: 'string' },
      seconds: { type: 'string' },
      'settle-seconds': { type: 'string', default: '90' },
      'answer-tokens': { type: 'string', default: '1200' },
      keep: { type: 'boolean', default: false },
    },
  });
  const number = (name: string, text: string | undefined, fallback = 0): number => {
    const value = text === undefined ? fallback : Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number, 0 or more.`);
    return value;
  };
  const turns = number('turns', values.turns);
  const kills = number('kills', values.kills, Math.round(turns / 5));
  const processes = number('processes', values.processes);
  const store = oneOf('store', values.store, ['sqlite', 'postgres'] as const);
  const restartStore = number('restart-store', values['restart-store']);
  const { secondsPerTurn, secondsPerKill, upMs } = paceOf(values);
  if (store === 'sqlite' && processes !== 1) throw new Error('With sqlite there is one process.');
  if (store === 'sqlite' && restartStore > 0) throw new Error('Only Postgres can be restarted.');
  return {
    limits: values.limits,
    page: values.page,
    tools: values.tools,
    seed: number('seed', values.seed),
    turns,
    kills,
    stops: number('stops', values.stops, Math.round(kills / 6)),
    duplicates: number('duplicates', values.duplicates),
    lost: number('lost', values.lost),
    modelFaults: number(
      'model-faults',
      values['model-faults'],
      values.limits ? WITH_LIMITS.modelFaults : MODEL_FAULTS,
    ),
    faults: number('faults', values.faults),
    store,
    processes,
    pauses: number('pauses', values.pauses),
    pauseSeconds: number('pause-seconds', values['pause-seconds']),
    restartStore,
    slack: oneOf('slack', values.slack ?? (processes === 1 ? 'socket' : 'http'), ['socket', 'http'] as const),
    seconds: number('seconds', values.seconds, Math.max(turns * secondsPerTurn, kills * secondsPerKill)),
    settleSeconds: number('settle-seconds', values['settle-seconds']),
    keep: values.keep,
    answerTokens: number('answer-tokens', values['answer-tokens']),
    upMs,
  };
}

function paceOf({ limits, page }: Pick<Options, 'limits' | 'page'>) {
  if (limits) return WITH_LIMITS;
  if (page) return WITH_PAGE;
  return { secondsPerTurn: SECONDS_PER_TURN, secondsPerKill: SECONDS_PER_KILL, upMs: UP_MS };
}

function oneOf<const Value extends string>(name: string, given: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === given);
  if (found === undefined) throw new Error(`--${name} must be ${values.join(' or ')}.`);
  return found;
}
