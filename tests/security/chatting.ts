/** A Parley that an operator runs on a Discord and a Slack of our own, with a model that counts what it is asked. */
import { expect } from 'vitest';
import { startDiscord } from '../../lab/counterparts/discord/start.ts';
import { type ModelServer, startModelServer } from '../../lab/counterparts/model-server.ts';
import { startSlack } from '../../lab/counterparts/slack/start.ts';
import { type Operated, startHere, startOperated } from './operated.ts';

type DiscordHere = Awaited<ReturnType<typeof startDiscord>>;
type SlackHere = Awaited<ReturnType<typeof startSlack>>;

export interface Chatting extends AsyncDisposable {
  discord: DiscordHere;
  slack: SlackHere;
  model: ModelServer;
  parley: Operated;
}

export interface ChattingOptions {
  env?: (places: { discord: DiscordHere; slack: SlackHere }) => Record<string, string>;
  discord?: Parameters<typeof startDiscord>[0];
  /** Whether Parley is a process of its own, which can be killed. */
  isProgram?: boolean;
}

export async function startChatting({
  env = () => ({}),
  isProgram = false,
  ...options
}: ChattingOptions = {}): Promise<Chatting> {
  await using started = new AsyncDisposableStack();
  const discord = started.use(await startDiscord({ twin: false, ...options.discord }));
  const slack = started.use(await startSlack({ twin: false }));
  const model = started.use(await startModelServer());
  const parley = started.use(
    await (isProgram ? startOperated : startHere)({
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      OPENAI_BASE_URL: model.url,
      OPENAI_API_KEY: 'sk-of-the-operator',
      STOP_SECONDS: '0',
      ...env({ discord, slack }),
    }),
  );
  await expect.poll(async () => (await fetch(`${parley.url}/readyz`)).status).toBe(200);
  const all = started.move();
  return { discord, slack, model, parley, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

export function onDiscord({ discord }: Chatting, channel = discord.channel('general')): string[] {
  return discord.botMessages(channel).flatMap(({ deleted, content }) => (deleted ? [] : content));
}

/** The messages that everybody sees, threads included. */
export function onSlack({ slack }: Chatting, channel = 'general'): string[] {
  return slack.botMessages(channel).map(({ shown }) => shown);
}

/** Resolves once the list holds something that matches. */
export async function until(list: () => string[], wanted: RegExp | string): Promise<void> {
  const matcher =
    typeof wanted === 'string' ? expect.stringContaining(wanted) : expect.stringMatching(wanted);
  await expect.poll(list).toEqual(expect.arrayContaining([matcher]));
}
