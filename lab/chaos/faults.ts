/** Carries out the faults of a plan, and records when each happened. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Discord } from '../counterparts/discord/start.ts';
import type { TestPostgres } from '../counterparts/postgres.ts';
import type { Slack } from '../counterparts/slack/start.ts';
import type { Browser } from './people/browser.ts';
import type { Fault } from './plan/cast.ts';
import type { Fleet } from './processes/fleet.ts';
import type { Parley } from './processes/parley.ts';
import type { CountedSearch } from './tools/searches.ts';

/** When it happened, by `performance.now()`. */
export interface Happening {
  at: number;
  kind: Fault['kind'] | 'start' | 'late stop' | 'resume';
  what: string;
}

/** Happenings after which a step may run again. */
export const STEP_ENDS: ReadonlySet<Happening['kind']> = new Set([
  'kill',
  'stop',
  'pause',
  'store-restart',
  'store-connections',
]);

export interface FaultOptions {
  /** Absent: nobody is there. */
  discord?: Discord;
  slack?: Slack;
  fleet: Fleet;
  browsers: ReadonlyMap<string, Browser>;
  postgres: TestPostgres | undefined;
  /** Searches so far. Absent: nobody searches. */
  searches?: CountedSearch[];
  /** Resolves some time after the next request that changes something, with its port. */
  written?(): Promise<number>;
}

export interface Faults {
  /** Resolves when the fault is over, for example after the start that follows a kill. Never rejects. */
  perform(fault: Fault): Promise<void>;
  happenings: Happening[];
}

/** Longest wait of a kill for a message to be posted, ms. */
const POSTING_MS = 2_000;
/** Longest wait of a kill for a search, ms. */
const SEARCHING_MS = 30_000;
const LOOK_EVERY_MS = 4;
/** Longest wait for a process that can be killed, ms. A start takes 1 s, on a busy machine 20 s. */
const VICTIM_MS = 120_000;
const POSTS = ['chat.postMessage', 'chat.startStream'];

type Note = (kind: Happening['kind'], what: string) => void;
type Kill = Extract<Fault, { kind: 'kill' }>;
type Stop = Extract<Fault, { kind: 'stop' }>;
type Pause = Extract<Fault, { kind: 'pause' }>;

export function createFaults(options: FaultOptions): Faults {
  const happenings: Happening[] = [];
  const note: Note = (kind, what) => void happenings.push({ at: performance.now(), kind, what });
  const { kill, stop, pause } = createProcessFaults(options, note);

  async function carryOut(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case 'kill':
        return kill(fault);
      case 'stop':
        return stop(fault);
      case 'pause':
        return pause(fault);
      default:
        return breakConnection(options, note, fault);
    }
  }

  return {
    happenings,
    async perform(fault) {
      try {
        await carryOut(fault);
      } catch (error) {
        note(fault.kind, `could not be carried out: ${error}`);
      }
    },
  };
}

/** Breaks calls and connections to the platforms, the page and the store. */
async function breakConnection(
  { discord, slack, browsers, postgres }: FaultOptions,
  note: Note,
  fault: Exclude<Fault, Kill | Stop | Pause>,
): Promise<void> {
  switch (fault.kind) {
    case 'discord-calls':
      note(fault.kind, `${fault.fault} for ${fault.times} × ${fault.call}`);
      return discord?.faults.next(fault.call, fault.fault, fault.times);
    case 'slack-calls':
      note(fault.kind, `${fault.fault} for ${fault.times} × ${fault.method}`);
      return slack?.faults.next(fault.method, fault.fault, fault.times);
    case 'gateway':
      note(fault.kind, fault.how);
      return discord && breakGateway(discord, fault.how);
    case 'socket':
      note(fault.kind, fault.how);
      if (fault.how === 'dropped') slack?.socketMode.dropConnections();
      else slack?.socketMode.disconnect(fault.how);
      return;
    case 'page-streams':
      note(fault.kind, 'cut');
      for (const browser of browsers.values()) browser.cut();
      return;
    case 'store-connections':
      note(fault.kind, 'terminated');
      return postgres?.terminateBackends();
    case 'store-restart':
      note(fault.kind, `down for ${Math.round(fault.downMs)} ms`);
      return restartStore(postgres, fault.downMs);
  }
}

/** Kills, stops and pauses the processes of a fleet. */
function createProcessFaults(options: FaultOptions, note: Note) {
  const { fleet } = options;
  const name = (parley: Parley) => `parley-${fleet.parleys.indexOf(parley)}`;

  async function startAgain(parley: Parley, downMs: number): Promise<void> {
    await sleep(downMs);
    if (parley.state !== 'down') return;
    note('start', name(parley));
    await parley.start();
  }

  async function kill({ process, upMs, when, downMs }: Kill): Promise<void> {
    const index = process === 'all' ? 0 : process;
    await victim(fleet, index, upMs);
    if (when === 'posting' && options.written && process !== 'all') {
      const port = await options.written();
      const writing = fleet.parleys.find((parley) => parley.port === port);
      if (writing && runs(writing)) await end(writing, downMs);
      return;
    }
    if (when === 'posting') await posting(options);
    if (when === 'searching') {
      const searching = fleet.parleys[await searchingProcess(options)];
      if (searching && runs(searching)) await end(searching, downMs);
      return;
    }
    const one = await victim(fleet, index, 0);
    const victims = process === 'all' ? fleet.parleys.filter(runs) : [one];
    await Promise.all(victims.map((parley) => end(parley, downMs)));
  }

  async function end(parley: Parley, downMs: number): Promise<void> {
    note('kill', name(parley));
    await parley.kill();
    await startAgain(parley, downMs);
  }

  async function stop({ process, upMs, downMs }: Stop): Promise<void> {
    const parley = await victim(fleet, process, upMs);
    note('stop', name(parley));
    if (!(await parley.stop())) note('late stop', `${name(parley)} did not end after SIGTERM`);
    await startAgain(parley, downMs);
  }

  async function pause({ process, ms }: Pause): Promise<void> {
    const running = fleet.parleys.filter(({ state }) => state === 'up');
    const parley = running.find((one) => one === fleet.parleys[process]) ?? running[0];
    if (!parley) return;
    note('pause', `${name(parley)} for ${Math.round(ms / 1000)} s`);
    parley.pause();
    await sleep(ms);
    const { pausedAt } = parley;
    if (pausedAt === undefined) return;
    note('resume', `${name(parley)} after ${Math.round((performance.now() - pausedAt) / 1000)} s`);
    parley.resume();
  }

  return { kill, stop, pause };
}

/** A paused process is left alone: it must come back long after others took over. */
const runs = ({ state }: Parley) => state === 'up' || state === 'starting';
const hasBeenUp = (parley: Parley, ms: number) =>
  runs(parley) && (ms === 0 || (parley.upAt !== undefined && performance.now() - parley.upAt >= ms));

/** The process of this index, or another if it does not run. The victim has been ready for `upMs`. */
async function victim(fleet: Fleet, index: number, upMs: number): Promise<Parley> {
  const end = performance.now() + VICTIM_MS;
  while (performance.now() < end) {
    const running = fleet.parleys.filter((parley) => hasBeenUp(parley, upMs));
    const meant = running.find((parley) => parley === fleet.parleys[index]) ?? running[0];
    if (meant) return meant;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Error('no Parley gets ready');
}

/** Waits for a search, and returns the index of its process; -1: nobody searches. */
async function searchingProcess({ searches = [] }: FaultOptions): Promise<number> {
  const end = performance.now() + SEARCHING_MS;
  while (performance.now() < end) {
    const running = searches.findLast(({ how }) => how === 'running');
    if (running) return running.process;
    await sleep(LOOK_EVERY_MS);
  }
  return -1;
}

/** Loses the response to the next posted message, and waits for that message. */
async function posting({ discord, slack }: FaultOptions): Promise<void> {
  const [onDiscord, onSlack] = [discord?.requests.length, slack?.requests.length];
  const isPosted = () =>
    discord?.requests.slice(onDiscord).some(({ kind }) => kind === 'create') ||
    slack?.requests.slice(onSlack).some(({ method }) => POSTS.includes(method));
  discord?.faults.next('create', 'resetAfter');
  for (const method of POSTS) slack?.faults.next(method, 'resetAfter');
  const end = performance.now() + POSTING_MS;
  while (!isPosted() && performance.now() < end) await sleep(LOOK_EVERY_MS);
}

async function breakGateway(
  discord: Discord,
  how: Extract<Fault, { kind: 'gateway' }>['how'],
): Promise<void> {
  const { gateway } = discord;
  if (how === 'invalid') gateway.invalidateSession();
  else if (how === 'reconnect') gateway.requestReconnect();
  else gateway.dropConnections({ resumable: how === 'dropped' });
}

async function restartStore(postgres: TestPostgres | undefined, downMs: number): Promise<void> {
  await postgres?.stop();
  await sleep(downMs);
  await postgres?.start();
}
