/** How late answers are seen on Discord: the whole program against a counterpart with a channel's rate limits. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Discord, startDiscord } from '../tests/counterparts/discord/start.ts';
import { BUCKET, leastDelay, leastStaleness, type Scenario } from './discord-limit.ts';
import { type PacedModel, startPacedModel, type Written } from './discord-model.ts';
import { median } from './median.ts';

export interface DiscordFigures {
  scenario: Scenario;
  /** Seconds from the model's first chunk to the first text. */
  firstText: number;
  /** Characters written but not shown, on average over the time of writing. */
  staleness: number;
  /** Seconds from the model's end to the whole text: on average, and of the last answer. */
  whole: { mean: number; most: number };
  /** Calls that the counterpart refused for their rate, over all rounds. */
  refused: number;
  /** What the bucket allows at best. */
  least: { staleness: number; whole: { mean: number; most: number } };
}

export const DISCORD_SCENARIOS: Scenario[] = [
  { name: 'one answer of 1,800 characters', answers: 1, characters: 1_800, perSecond: 320 },
  { name: 'one answer of 30,000 characters', answers: 1, characters: 30_000, perSecond: 1_600 },
  { name: '20 answers at once in one channel', answers: 20, characters: 1_800, perSecond: 320 },
];

const ROUNDS = 3;
const SAMPLE_MS = 10;
const DEADLINE_MS = 90_000;

export async function measureDiscord(folder: string): Promise<DiscordFigures[]> {
  const model = await startPacedModel();
  const users = Array.from({ length: 20 }, (_, index) => ({ name: `person${index}` }));
  const bucket = { limit: BUCKET.limit, window: BUCKET.windowMs };
  const limits = { create: bucket, edit: bucket };
  await using discord = await startDiscord({ users, limits, twin: false });
  const parley = await startParley(discord, model, folder);
  const figures: DiscordFigures[] = [];
  for (const scenario of DISCORD_SCENARIOS) {
    const refusedBefore = discord.stats.rateLimited;
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(scenario, discord, model));
    figures.push({
      scenario,
      firstText: median(rounds.map(({ firstText }) => firstText)),
      staleness: median(rounds.map(({ staleness }) => staleness)),
      whole: {
        mean: median(rounds.map(({ whole }) => whole.mean)),
        most: median(rounds.map(({ whole }) => whole.most)),
      },
      refused: discord.stats.rateLimited - refusedBefore,
      least: { staleness: leastStaleness(scenario), whole: leastDelay(scenario) },
    });
  }
  await parley.stop();
  await model.stop();
  return figures;
}

/** Parley as it runs in production, in a process of its own. */
async function startParley(discord: Discord, model: PacedModel, folder: string) {
  const log = openSync(join(folder, 'discord.log'), 'a');
  const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      PATH: process.env.PATH ?? '',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      OPENAI_BASE_URL: model.url,
      OPENAI_MODEL: 'bench',
      STORE_URL: `sqlite://${join(folder, 'discord.sqlite')}`,
      WEB: 'off',
      PORT: '0',
    },
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await discord.waitFor(() => discord.stats.identifies > 0 && discord.commands !== undefined, {
    timeout: 20_000,
    what: `Parley to connect; its log is in ${folder}`,
  });
  return {
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

async function measure(scenario: Scenario, discord: Discord, model: PacedModel) {
  const channel = discord.addChannel(`round-${performance.now().toFixed(0)}`);
  model.scenario = scenario;
  model.written.clear();
  const prompts = Array.from({ length: scenario.answers }, (_, index) =>
    discord.user(`person${index}`).says(channel, `<@${discord.botId}> #${index}`),
  );
  const shown = () => prompts.map((prompt) => messagesFor(discord, channel, prompt, scenario));
  await discord.waitFor(
    () =>
      shown().every((messages, index) => {
        const written = model.written.get(index);
        return written && bare(messages.map(({ content }) => content)) === bare([written.text]);
      }),
    { timeout: DEADLINE_MS, what: `all of ${scenario.name}` },
  );
  const answers = shown().map((messages, index) => figuresOf(messages, model.written.get(index)));
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    firstText: mean(answers.map(({ firstText }) => firstText)),
    staleness: mean(answers.map(({ staleness }) => staleness)),
    whole: {
      mean: mean(answers.map(({ whole }) => whole)),
      most: Math.max(...answers.map(({ whole }) => whole)),
    },
  };
}

type Messages = ReturnType<Discord['messages']>;

/** The messages of one answer: several answers are of one message each, which replies to the question. */
function messagesFor(discord: Discord, channel: string, prompt: string, { answers }: Scenario): Messages {
  const all = discord.botMessages(channel);
  return answers === 1 ? all : all.filter(({ referenceId }) => referenceId === prompt);
}

function figuresOf(messages: Messages, written: Written | undefined) {
  if (!written) throw new Error('an answer that nobody wrote');
  const events = messages
    .flatMap(({ id, history }) => history.map(({ at, content }) => ({ id, at, content })))
    .sort((a, b) => a.at - b.at);
  const contents = new Map(messages.map(({ id }) => [id, '']));
  /** How much was shown from then on. */
  const steps: { at: number; characters: number; isWhole: boolean }[] = [];
  const whole = bare([written.text]);
  for (const { id, at, content } of events) {
    contents.set(id, content);
    const now = bare([...contents.values()]);
    steps.push({ at, characters: (now.length / whole.length) * written.text.length, isWhole: now === whole });
  }
  let unseen = 0;
  let samples = 0;
  let step = -1;
  for (let time = written.startedAt; time < written.endedAt; time += SAMPLE_MS) {
    while ((steps[step + 1]?.at ?? Number.POSITIVE_INFINITY) <= time) step++;
    unseen += Math.max(0, written.charactersAt(time) - (steps[step]?.characters ?? 0));
    samples++;
  }
  const wholeAt = steps.find(({ isWhole }) => isWhole)?.at ?? Number.NaN;
  const firstAt = steps.find(({ characters }) => characters > 0)?.at ?? Number.NaN;
  return {
    firstText: (firstAt - written.startedAt) / 1000,
    staleness: unseen / samples,
    whole: Math.max(0, wholeAt - written.endedAt) / 1000,
  };
}

/** Text without its white space, which is trimmed where one message ends and the next begins. */
function bare(texts: string[]): string {
  return texts.join('').replace(/\s+/g, '');
}
