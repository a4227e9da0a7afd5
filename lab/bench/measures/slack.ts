/**
 * Measures the delay of answers on Slack: the whole program in Socket Mode against a counterpart with a workspace's
 * tiers.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { startPostgres } from '../../counterparts/postgres.ts';
import { type Slack, startSlack } from '../../counterparts/slack/start.ts';
import { type PacedModel, startPacedModel } from '../models/paced-model.ts';
import { figuresOf, isWhole } from '../seen.ts';
import { type Program, sharedStore, startProgram } from '../subjects/program.ts';
import { type Figures, mediansOf, type PlatformFigures, type Scenario } from './scenario.ts';
import { leastDelay, leastStaleness, TIERS } from './slack-limit.ts';

const SCENARIOS: Scenario[] = [
  { name: 'one answer of 3,000 characters', answers: 1, characters: 3_000, perSecond: 320 },
  { name: '20 answers of 3,000 at once in one channel', answers: 20, characters: 3_000, perSecond: 320 },
  {
    name: 'two waves of ten answers of 3,000, 15 s apart',
    answers: 10,
    againAfter: 15,
    characters: 3_000,
    perSecond: 320,
  },
  { name: 'two answers of 30,000 at once', answers: 2, characters: 30_000, perSecond: 320 },
  {
    name: '20 answers of 3,000 at once in one channel, from two processes on Postgres',
    answers: 20,
    characters: 3_000,
    perSecond: 320,
    processes: 2,
  },
  {
    name: 'waves of 20 and of 64 answers of 3,000, 20 s apart, from two processes on Postgres',
    answers: 20,
    againAfter: 20,
    again: 64,
    characters: 3_000,
    perSecond: 320,
    processes: 2,
    rounds: 1,
  },
];

const ROUNDS = 3;
const CHANNEL = 'bench';
const MINUTE_MS = 60_000;
const DEADLINE_MS = 240_000;

const perMinute = (limit: number) => ({ limit, window: MINUTE_MS, per: 'workspace' as const });
const LIMITS = {
  'chat.startStream': perMinute(TIERS.start),
  'chat.appendStream': perMinute(TIERS.append),
  'chat.stopStream': perMinute(TIERS.stop),
  'chat.update': perMinute(TIERS.update),
  'chat.postMessage#channel': { limit: 1, window: 1_000, per: 'channel' as const },
};

export async function measureSlack(folder: string): Promise<PlatformFigures[]> {
  const model = await startPacedModel();
  await using postgres = await startPostgres();
  const figures: PlatformFigures[] = [];
  let count = 0;
  for (const scenario of SCENARIOS) {
    const rounds: (Figures & { refused: number })[] = [];
    for (let round = 0; round < (scenario.rounds ?? ROUNDS); round++) {
      const name = `slack-${count++}`;
      const programs = async (env: Record<string, string>) => {
        const { processes } = scenario;
        const store = processes === undefined ? {} : await sharedStore(postgres);
        return Array.from({ length: processes ?? 1 }, (_, index) =>
          startProgram({ folder, name: `${name}-${index}`, modelUrl: model.url, env: { ...env, ...store } }),
        );
      };
      rounds.push(await measure(scenario, model, programs));
    }
    figures.push({
      scenario,
      ...mediansOf(rounds),
      refused: rounds.reduce((sum, { refused }) => sum + refused, 0),
      least: { staleness: leastStaleness(scenario), whole: leastDelay(scenario) },
    });
  }
  await model.stop();
  return figures;
}

/** Measures one round on a new Slack, where no minute of a tier has begun. */
async function measure(
  scenario: Scenario,
  model: PacedModel,
  start: (env: Record<string, string>) => Promise<Program[]>,
) {
  await using slack = await startSlack({
    limits: LIMITS,
    workspaces: [{ name: 'Workshop', channels: [CHANNEL] }],
  });
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
  };
  const programs = await start(env);
  try {
    await slack.waitFor(() => slack.socketMode.connections >= programs.length, {
      timeout: 20_000,
      what: 'Parley to connect',
    });
    const figures = await answered(scenario, slack, model);
    const refused = Object.values(slack.stats.rateLimited).reduce((sum, calls) => sum + calls, 0);
    return { ...figures, refused };
  } finally {
    await Promise.all(programs.map((program) => program.stop()));
  }
}

/** All people of a wave mention Parley in the channel at once. Each is answered in their own thread. */
async function answered(scenario: Scenario, slack: Slack, model: PacedModel): Promise<Figures> {
  model.begin(scenario);
  const prompts: string[] = [];
  const ask = (answers: number) => {
    for (let count = 0; count < answers; count++) {
      const index = prompts.length;
      prompts.push(slack.user(`person${index}`).says(CHANNEL, `${slack.mention} #${index}`));
    }
  };
  const { answers: first, againAfter, again = first } = scenario;
  ask(first);
  if (againAfter !== undefined) {
    await sleep(againAfter * 1_000);
    ask(again);
  }
  const answers = () =>
    prompts.map((prompt, index) => ({
      messages: slack.botMessages(CHANNEL, prompt).map(({ ts, history }) => ({ id: ts, history })),
      written: model.written.get(index),
    }));
  await slack.waitFor(() => answers().every(({ messages, written }) => isWhole(messages, written)), {
    timeout: DEADLINE_MS,
    what: `all of ${scenario.name}`,
  });
  return figuresOf(answers());
}
