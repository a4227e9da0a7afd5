/**
 * Runs `npm run chaos -- --tools` for half a minute: Parley is killed in the middle of searches, and no search that has
 * ended is made again.
 */
import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { faultsOf, reportOf } from '../../lab/chaos/judge/report.ts';
import { readOptions } from '../../lab/chaos/options.ts';
import { runChaos } from '../../lab/chaos/run.ts';

it.each([
  { store: 'sqlite', processes: 1 },
  { store: 'postgres', processes: 2 },
])(
  'with $processes on $store no step is repeated or lost',
  async ({ store, processes }) => {
    const run = await runChaos(
      readOptions([
        ...['--tools', '--seed', '2', '--turns', '15', '--kills', '6', '--stops', '1', '--seconds', '20'],
        ...['--store', store, '--processes', String(processes), '--settle-seconds', '40'],
      ]),
    );
    expect(faultsOf(run), `${reportOf(run)}\n\nThe logs are in ${run.folder}`).toBe(0);
    expect(run.findings.steps?.searches).toBeGreaterThanOrEqual(15);
    expect(run.findings.steps?.killedSearching).toBeGreaterThan(0);
    await rm(run.folder, { recursive: true });
  },
  120_000,
);
