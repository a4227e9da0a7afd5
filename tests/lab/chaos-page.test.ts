/** Runs `npm run chaos -- --page` for some seconds: people who sign in, and a Parley that dies while they write. */
import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { readOptions } from '../../lab/chaos/options.ts';
import { pageFaultsOf, pageReportOf } from '../../lab/chaos/page/report-page.ts';
import { runPage } from '../../lab/chaos/page/run-page.ts';

it.concurrent.each([
  { store: 'sqlite', processes: 1, kills: 2 },
  // A killed process holds its turns for some seconds, so only `npm run chaos` kills these.
  { store: 'postgres', processes: 2, kills: 0 },
])(
  'with $processes on $store nothing on the page is lost, twice, mixed, or shown to another person',
  async ({ store, processes, kills }) => {
    const run = await runPage(
      readOptions([
        ...['--page', '--seed', '1', '--turns', '60', '--kills', String(kills), '--stops', '0'],
        ...['--seconds', '6', '--store', store, '--processes', String(processes), '--settle-seconds', '40'],
      ]),
    );
    expect(pageFaultsOf(run), `${pageReportOf(run)}\n\nThe logs are in ${run.folder}`).toBe(0);
    expect(run.book.messages.length).toBeGreaterThan(0);
    await rm(run.folder, { recursive: true });
  },
);
