/** The command line of `npm run chaos`. */
import { parseArgs } from 'node:util';

export interface Options {
  /** The same seed gives the same plan. */
  seed: number;
  /** Number of messages that people say. */
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
}

/** Average time between two kills. A start takes a second or two. */
const SECONDS_PER_KILL = 7;
const SECONDS_PER_TURN = 1.2;

export const USAGE = `npm run chaos -- [options]
  --seed N            the plan; default: 1
  --turns N           messages said; 300
  --kills N           SIGKILLs; turns / 5
  --stops N           SIGTERMs, each followed by a start; kills / 6
  --duplicates SHARE  messages delivered twice; 0.2
  --lost SHARE        messages whose acknowledgement gets lost; 0.1
  --model-faults SHARE  messages over which the model fails once; 0.05
  --faults N          failures of calls and connections, 1 being the usual; 1
  --store KIND        sqlite or postgres; sqlite
  --processes N       Parleys on one store; 1
  --pauses N          SIGSTOPs; 0
  --pause-seconds N   the longest of them, which half of them take; 60
  --restart-store N   restarts of Postgres; 0
  --slack WAY         socket or http; socket for one process, else http
  --seconds N         how long people talk; by turns and kills
  --settle-seconds N  how long is waited for the last answer; 90
  --keep              keeps the logs in any case`;

/** @throws Error with a sentence about the wrong argument */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      turns: { type: 'string', default: '300' },
      kills: { type: 'string' },
      stops: { type: 'string' },
      duplicates: { type: 'string', default: '0.2' },
      lost: { type: 'string', default: '0.1' },
      'model-faults': { type: 'string', default: '0.05' },
      faults: { type: 'string', default: '1' },
      store: { type: 'string', default: 'sqlite' },
      processes: { type: 'string', default: '1' },
      pauses: { type: 'string', default: '0' },
      'pause-seconds': { type: 'string', default: '60' },
      'restart-store': { type: 'string', default: '0' },
      slack: { type: 'string' },
      seconds: { type: 'string' },
      'settle-seconds': { type: 'string', default: '90' },
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
  if (store === 'sqlite' && processes !== 1) throw new Error('With sqlite there is one process.');
  if (store === 'sqlite' && restartStore > 0) throw new Error('Only Postgres can be restarted.');
  return {
    seed: number('seed', values.seed),
    turns,
    kills,
    stops: number('stops', values.stops, Math.round(kills / 6)),
    duplicates: number('duplicates', values.duplicates),
    lost: number('lost', values.lost),
    modelFaults: number('model-faults', values['model-faults']),
    faults: number('faults', values.faults),
    store,
    processes,
    pauses: number('pauses', values.pauses),
    pauseSeconds: number('pause-seconds', values['pause-seconds']),
    restartStore,
    slack: oneOf('slack', values.slack ?? (processes === 1 ? 'socket' : 'http'), ['socket', 'http'] as const),
    seconds: number('seconds', values.seconds, Math.max(turns * SECONDS_PER_TURN, kills * SECONDS_PER_KILL)),
    settleSeconds: number('settle-seconds', values['settle-seconds']),
    keep: values.keep,
  };
}

function oneOf<const Value extends string>(name: string, given: string, values: readonly Value[]): Value {
  const found = values.find((value) => value === given);
  if (found === undefined) throw new Error(`--${name} must be ${values.join(' or ')}.`);
  return found;
}
