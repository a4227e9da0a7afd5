/** Measures the delay of answers on Discord: the whole program against a counterpart with a channel's rate limits. */
import { type Discord, startDiscord } from '../../counterparts/discord/start.ts';
import { type PacedModel, startPacedModel } from '../models/paced-model.ts';
import { figuresOf, isWhole, type SeenMessage } from '../seen.ts';
import { startProgram } from '../subjects/program.ts';
import { BUCKET, leastDelay, leastStaleness } from './discord-limit.ts';
import { type Figures, mediansOf, type PlatformFigures, type Scenario } from './scenario.ts';

const SCENARIOS: Scenario[] = [
  { name: 'one answer of 1,800 characters', answers: 1, characters: 1_800, perSecond: 320 },
  { name: 'one answer of 30,000 characters', answers: 1, characters: 30_000, perSecond: 1_600 },
  { name: '20 answers at once in one channel', answers: 20, characters: 1_800, perSecond: 320 },
];

const ROUNDS = 3;
const DEADLINE_MS = 90_000;

export async function measureDiscord(folder: string): Promise<PlatformFigures[]> {
  const model = await startPacedModel();
  const users = Array.from({ length: 20 }, (_, index) => ({ name: `person${index}` }));
  const bucket = { limit: BUCKET.limit, window: BUCKET.windowMs };
  const limits = { create: bucket, edit: bucket };
  await using discord = await startDiscord({ users, limits });
  const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url };
  const parley = startProgram({ folder, name: 'discord', modelUrl: model.url, env });
  await discord.waitFor(() => discord.stats.identifies > 0 && discord.commands !== undefined, {
    timeout: 20_000,
    what: `Parley to connect; its log is in ${folder}`,
  });
  const figures: PlatformFigures[] = [];
  for (const scenario of SCENARIOS) {
    const refusedBefore = discord.stats.rateLimited;
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(scenario, discord, model));
    figures.push({
      scenario,
      ...mediansOf(rounds),
      refused: discord.stats.rateLimited - refusedBefore,
      least: { staleness: leastStaleness(scenario), whole: leastDelay(scenario) },
    });
  }
  await parley.stop();
  await model.stop();
  return figures;
}

/** Measures one round in a new channel, whose buckets are fresh. */
async function measure(scenario: Scenario, discord: Discord, model: PacedModel): Promise<Figures> {
  const channel = discord.addChannel(`round-${performance.now().toFixed(0)}`);
  model.begin(scenario);
  const prompts = Array.from({ length: scenario.answers }, (_, index) =>
    discord.user(`person${index}`).says(channel, `<@${discord.botId}> #${index}`),
  );
  const answers = () =>
    prompts.map((prompt, index) => ({
      messages: messagesFor(discord, channel, prompt, scenario),
      written: model.written.get(index),
    }));
  await discord.waitFor(() => answers().every(({ messages, written }) => isWhole(messages, written)), {
    timeout: DEADLINE_MS,
    what: `all of ${scenario.name}`,
  });
  return figuresOf(answers());
}

/** The messages of one answer. With several answers, each is one message that replies to its question. */
function messagesFor(
  discord: Discord,
  channel: string,
  prompt: string,
  { answers }: Scenario,
): SeenMessage[] {
  return discord
    .botMessages(channel)
    .filter(({ referenceId }) => answers === 1 || referenceId === prompt)
    .map(({ id, history }) => ({ id, history: history.map(({ at, content }) => ({ at, text: content })) }));
}
