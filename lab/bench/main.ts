/**
 * Measures the cost of Parley beside a bare loop, the wait of messages and the number of answers under load, the
 * cost of a long conversation beside a short one and of limits of money, the price of its prompts at a provider, the delay of answers on Discord
 * and Slack beside their rate limits, and the cost of many places.
 * `npm run bench -- slack` measures only Slack. `BENCH_BEFORE=<folder> npm run bench -- tools` compares answers with those
 * of another checkout.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureContext } from './context/measure.ts';
import { contextRows } from './context/rows.ts';
import { measureDiscord } from './measures/discord.ts';
import { measureHostileInput } from './measures/hostile-input.ts';
import { measureChannels, measureServers } from './measures/places.ts';
import { measureThroughput } from './measures/queue-throughput.ts';
import { measureQueueWait } from './measures/queue-wait.ts';
import { measureSlack } from './measures/slack.ts';
import { measureSplits } from './measures/split.ts';
import { measureStreams, SCENARIOS } from './measures/stream-cost.ts';
import { measureLimits } from './measures/turns/limits-cost.ts';
import { measureTurns } from './measures/turns/turn-cost.ts';
import {
  channelsRows,
  costRows,
  discordRows,
  hostileRows,
  limitsRows,
  print,
  serversRows,
  slackRows,
  splitRows,
  throughputRows,
  turnRows,
  waitRows,
} from './report.ts';
import { startSubject } from './subjects/subject.ts';
import { measureTools } from './tools/measure.ts';
import { toolsRows } from './tools/rows.ts';

const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));

async function streams() {
  const model = await startSubject<{ url: string }>(
    '../models/model-server.ts',
    [],
    join(folder, 'model-server.log'),
  );
  const measured = [];
  for (const scenario of SCENARIOS) measured.push(await measureStreams(scenario, model.ready.url, folder));
  await model.stop();
  return measured;
}

const MEASURES = {
  streams: async () => print(costRows, await streams()),
  queue: async () => {
    print(waitRows, await measureQueueWait(folder));
    print(throughputRows, await measureThroughput(folder));
  },
  context: async () => print(contextRows, await measureContext()),
  turns: async () => print(turnRows, await measureTurns(folder)),
  tools: async () => {
    const { BENCH_BEFORE: before } = process.env;
    if (before === undefined)
      console.log('\nThe cost of tools needs BENCH_BEFORE, the folder of another checkout.');
    else print(toolsRows, await measureTools(folder, before));
  },
  limits: async () => print(limitsRows, await measureLimits(folder)),
  split: async () => print(splitRows, measureSplits()),
  input: async () => print(hostileRows, await measureHostileInput()),
  discord: async () => print(discordRows, await measureDiscord(folder)),
  slack: async () => print(slackRows, await measureSlack(folder)),
  places: async () => {
    print(serversRows, await measureServers(folder));
    print(channelsRows, await measureChannels(folder));
  },
};

const wanted = process.argv.slice(2);
const names = Object.keys(MEASURES) as (keyof typeof MEASURES)[];
const unknown = wanted.filter((name) => !names.some((known) => known === name));
if (unknown.length > 0) {
  console.error(`There is no measure ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exit(1);
}
console.log('Measuring; all of it takes about twenty minutes on an idle machine …');
for (const name of names) if (wanted.length === 0 || wanted.includes(name)) await MEASURES[name]();
// After a failure the folder stays: its logs tell the reason.
rmSync(folder, { recursive: true });
