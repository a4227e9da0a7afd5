/**
 * Runs `npm run chaos` for half a minute: Parley is killed, stopped and cut off while people talk on every platform.
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
  'with $processes on $store nothing is lost, answered twice or out of order, or left unfinished',
  async ({ store, processes }) => {
    const run = await runChaos(
      readOptions([
        ...['--seed', '1', '--turns', '20', '--kills', '3', '--stops', '1', '--seconds', '15'],
        ...['--store', store, '--processes', String(processes), '--settle-seconds', '40'],
      ]),
    );
    expect(faultsOf(run), `${reportOf(run)}\n\nThe logs are in ${run.folder}`).toBe(0);
    expect(run.findings.verdicts).toHaveLength(20);
    await rm(run.folder, { recursive: true });
  },
);
