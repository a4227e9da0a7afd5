/** A whole Parley on a Discord of our own, with a model that plays a script. */
import { type Discord, type DiscordOptions, startDiscord } from '../../lab/counterparts/discord/start.ts';
import { type ModelServer, startModelServer } from '../../lab/counterparts/model-server.ts';
import { emptyFolder } from '../fixtures.ts';
import { type Parley, startParley } from './web.ts';

export interface Bot extends AsyncDisposable {
  discord: Discord;
  model: ModelServer;
  /** The Parley that runs now. */
  readonly parley: Parley;
  folder: string;
  /** Stops it and starts it again on the same store; `meanwhile`: what happens in between. */
  restart(meanwhile?: () => Promise<void> | void): Promise<void>;
}

/** @param options `before`: what happens before Parley is started for the first time */
export async function startBot(
  options: DiscordOptions & { env?: Record<string, string>; before?: (discord: Discord) => void } = {},
): Promise<Bot> {
  const discord = await startDiscord(options);
  options.before?.(discord);
  const model = await startModelServer();
  const folder = await emptyFolder();
  const start = async () => {
    const before = discord.gateway.connected;
    const started = await startParley(
      {
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.url,
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: 'test-model',
        PERSON_PER_MINUTE: '10000',
        WEB: 'off',
        STOP_SECONDS: '0.5',
        ...options.env,
      },
      folder,
    );
    await discord.waitFor(() => discord.gateway.connected > before && discord.commands !== undefined);
    return started;
  };
  let parley = await start();
  return {
    discord,
    model,
    get parley() {
      return parley;
    },
    folder,
    async restart(meanwhile) {
      await parley.app.stop();
      await discord.waitFor(() => discord.gateway.connected === 0);
      await meanwhile?.();
      parley = await start();
    },
    async [Symbol.asyncDispose]() {
      await parley.app.stop();
      await model.stop();
      await discord.stop();
    },
  };
}
