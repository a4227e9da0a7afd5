/** A whole Parley on a Slack of our own, with a model that plays a script. */
import { type ModelServer, startModelServer } from '../../lab/counterparts/model-server.ts';
import { type Slack, type SlackOptions, startSlack } from '../../lab/counterparts/slack/start.ts';
import { emptyFolder } from '../fixtures.ts';
import { type Parley, startParley } from './web.ts';

export interface SlackBot extends AsyncDisposable {
  slack: Slack;
  model: ModelServer;
  /** The Parley that runs now. */
  readonly parley: Parley;
  folder: string;
  /** Stops it and starts it again on the same store; `meanwhile`: what happens in between. */
  restart(meanwhile?: () => Promise<void> | void): Promise<void>;
}

export type Transport = 'socket' | 'http';

export interface BotOptions extends SlackOptions {
  transport?: Transport;
  env?: Record<string, string>;
  /** Called before Parley is started for the first time. */
  before?: (slack: Slack) => void;
  /** Workspaces install it by OAuth. */
  isInstallable?: boolean;
}

export async function startSlackBot(options: BotOptions = {}): Promise<SlackBot> {
  const slack = await startSlack(options);
  options.before?.(slack);
  const model = await startModelServer();
  const folder = await emptyFolder();
  const isHttp = options.transport === 'http';
  const start = async () => {
    const started = await startParley(
      {
        ...(options.isInstallable
          ? {
              SLACK_CLIENT_ID: slack.clientId,
              SLACK_CLIENT_SECRET: slack.clientSecret,
              SLACK_STATE_SECRET: 'state',
            }
          : { SLACK_BOT_TOKEN: slack.botToken }),
        ...(isHttp ? { SLACK_SIGNING_SECRET: slack.signingSecret } : { SLACK_APP_TOKEN: slack.appToken }),
        SLACK_API_URL: slack.url,
        OPENAI_BASE_URL: model.url,
        OPENAI_MODEL: 'test-model',
        PERSON_PER_MINUTE: '10000',
        WEB: 'off',
        STOP_SECONDS: '0.5',
        ...options.env,
      },
      folder,
    );
    await slack.waitFor(async () => (await fetch(`${started.app.url}/readyz`)).ok, {
      what: 'Parley to be ready',
    });
    if (isHttp) await slack.setRequestUrl(`${started.app.url}/slack/events`);
    return started;
  };
  let parley = await start();
  return {
    slack,
    model,
    get parley() {
      return parley;
    },
    folder,
    async restart(meanwhile) {
      await parley.app.stop();
      await meanwhile?.();
      parley = await start();
    },
    async [Symbol.asyncDispose]() {
      await parley.app.stop();
      await model.stop();
      await slack.stop();
    },
  };
}
