/** The printed report of a run of the page. */
import type { Happening } from '../faults.ts';
import type { Options } from '../options.ts';
import type { Crash } from '../processes/fleet.ts';
import type { Book } from './book.ts';
import { PAGE_COUNTERS, type Problem } from './problem.ts';

export interface PageRun {
  options: Options;
  book: Book;
  problems: Problem[];
  /** Requests to the model. */
  asked: number;
  happenings: Happening[];
  crashes: Crash[];
  seconds: number;
  folder: string;
}

const MOST_TOLD = 40;

/** The number of faults: the exit code, before it is limited. */
export function pageFaultsOf(run: PageRun): number {
  return run.problems.length + crashesOf(run).length;
}

/** Crashes, but those of a start while Postgres was away. */
function crashesOf({ crashes, happenings }: PageRun): Crash[] {
  const hasRestarts = happenings.some(({ kind }) => kind === 'store-restart');
  return crashes.filter(({ wasStarting }) => !(wasStarting && hasRestarts));
}

/** The whole report, without a line end. */
export function pageReportOf(run: PageRun): string {
  const { options, book, problems, asked, happenings } = run;
  const happened = (kind: Happening['kind']) => happenings.filter((one) => one.kind === kind).length;
  const taken = book.messages.filter(({ outcome }) => outcome === 'taken');
  const kept = taken.filter((message) => book.fateOf(message) === 'kept').length;
  const refused = book.messages.filter(({ outcome }) => outcome === 'refused').length;
  const unclear = book.messages.filter(({ isUnclear }) => isUnclear).length;
  const processes = `${options.processes} process${options.processes === 1 ? '' : 'es'}`;
  const crashes = crashesOf(run);
  return [
    `seed ${options.seed}, ${options.store}, ${processes}, page, ${run.seconds.toFixed(0)} s`,
    `messages     ${taken.length} taken, of which ${kept} are kept; ${refused} refused; ${unclear} sent more than once; ${asked} requests to the model`,
    `people       ${[...book.done].map(([what, times]) => `${what} ${times}`).join(', ')}; ${book.sessions.length} sign-ins, ${book.endings.accounts.size} accounts deleted`,
    `ends         ${happened('kill')} killed, ${happened('stop')} stopped, ${happened('pause')} paused, ${happened('store-restart')} restarts of the store`,
    '',
    ...PAGE_COUNTERS.map(
      (counter) => `${counter.padEnd(14)} ${problems.filter((one) => one.counter === counter).length}`,
    ),
    ...(crashes.length > 0
      ? [`CRASHES        ${crashes.map(({ name, how }) => `${name} with ${how}`).join(', ')}`]
      : []),
    ...problems.slice(0, MOST_TOLD).map(({ counter, why }) => `${counter}: ${why}`),
  ].join('\n');
}
