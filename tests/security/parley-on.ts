/** Parley on a Discord or a Slack of ours, which can be started again on the same store. */
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
import { startParley } from '../harness/web.ts';
import { spawnParley } from './spawned.ts';

export interface Running extends AsyncDisposable {
  model: ModelServer;
  folder: string;
  /** Throws where Parley is no program. */
  pid(): number;
  restart(): Promise<void>;
  /** Ends it by kill -9, and starts it again. Throws where Parley is no program. */
  crash(): Promise<void>;
  /** The texts of all requests to the model, oldest first, each as one text. */
  sent(): string[];
  /** The contents of Parley's files. */
  stored(): string;
  /** Parley's output since it was started. */
  output(): string;
}

/** How Parley is run: in this process, or as a program of its own, which takes ten times as long to start. */
interface RunOptions {
  isProgram?: boolean;
}

export type OnDiscord = Running & { discord: Discord; botId: string };
export type OnSlack = Running & { slack: Slack };

interface Started {
  pid(): number;
  output(): string;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

async function startHere(env: Record<string, string>, folder: string): Promise<Started> {
  const { app, log } = await startParley(env, folder);
  const needsProgram = () => new Error('this needs { isProgram: true }');
  return {
    pid() {
      throw needsProgram();
    },
    output: () => log.join(''),
    stop: (signal) => (signal === 'SIGTERM' ? app.stop() : Promise.reject(needsProgram())),
  };
}

async function startProgram(env: Record<string, string>, folder: string): Promise<Started> {
  const { child, output } = await spawnParley(env, { folder });
  return {
    pid: () => child.pid ?? 0,
    output,
    async stop(signal) {
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
    },
  };
}

async function running(
  env: Record<string, string>,
  { isProgram = false }: RunOptions,
  stopped: () => Promise<void>,
): Promise<Running> {
  const model = await startModelServer();
  model.respond(answers('Noted.'));
  const folder = await emptyFolder();
  const data = join(folder, 'data');
  const all = {
    OPENAI_BASE_URL: model.url,
    STORE_URL: `sqlite://${join(data, 'parley.sqlite')}`,
    WEB: 'off',
    STOP_SECONDS: '0.5',
    ...env,
  };
  const start = () => (isProgram ? startProgram : startHere)(all, folder);
  let parley = await start();
  return {
    model,
    folder,
    pid: () => parley.pid(),
    output: () => parley.output(),
    async restart() {
      await parley.stop('SIGTERM');
      parley = await start();
    },
    async crash() {
      await parley.stop('SIGKILL');
      parley = await start();
    },
    sent: () => model.requests.map((request) => JSON.stringify(sentMessages(request))),
    stored() {
      return readdirSync(data, { withFileTypes: true })
        .filter((one) => one.isFile())
        .map(({ name }) => readFileSync(join(data, name), 'latin1'))
        .join();
    },
    async [Symbol.asyncDispose]() {
      await parley.stop('SIGTERM');
      await model.stop();
      await stopped();
    },
  };
}

export async function onDiscord(options: DiscordOptions & RunOptions = {}): Promise<OnDiscord> {
  const discord = await startDiscord({ twin: false, ...options });
  const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url };
  const parley = await running(env, options, () => discord.stop());
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

export async function onSlack(options: SlackOptions & RunOptions = {}): Promise<OnSlack> {
  const slack = await startSlack({ twin: false, ...options });
  const env = {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.url,
  };
  return { ...(await running(env, options, () => slack.stop())), slack };
}
