/** A run: counterparts, Parleys, people who talk, faults, and the judgement at the end. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Discord, startDiscord } from '../counterparts/discord/start.ts';
import { seededRandom } from '../counterparts/faults.ts';
import { type Slack, startSlack } from '../counterparts/slack/start.ts';
import { createFaults, type Faults } from './faults.ts';
import { callsAbout } from './judge/calls.ts';
import { check, type Findings } from './judge/checker.ts';
import { type ChaosRun, countedIn } from './judge/report.ts';
import { look } from './judge/seen.ts';
import type { Options } from './options.ts';
import { type Browser, openBrowser } from './people/browser.ts';
import { type Model, startModel } from './people/model.ts';
import { createPeople, furnish, type People } from './people/people.ts';
import { PEOPLE, SLACK_CHANNELS } from './plan/cast.ts';
import { dice } from './plan/dice.ts';
import { createPlan } from './plan/plan.ts';
import { startBalancer } from './processes/balancer.ts';
import { startFleet } from './processes/fleet.ts';
import { inTime } from './processes/in-time.ts';
import { judgeSteps } from './tools/judge-steps.ts';
import { type CountingSearch, startCountingSearch } from './tools/searches.ts';

/** Delays of Slack's redeliveries, ms. Slack waits 0, 60 and 300 s; a run is shorter, and so are its outages. */
const RETRY_DELAYS = [0, 2_000, 6_000, 10_000, 15_000, 20_000, 30_000];
/** Length of a minute of Slack's tiers, ms, since a run has more turns a minute than a workspace. */
const SLACK_MINUTE_MS = 15_000;
const STALL_SECONDS = 5;
/** Time without changes at the end of a run, ms. */
const QUIET_MS = 3_000;
const LOOK_EVERY_MS = 1_000;

/**
 * Runs a plan and waits until it settles.
 * @returns also the folder of the logs
 */
export async function runChaos(options: Options): Promise<ChaosRun & { folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-chaos-'));
  const plan = createPlan(options);
  const modelFaults = new Map(plan.says.map(({ token, modelFault }) => [token, modelFault]));
  const people = PEOPLE.map((name) => ({ name }));

  await using discord = await startDiscord({ users: people });
  await using slack = await startSlack({
    minute: SLACK_MINUTE_MS,
    settings: { retryDelays: RETRY_DELAYS },
    workspaces: [{ name: 'Workshop', channels: SLACK_CHANNELS }],
  });
  await using model = await startModel((token) => modelFaults.get(token), options.tools);
  await using search = options.tools
    ? await startCountingSearch(dice(seededRandom(options.seed + 2)))
    : undefined;
  // Started only when needed: Postgres adds a listener for the end of this process.
  await using postgres =
    options.store === 'postgres'
      ? await (await import('../counterparts/postgres.ts')).startPostgres()
      : undefined;
  for (const { name } of people) slack.user(name);
  furnish(discord);
  const storeUrl = (await postgres?.database()) ?? `sqlite://${join(folder, 'parley.sqlite')}`;
  const env = environment(options, { discord, slack, modelUrl: model.url, storeUrl });
  await using fleet = await startFleet(options.processes, folder, (index) => ({
    ...env,
    WEB_SEARCH: search?.settingOf(index) ?? 'off',
  }));
  await using balancer = await startBalancer(fleet.ports);
  if (options.slack === 'http') await slack.setRequestUrl(`${balancer.url}/slack/events`);
  const browsers = new Map<string, Browser>();
  for (const name of PEOPLE) browsers.set(name, await openBrowser(balancer.url));

  const crowd = createPeople({ discord, slack, browsers, balancer });
  const faults = createFaults({
    discord,
    slack,
    fleet,
    browsers,
    postgres,
    ...(search && { searches: search.searches }),
  });
  const startedAt = performance.now();
  const failing: Promise<void>[] = [];
  await Promise.all([
    inTime(plan.says, startedAt, crowd.say),
    inTime(plan.faults, startedAt, (fault) => void failing.push(faults.perform(fault))),
  ]);
  await Promise.all(failing);
  discord.faults.clear();
  slack.faults.clear();
  await fleet.allUp();

  const examine = examinerOf({ discord, slack, model, search, browsers, crowd, faults });
  const findings = await settle(examine, options);
  crowd.stop();
  for (const browser of browsers.values()) browser.close();
  return {
    options,
    findings,
    crashes: fleet.crashes,
    happenings: faults.happenings,
    callsAbout: (verdict) => callsAbout(verdict, discord, slack),
    startedAt,
    endedAt: performance.now(),
    folder,
  };
}

interface Examined {
  discord: Discord;
  slack: Slack;
  model: Model;
  search: CountingSearch | undefined;
  browsers: ReadonlyMap<string, Browser>;
  crowd: People;
  faults: Faults;
}

/** Judges the run as it is now. */
function examinerOf({ discord, slack, model, search, browsers, crowd, faults }: Examined) {
  const { turns } = crowd;
  const { happenings } = faults;
  return async (): Promise<Findings> => {
    const kept = await Promise.all([...browsers.values()].map((browser) => browser.read().catch(() => [])));
    const seen = look({ discord, slack, turns, transcripts: kept.flat() });
    const found = check({ turns, attempts: model.attempts, happenings, seen });
    const { verdicts } = found;
    const steps =
      search &&
      judgeSteps({
        searches: search.searches,
        told: model.told,
        pictures: model.pictures,
        happenings,
        verdicts,
      });
    return { ...found, ...(steps && { steps }) };
  };
}

/** Examines the run until nothing is wrong for a while, or the problems have not changed for `settleSeconds`. */
async function settle(examine: () => Promise<Findings>, { settleSeconds }: Options): Promise<Findings> {
  let before: number | undefined;
  let changedAt = performance.now();
  for (;;) {
    const findings = await examine();
    const wrong = countedIn(findings);
    if (wrong !== before) changedAt = performance.now();
    before = wrong;
    if (performance.now() - changedAt > (wrong === 0 ? QUIET_MS : settleSeconds * 1000)) return findings;
    await sleep(LOOK_EVERY_MS);
  }
}

function environment(
  options: Options,
  {
    discord,
    slack,
    modelUrl,
    storeUrl,
  }: { discord: Discord; slack: Slack; modelUrl: string; storeUrl: string },
): Record<string, string> {
  return {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.url,
    ...(options.slack === 'socket'
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    OPENAI_BASE_URL: modelUrl,
    OPENAI_MODEL: 'chaos',
    OPENAI_IMAGE_MODEL: 'chaos-pictures',
    OPERATOR_TOOLS: 'web,pictures',
    PERSON_PER_MINUTE: '10000',
    MODEL_FIRST_CHUNK_TIMEOUT: String(STALL_SECONDS * 2),
    MODEL_STALL_TIMEOUT: String(STALL_SECONDS),
    STORE_URL: storeUrl,
    MOST_WAITING: '100',
    MASTER_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
  };
}
