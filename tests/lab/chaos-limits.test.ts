/** Runs `npm run chaos -- --limits` for some seconds: 64 questions at once against small limits, and a provider that bills. */
import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { limitFaultsOf, limitsReportOf } from '../../lab/chaos/limits/report-limits.ts';
import { runLimits } from '../../lab/chaos/limits/run-limits.ts';
import { readOptions } from '../../lab/chaos/options.ts';

it.concurrent.each([
  { store: 'sqlite', processes: 1, kills: 2 },
  // A killed process holds its turns for some seconds, so only `npm run chaos` kills these.
  { store: 'postgres', processes: 2, kills: 0 },
])(
  'with $processes on $store no limit is passed, nothing stays reserved, and the books have what was billed',
  async ({ store, processes, kills }) => {
    const run = await runLimits(
      readOptions([
        ...['--limits', '--seed', '1', '--turns', '128', '--kills', String(kills), '--stops', '0'],
        ...['--seconds', '4', '--store', store, '--processes', String(processes), '--settle-seconds', '40'],
      ]),
    );
    expect(limitFaultsOf(run), `${limitsReportOf(run)}\n\nThe logs are in ${run.folder}`).toBe(0);
    expect(run.calls.length).toBeGreaterThan(10);
    expect(run.findings.exact).toBeGreaterThan(0);
    await rm(run.folder, { recursive: true });
  },
);
