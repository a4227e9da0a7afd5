/** How late answers are seen on Slack: the whole program, in Socket Mode, against a counterpart with a workspace's tiers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Slack, startSlack } from '../tests/counterparts/slack/start.ts';
import { type PacedModel, startPacedModel } from './paced-model.ts';
import { startProgram } from './program.ts';
import { type Figures, mediansOf, type PlatformFigures, type Scenario } from './scenario.ts';
import { figuresOf, isWhole } from './seen.ts';
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
  const figures: PlatformFigures[] = [];
  let count = 0;
  for (const scenario of SCENARIOS) {
    const rounds: (Figures & { refused: number })[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await measure(scenario, model, folder, `slack-${count++}`));
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

/** One round, on a Slack of its own: there no minute has begun. */
async function measure(scenario: Scenario, model: PacedModel, folder: string, name: string) {
  await using slack = await startSlack({
    limits: LIMITS,
    workspaces: [{ name: 'Workshop', channels: [CHANNEL] }],
  });
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
  };
  const parley = startProgram({ folder, name, modelUrl: model.url, env });
  try {
    await slack.waitFor(() => slack.socketMode.connections > 0, {
      timeout: 20_000,
      what: `Parley to connect; its log is in ${folder}`,
    });
    const figures = await ask(scenario, slack, model);
    const refused = Object.values(slack.stats.rateLimited).reduce((sum, calls) => sum + calls, 0);
    return { ...figures, refused };
  } finally {
    await parley.stop();
  }
}

/** Each person of a wave mentions Parley in the channel at once, and is answered in a thread of their own. */
async function ask(scenario: Scenario, slack: Slack, model: PacedModel): Promise<Figures> {
  model.begin(scenario);
  const prompts: string[] = [];
  const askAll = () => {
    for (let count = 0; count < scenario.answers; count++) {
      const index = prompts.length;
      prompts.push(slack.user(`person${index}`).says(CHANNEL, `${slack.mention} #${index}`));
    }
  };
  askAll();
  if (scenario.againAfter !== undefined) {
    await sleep(scenario.againAfter * 1_000);
    askAll();
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
