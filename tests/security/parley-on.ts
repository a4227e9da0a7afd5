/** Parley as a process of its own on a Discord or a Slack of ours, which can be started again on the same store. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Discord, type DiscordOptions, startDiscord } from '../../lab/counterparts/discord/start.ts';
import {
  answers,
  type ModelServer,
  sentMessages,
  startModelServer,
} from '../../lab/counterparts/model-server.ts';
import { type Slack, type SlackOptions, startSlack } from '../../lab/counterparts/slack/start.ts';
import { emptyFolder } from '../fixtures.ts';
import { type Spawned, spawnParley } from './spawned.ts';

export interface Running extends AsyncDisposable {
  model: ModelServer;
  folder: string;
  pid(): number;
  restart(): Promise<void>;
  /** By kill -9, and starts again. */
  crash(): Promise<void>;
  /** The texts of all requests to the model, oldest first, each as one text. */
  sent(): string[];
  /** The contents of Parley's files. */
  stored(): string;
  /** Parley's output since it was started. */
  output(): string;
}

export type OnDiscord = Running & { discord: Discord; botId: string };
export type OnSlack = Running & { slack: Slack };

async function running(env: Record<string, string>, stopped: () => Promise<void>): Promise<Running> {
  const model = await startModelServer();
  model.respond(answers('Noted.'));
  const folder = await emptyFolder();
  const all = { OPENAI_BASE_URL: model.url, WEB: 'off', STOP_SECONDS: '0.5', ...env };
  const start = () => spawnParley(all, { folder });
  let parley: Spawned = await start();
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') => {
    const exited = once(parley.child, 'exit');
    parley.child.kill(signal);
    await exited;
  };
  return {
    model,
    folder,
    pid: () => parley.child.pid ?? 0,
    output: () => parley.output(),
    async restart() {
      await stop();
      parley = await start();
    },
    async crash() {
      await stop('SIGKILL');
      parley = await start();
    },
    sent: () => model.requests.map((request) => JSON.stringify(sentMessages(request))),
    stored() {
      const data = join(folder, 'data');
      return readdirSync(data, { withFileTypes: true })
        .filter((one) => one.isFile())
        .map(({ name }) => readFileSync(join(data, name), 'latin1'))
        .join();
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await model.stop();
      await stopped();
    },
  };
}

export async function onDiscord(options: DiscordOptions = {}): Promise<OnDiscord> {
  const discord = await startDiscord({ twin: false, ...options });
  const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url };
  const parley = await running(env, () => discord.stop());
  await discord.waitFor(() => discord.gateway.connected > 0 && discord.commands !== undefined);
  return {
    ...parley,
    discord,
    botId: discord.botId,
    async restart() {
      await parley.restart();
      await discord.waitFor(() => discord.gateway.connected > 0);
    },
    async crash() {
      await parley.crash();
      await discord.waitFor(() => discord.gateway.connected > 0);
    },
  };
}

export async function onSlack(options: SlackOptions = {}): Promise<OnSlack> {
  const slack = await startSlack({ twin: false, ...options });
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
  };
  return { ...(await running(env, () => slack.stop())), slack };
}
