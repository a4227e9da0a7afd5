/** The counterpart of Slack delivers events as Slack does, with Bolt as its app. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { App } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { bolt, keyModal, start } from './client.ts';

describe.each([
  ['by Socket Mode', false],
  ['by HTTP', true],
])('%s', (_, http) => {
  test('a direct message and a mention reach the app; the mention is two events for one post', async () => {
    await using slack = await start();
    await using app = await bolt(slack, {
      http,
      listen: (one) =>
        one.event('app_mention', async ({ event, say }) => {
          await say({ text: 'Hi', thread_ts: event.ts });
        }),
    });
    const ada = slack.user('ada');
    const asked = ada.says('general', `${slack.mention} hello`);
    const [answer] = await slack.waitFor(
      () => slack.botMessages('general', asked).length > 0 && slack.botMessages('general', asked),
    );
    expect(answer).toMatchObject({ text: 'Hi', threadTs: asked, user: slack.botUserId });
    const [mention] = app.of('app_mention');
    const message = await slack.waitFor(() => app.of('message').find(({ event }) => event.ts === asked));
    expect(mention?.event).toMatchObject({
      ts: asked,
      user: ada.id,
      channel: slack.channel('general'),
      team: slack.id,
    });
    expect(message.event).toMatchObject({
      ts: asked,
      channel_type: 'channel',
      client_msg_id: expect.any(String),
    });
    expect(mention?.body.event_id).not.toBe(message.body.event_id);
    expect(mention?.body).toMatchObject({
      team_id: slack.id,
      api_app_id: slack.appId,
      authorizations: [{ team_id: slack.id, user_id: slack.botUserId, is_bot: true }],
    });
    const dm = ada.dm(`psst, ${slack.mention}`);
    const private_ = await slack.waitFor(() => app.of('message').find(({ event }) => event.ts === dm));
    expect(private_.event).toMatchObject({ channel_type: 'im', channel: ada.dmChannel });
    expect(app.of('app_mention')).toHaveLength(1);
    // Its own answer, too.
    expect(app.of('message').some(({ event }) => event.bot_id === slack.botId)).toBe(true);
  });

  test('every event comes as often as it is told to, as retries of one', async () => {
    await using slack = await start({ settings: { deliveries: 3 } });
    await using app = await bolt(slack, { http });
    slack.user('ada').dm('once');
    const seen = await slack.waitFor(() => app.of('message').length === 3 && app.of('message'));
    expect(new Set(seen.map(({ body }) => body.event_id)).size).toBe(1);
    expect(seen.map(({ retry }) => retry ?? 0).sort()).toEqual([0, 1, 2]);
  });

  test('a command is acknowledged, opens a modal once, and is answered five times', async () => {
    await using slack = await start();
    const answers: number[] = [];
    await using app = await bolt(slack, {
      http,
      listen(one) {
        one.command('/parley', async ({ ack, body, client, respond }) => {
          await ack({ text: `heard ${body.text}` });
          const modal = { trigger_id: body.trigger_id, view: keyModal() };
          await client.views.open(modal);
          await client.views.open(modal).catch((error) => answers.push(error.data.error));
          for (let use = 0; use < 6; use += 1) {
            await respond(`answer ${use}`).then(
              ({ status }) => answers.push(status),
              (error) => answers.push(error.statusCode ?? 404),
            );
          }
        });
        one.view('key', async ({ ack, view }) => {
          const key = view.state.values.key?.input?.value ?? '';
          await (key.startsWith('sk-')
            ? ack()
            : ack({ response_action: 'errors', errors: { key: 'No key' } }));
        });
      },
    });
    const ada = slack.user('ada');
    const command = await ada.runs('/parley', 'key set');
    expect(command).toMatchObject({ acknowledged: true, trouble: undefined });
    const modal = await command.opened();
    expect(modal).toMatchObject({ callbackId: 'key', title: 'The key', open: true });
    await slack.waitFor(() => answers.length === 7);
    expect(answers).toEqual(['exchanged_trigger_id', 200, 200, 200, 200, 200, 404]);
    expect(command.responses.map(({ text }) => text)).toEqual([
      'heard key set',
      ...[0, 1, 2, 3, 4].map((n) => `answer ${n}`),
    ]);
    expect(command.responses.every(({ ephemeralTo }) => ephemeralTo === ada.id)).toBe(true);
    expect(slack.messages('general')).toEqual([]);
    await expect(ada.submits(modal, {})).rejects.toThrow('must be filled in');
    const refused = await ada.submits(modal, { input: 'x' });
    expect(refused.errors).toEqual({ key: 'No key' });
    const accepted = await ada.submits(modal, { key: { input: 'sk-1' } });
    expect(accepted).toMatchObject({ acknowledged: true, errors: undefined });
    expect(command.view).toMatchObject({ open: false });
    await expect(ada.runs('/other')).rejects.toThrow('not a valid command');
    expect(app.of('/parley')[0]?.body).toMatchObject({
      channel_name: 'general',
      user_name: 'ada',
      command: '/parley',
    });
  });
});

describe('delivery', () => {
  test('what is not acknowledged comes again, by another connection when one is gone', async () => {
    await using slack = await start({ settings: { ackWindow: 150, retryDelays: [0, 50] } });
    let deaf = true;
    const listen = (app: App) =>
      app.message(async () => {
        if (deaf) throw new Error('deaf');
      });
    await using app = await bolt(slack, { listen });
    slack.user('ada').dm('hello');
    await slack.waitFor(() => app.of('message').length === 1);
    // Bolt acknowledges events by itself: only a lost connection loses one.
    await slack.waitFor(() => slack.events[0]?.acknowledged);
    deaf = false;
    slack.socketMode.dropConnections();
    await slack.waitFor(() => slack.socketMode.connections === 0);
    slack.user('ada').dm('in the gap');
    await slack.waitFor(() => app.of('message').length === 2);
    slack.settings.gap = 'lose';
    slack.socketMode.dropConnections();
    slack.user('ada').dm('lost');
    await slack.waitFor(() => slack.socketMode.connections === 1);
    slack.user('ada').dm('kept');
    await slack.waitFor(() => app.of('message').some(({ event }) => event.text === 'kept'));
    expect(app.of('message').some(({ event }) => event.text === 'lost')).toBe(false);
  });

  test('a refresh is told ahead, and several connections share what comes', async () => {
    await using slack = await start();
    await using app = await bolt(slack, { sockets: 2 });
    await slack.waitFor(() => slack.socketMode.connections === 2);
    for (const text of ['1', '2', '3', '4']) slack.user('ada').dm(text);
    await slack.waitFor(() => app.of('message').length === 4);
    slack.socketMode.disconnect('refresh_requested');
    await slack.waitFor(() => slack.stats.connections === 4);
    slack.user('ada').dm('5');
    await slack.waitFor(() => app.of('message').length === 5);
  });

  test('by HTTP, with why it comes again, until the app wants no more', async () => {
    await using slack = await start({ settings: { retryDelays: [0, 20, 20], ackWindow: 200 } });
    const { createServer } = await import('node:http');
    const seen: unknown[] = [];
    const answers = [500, 503, 200, 500];
    const server = createServer((request, response) => {
      const { headers } = request;
      seen.push([headers['x-slack-retry-num'], headers['x-slack-retry-reason']]);
      const status = answers.shift() ?? 200;
      if (answers.length === 0) response.setHeader('X-Slack-No-Retry', '1');
      response.writeHead(status).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    slack.settings.requestUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    slack.user('ada').dm('hello');
    await slack.waitFor(() => slack.events[0]?.acknowledged);
    expect(seen).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
      ['2', 'http_error'],
    ]);
    slack.user('ada').dm('no more');
    await slack.waitFor(() => seen.length === 4);
    server.close();
    server.closeAllConnections();
    expect(slack.events[1]).toMatchObject({ attempts: 1, acknowledged: false });
    await expect(slack.setRequestUrl(slack.settings.requestUrl)).rejects.toThrow('challenge');
  });
});

test('a manifest decides what the app is sent', async () => {
  await using slack = await start({
    manifest: {
      features: {
        app_home: { messages_tab_enabled: true },
        slash_commands: [{ command: '/ask' }],
        shortcuts: [],
      },
      oauth_config: { scopes: { bot: ['app_mentions:read', 'chat:write'] } },
      settings: { event_subscriptions: { bot_events: ['app_mention', 'message.im'] } },
    },
  });
  await using app = await bolt(slack);
  const ada = slack.user('ada');
  ada.dm('not granted: im:history');
  ada.says('general', 'not subscribed');
  ada.says('general', `${slack.mention} hello`);
  await slack.waitFor(() => app.of('app_mention').length === 1);
  expect(app.seen).toHaveLength(1);
  await expect(ada.runs('/parley')).rejects.toThrow('not a valid command');
  await expect(ada.shortcut('ask_parley')).rejects.toThrow('no shortcut');
});
