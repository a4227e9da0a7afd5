/** Starts the counterpart of Slack, with a Bolt app and a WebClient for it. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { type Slack, type SlackOptions, startSlack } from '../../../lab/counterparts/slack/start.ts';

/** Starts without the twin, which costs time and has a test of its own. */
export const start = (options: SlackOptions = {}) => startSlack({ twin: false, ...options });

export const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

export const clientOf = (slack: Slack, token = slack.botToken) =>
  new WebClient(token, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });

interface Answer {
  ok?: boolean;
  error?: string;
  ts?: string;
}

/** A raw call, without WebClient's handling of the response. */
export async function call(slack: Slack, method: string, args: object, token = slack.botToken) {
  const response = await fetch(slack.url + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(args),
  });
  const body = (await response.json()) as Answer;
  return { status: response.status, retryAfter: response.headers.get('retry-after'), ...body };
}

interface Seen {
  type: string;
  body: Record<string, unknown>;
  event: Record<string, unknown>;
  retry: number | undefined;
}

/** An app that records its events. `listen` may add listeners before the app starts. */
export async function bolt(slack: Slack, { http = false, sockets = 1, listen = (_: App) => {} } = {}) {
  const clientOptions = { slackApiUrl: slack.url };
  const seen: Seen[] = [];
  const apps: App[] = [];
  for (let one = 0; one < (http ? 1 : sockets); one += 1) {
    const receiver = http
      ? new HTTPReceiver({ signingSecret: slack.signingSecret, logger: silent })
      : new SocketModeReceiver({
          appToken: slack.appToken,
          logger: silent,
          // This is also the delay before it reconnects.
          clientPingTimeout: 200,
          installerOptions: { clientOptions },
        });
    const app = new App({
      token: slack.botToken,
      receiver,
      clientOptions,
      logger: silent,
      ignoreSelf: false,
    });
    app.use(async ({ body, context, next }) => {
      const { event } = body as { event?: Record<string, unknown> };
      seen.push({
        type: String(event?.type ?? body.type ?? Reflect.get(body, 'command')),
        body: body as Record<string, unknown>,
        event: event ?? {},
        retry: context.retryNum,
      });
      await next();
    });
    listen(app);
    const server = await app.start(0);
    if (http) {
      const { port } = (server as Server).address() as AddressInfo;
      await slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
    }
    apps.push(app);
  }
  return {
    seen,
    of: (type: string) => seen.filter((one) => one.type === type),
    url: slack.settings.requestUrl ?? '',
    [Symbol.asyncDispose]: async () => {
      await Promise.all(apps.map((app) => app.stop()));
    },
  };
}

export function keyModal() {
  const input = { type: 'plain_text_input', action_id: 'input' };
  const label = { type: 'plain_text', text: 'Key' };
  return {
    type: 'modal' as const,
    callback_id: 'key',
    title: { type: 'plain_text' as const, text: 'The key' },
    submit: { type: 'plain_text' as const, text: 'Save' },
    blocks: [{ type: 'input', block_id: 'key', label, element: input }],
  };
}
