/**
 * Kills, stops and pauses Parley, breaks its connections and duplicates deliveries while people talk to Parley on
 * every platform. Counts answers that were lost, given twice, out of order or left unfinished, and exits with their
 * sum. With `--tools` the model searches before it answers, and searches that were repeated or lost count, too. With
 * `--limits` it counts what people could spend beyond their limits, and what was booked wrongly. With `--page` it counts
 * what people who sign in to the page miss there, and what they see of others.
 */
import { rmSync } from 'node:fs';
import { faultsOf, reportOf } from './judge/report.ts';
import { limitFaultsOf, limitsReportOf } from './limits/report-limits.ts';
import { runLimits } from './limits/run-limits.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { pageFaultsOf, pageReportOf } from './page/report-page.ts';
import { runPage } from './page/run-page.ts';
import { runChaos } from './run.ts';

const MOST_EXIT_CODE = 255;

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(MOST_EXIT_CODE));

const options = optionsOf(process.argv.slice(2));
console.log(
  `Talking for ${Math.round(options.seconds)} s, then waiting for ${options.settleSeconds} s at most …`,
);
const { report, faults, folder } = await kindOf(options)(options);
console.log(report);
if (faults === 0 && !options.keep) rmSync(folder, { recursive: true, force: true });
else console.log(`\nThe logs are in ${folder}`);
process.exit(Math.min(faults, MOST_EXIT_CODE));

function kindOf(options: Options) {
  if (options.limits) return limits;
  return options.page ? page : answers;
}

async function page(options: Options) {
  const run = await runPage(options);
  return { report: pageReportOf(run), faults: pageFaultsOf(run), folder: run.folder };
}

async function answers(options: Options) {
  const run = await runChaos(options);
  return { report: reportOf(run), faults: faultsOf(run), folder: run.folder };
}

async function limits(options: Options) {
  const run = await runLimits(options);
  return { report: limitsReportOf(run), faults: limitFaultsOf(run), folder: run.folder };
}

function optionsOf(args: string[]): Options {
  try {
    return readOptions(args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    console.error(USAGE);
    process.exit(2);
  }
}
