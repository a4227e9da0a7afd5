/** A run of limits: a provider that bills, Parleys, people who ask in bursts, faults, and the judgement at the end. */
import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startDiscord } from '../../counterparts/discord/start.ts';
import { seededRandom } from '../../counterparts/faults.ts';
import type { TestPostgres } from '../../counterparts/postgres.ts';
import { createFaults } from '../faults.ts';
import type { Options } from '../options.ts';
import { CALM_MS } from '../plan/cast.ts';
import { dice } from '../plan/dice.ts';
import { planFaults } from '../plan/plan-faults.ts';
import { startFleet } from '../processes/fleet.ts';
import { inTime } from '../processes/in-time.ts';
import { chooseLimits, environmentOf } from './environment.ts';
import { judgeLimits } from './judge/judge-limits.ts';
import { readStored, unsettled } from './judge/stored.ts';
import { createCrowd, settle } from './people/crowd.ts';
import { type Provider, startProvider } from './people/provider.ts';
import { planLimits } from './plan-limits.ts';
import type { LimitsRun } from './report-limits.ts';

/** Far above Discord's own, which are not what a run of limits tries. */
const DISCORD_LIMITS = { create: { limit: 200, window: 1_000 }, edit: { limit: 200, window: 1_000 } };
/** Time that the Parleys need to start, ms. */
const START_MS = 8_000;
/** Time without changes at the end, ms. */
const QUIET_MS = 1_000;
const LOOK_EVERY_MS = 250;
const DAY_MS = 24 * 3_600_000;
/** Longest time between a reservation and its call, ms, apart from pauses. */
const MIDNIGHT_MS = 10_000;

export async function runLimits(options: Options): Promise<LimitsRun> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-limits-'));
  const plan = planLimits(options, Date.now() + START_MS);
  await using discord = await startDiscord({ guilds: [], users: [], limits: DISCORD_LIMITS });
  await using provider = await startProvider(options.modelFaults, options.answerTokens);
  await using postgres =
    options.store === 'postgres'
      ? await (await import('../../counterparts/postgres.ts')).startPostgres()
      : undefined;
  const storeUrl = (await postgres?.database()) ?? `sqlite://${join(folder, 'parley.sqlite')}`;
  const people = [...new Set(plan.questions.map(({ person }) => person))];
  const places = settle(discord, plan.servers, people);
  await chooseLimits(storeUrl, plan.servers, places);
  const env = environmentOf(
    { folder, storeUrl, modelUrl: provider.url, answerTokens: options.answerTokens },
    discord,
    plan.operator,
  );
  await using fleet = await startFleet(options.processes, folder, () => env);

  const crowd = createCrowd(discord, places);
  const faults = createFaults({ discord, fleet, browsers: new Map(), postgres });
  const ms = Math.max(options.seconds * 1_000, CALM_MS + 1_000);
  const startedAt = performance.now();
  const failing: Promise<void>[] = [];
  const planned = planFaults({ ...options, faults: 0 }, ms, dice(seededRandom(options.seed + 1)));
  await Promise.all([
    inTime(plan.questions, startedAt, crowd.ask),
    inTime(
      planned.sort((a, b) => a.at - b.at),
      startedAt,
      (fault) => void failing.push(faults.perform(fault)),
    ),
  ]);
  await Promise.all(failing);
  discord.faults.clear();
  await fleet.allUp();
  const left = await settled(storeUrl, { postgres, provider, options });
  crowd.stop();
  await Promise.all(fleet.parleys.map((parley) => parley.stop()));
  // Read once nobody books any more.
  const csv = await csvOf(folder, env);
  const findings = judgeLimits({
    calls: provider.calls,
    stored: await readStored(storeUrl),
    csv,
    rules: {
      operator: plan.operator,
      servers: new Map(plan.servers.map((server) => [server.name, server])),
      questions: new Map(plan.questions.map((question) => [question.token, question])),
      places,
      midnightMs: MIDNIGHT_MS + (options.pauses > 0 ? options.pauseSeconds * 1_000 : 0),
    },
  });
  return {
    options,
    findings,
    questions: plan.questions.length,
    calls: provider.calls,
    done: crowd.done,
    happenings: faults.happenings,
    crashes: fleet.crashes,
    unsettled: left,
    seconds: (performance.now() - startedAt) / 1_000,
    folder,
  };
}

/** Waits until no turn and no call is under way for a while, or nothing has changed for `settleSeconds`. */
async function settled(
  storeUrl: string,
  {
    postgres,
    provider,
    options,
  }: { postgres: TestPostgres | undefined; provider: Provider; options: Options },
): Promise<LimitsRun['unsettled']> {
  let before = '';
  let changedAt = performance.now();
  for (;;) {
    const left = await unsettled(storeUrl, postgres);
    const running = provider.calls.filter(({ how }) => how === 'running').length;
    const now = JSON.stringify({ ...left, running, calls: provider.calls.length });
    if (now !== before) changedAt = performance.now();
    before = now;
    const isQuiet = left.lanes === 0 && left.calls === 0 && running === 0 && provider.calls.length > 0;
    const longest = isQuiet ? QUIET_MS : options.settleSeconds * 1_000;
    if (performance.now() - changedAt > longest) return left;
    await sleep(LOOK_EVERY_MS);
  }
}

/** The operator's CSV of the months that it is now in some time zone, with one head. */
async function csvOf(folder: string, env: Record<string, string>): Promise<string[]> {
  const program = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
  const days = [-DAY_MS, 0, DAY_MS].map((ms) => new Date(Date.now() + ms).toISOString());
  const months = [...new Set(days.map((day) => day.slice(0, '2026-11'.length)))];
  const outputs = await Promise.all(
    months.map((month) =>
      promisify(execFile)(process.execPath, [program, 'usage', '--csv', '--month', month], {
        cwd: folder,
        env: { PATH: process.env.PATH ?? '', ...env },
        maxBuffer: 100_000_000,
      }),
    ),
  );
  const lines: string[] = [];
  for (const { stdout } of outputs) {
    const [head = '', ...rest] = stdout.trim().split('\n');
    lines.push(...(lines.length === 0 ? [head] : []), ...rest);
  }
  return lines;
}
