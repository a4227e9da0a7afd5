/** The command line of `npm run chaos`. */
import { parseArgs } from 'node:util';

export interface Options {
  /** The same seed gives the same plan. */
  seed: number;
  /** Messages that are said. */
  turns: number;
  /** Times a process is killed without a word. */
  kills: number;
  /** Times a process is asked to end, and started again. */
  stops: number;
  /** The share of messages that are delivered twice. */
  duplicates: number;
  /** The share of messages whose acknowledgement gets lost on the way. */
  lost: number;
  /** The share of messages over which the model fails once. */
  modelFaults: number;
  /** How many failures of calls, and of connections, in relation to the usual; 0 is none. */
  faults: number;
  store: 'sqlite' | 'postgres';
  processes: number;
  /** Times a process is stopped in its tracks for a while, of up to so many seconds. */
  pauses: number;
  pauseSeconds: number;
  /** Times the store is restarted; Postgres only. */
  restartStore: number;
  /** How Slack's events come. */
  slack: 'socket' | 'http';
  /** How long people talk. */
  seconds: number;
  /** How long is waited at most, at the end, until everything is answered. */
  settleSeconds: number;
  /** Keeps the folder of the logs also of a run without a fault. */
  keep: boolean;
}

/** Between two kills, on average; a start takes a second or two. */
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

/** @throws Error with a sentence about what is wrong */
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
