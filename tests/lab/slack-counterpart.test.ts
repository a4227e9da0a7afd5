/** The counterpart of Slack is itself held to Slack's rules, with Bolt and WebClient as its clients. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../lab/counterparts/faults.ts';
import { postSigned } from '../../lab/counterparts/slack/delivery/transport.ts';
import { type Slack, type SlackOptions, startSlack } from '../../lab/counterparts/slack/start.ts';

/** The twin costs time and is looked at in one test. */
const start = (options: SlackOptions = {}) => startSlack({ twin: false, ...options });

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

const clientOf = (slack: Slack, token = slack.botToken) =>
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

/** A call as it is, without what WebClient makes of its answer. */
async function call(slack: Slack, method: string, args: object, token = slack.botToken) {
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

/** An app that keeps what it is sent; more listeners may be added before anything happens. */
async function bolt(slack: Slack, { http = false, sockets = 1, listen = (_: App) => {} } = {}) {
  const clientOptions = { slackApiUrl: slack.url };
  const seen: Seen[] = [];
  const apps: App[] = [];
  for (let one = 0; one < (http ? 1 : sockets); one += 1) {
    const receiver = http
      ? new HTTPReceiver({ signingSecret: slack.signingSecret, logger: silent })
      : new SocketModeReceiver({
          appToken: slack.appToken,
          logger: silent,
          // How long it waits before it comes back, too.
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

function keyModal() {
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

describe('who is not let in', () => {
  test('tokens of the wrong kind, of nobody, and of who is gone', async () => {
    await using slack = await start();
    const error = async (method: string, token: string) => (await call(slack, method, {}, token)).error;
    expect(await error('auth.test', 'xoxb-nobody')).toBe('invalid_auth');
    expect(await error('auth.test', slack.appToken)).toBe('not_allowed_token_type');
    expect(await error('apps.connections.open', slack.botToken)).toBe('not_allowed_token_type');
    expect(await error('apps.connections.open', 'xapp-nobody')).toBe('invalid_auth');
    expect(await error('no.such.method', slack.botToken)).toBe('unknown_method');
    expect((await call(slack, 'no.such.method', {})).status).toBe(200);
    slack.scopes.delete('chat:write');
    const refused = await call(slack, 'chat.postMessage', { channel: slack.channel('general'), text: 'x' });
    expect(refused).toMatchObject({ error: 'missing_scope', needed: 'chat:write' });
    const token = slack.botToken;
    await clientOf(slack).auth.revoke();
    expect(await error('auth.test', token)).toBe('token_revoked');
    expect(JSON.stringify(slack.requests)).not.toContain(token);
  });

  test('an old or a forged signature is what Bolt refuses', async () => {
    await using slack = await start();
    await using app = await bolt(slack, { http: true });
    const event = { type: 'events_api' as const, payload: { type: 'url_verification', challenge: 'c' } };
    const status = async (signing: { secret: string; at?: number }) =>
      (await postSigned(app.url, event, signing, 1000)).status;
    expect(await status({ secret: slack.signingSecret })).toBe(200);
    expect(await status({ secret: 'forged' })).toBe(401);
    expect(await status({ secret: slack.signingSecret, at: Math.floor(Date.now() / 1000) - 400 })).toBe(401);
  });
});

describe('what chat refuses', () => {
  const md = (text: string) => ({ type: 'markdown', text });
  const button = (id: string) => ({ type: 'button', action_id: id, text: { type: 'plain_text', text: 'B' } });
  test.each([
    ['nothing', { text: ' ' }, 'no_text'],
    ['Markdown beside text', { text: 'x', markdown_text: 'y' }, 'markdown_text_conflict'],
    ['too much Markdown', { markdown_text: 'x'.repeat(12_001) }, 'msg_too_long'],
    ['too many blocks', { blocks: Array(51).fill({ type: 'divider' }) }, 'invalid_blocks'],
    ['too much Markdown in one block', { blocks: [md('x'.repeat(12_001))] }, 'invalid_blocks'],
    [
      'too much Markdown in all',
      { blocks: [md('x'.repeat(6001)), md('x'.repeat(6000))] },
      'msg_blocks_too_long',
    ],
    [
      'a long section',
      { blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }] },
      'invalid_blocks',
    ],
    ['a long id', { blocks: [{ type: 'actions', elements: [button('x'.repeat(256))] }] }, 'invalid_blocks'],
    [
      'two buttons of one id',
      { blocks: [{ type: 'actions', elements: [button('a'), button('a')] }] },
      'invalid_blocks',
    ],
    ['a thread of nothing', { text: 'x', thread_ts: '1700000000.000000' }, 'invalid_arguments'],
    ['blocks that are none', { blocks: '{' }, 'invalid_blocks_format'],
    ['metadata that is none', { text: 'x', metadata: { a: 1 } }, 'invalid_metadata_format'],
  ])('%s', async (_, body, error) => {
    await using slack = await start();
    const refused = await call(slack, 'chat.postMessage', { channel: slack.channel('general'), ...body });
    expect(refused).toMatchObject({ status: 200, ok: false, error });
    expect(slack.messages('general')).toEqual([]);
  });

  test('a text is counted in bytes of UTF-8, and refused above 4,000', async () => {
    await using slack = await start();
    const post = (text: string) =>
      call(slack, 'chat.postMessage', { channel: slack.channel('general'), text });
    expect(await post(`${'é'.repeat(2_000)}x`)).toMatchObject({ ok: false, error: 'msg_too_long' });
    expect(await post('é'.repeat(2_000))).toMatchObject({ ok: true });
  });

  test('metadata and unfurling are kept', async () => {
    await using slack = await start();
    const metadata = { event_type: 'turn', event_payload: { id: 1 } };
    await call(slack, 'chat.postMessage', {
      channel: slack.channel('general'),
      text: 'x',
      metadata,
      unfurl_links: false,
      unfurl_media: false,
    });
    const [message] = slack.messages('general');
    expect(message).toMatchObject({ metadata, unfurl: { links: false, media: false } });
  });

  test('all that a stream takes, and all markdown blocks of a message, are counted in bytes together', async () => {
    await using slack = await start();
    const channel = slack.channel('general');
    const ada = slack.user('ada');
    const thread_ts = ada.says('general', 'hello');
    const recipient = { recipient_user_id: ada.id, recipient_team_id: slack.id };
    const begun = await call(slack, 'chat.startStream', {
      channel,
      thread_ts,
      ...recipient,
      markdown_text: '日'.repeat(3_000),
    });
    const { ts } = begun as unknown as { ts: string };
    const append = (markdown_text: string) =>
      call(slack, 'chat.appendStream', { channel, ts, markdown_text });
    expect(await append('x'.repeat(1_601))).toMatchObject({ ok: false, error: 'msg_too_long' });
    expect(await append('x'.repeat(1_600))).toMatchObject({ ok: true });
    expect(await append('x')).toMatchObject({ ok: false, error: 'msg_too_long' });
    const text = '日'.repeat(2_001);
    const blocks = [
      { type: 'markdown', text },
      { type: 'markdown', text },
    ];
    expect(await call(slack, 'chat.postMessage', { channel, text: 'x', blocks })).toMatchObject({
      ok: false,
      error: 'msg_blocks_too_long',
    });
  });

  test('where it may not write, whose messages it may not change, and what is too long to change into', async () => {
    await using slack = await start({
      workspaces: [
        {
          name: 'W',
          channels: [
            'general',
            { name: 'away', joined: false },
            { name: 'closed', type: 'group', joined: false },
          ],
        },
      ],
    });
    const chat = (method: string, args: object) => call(slack, `chat.${method}`, args);
    const general = slack.channel('general');
    const ada = slack.user('ada');
    expect(await chat('postMessage', { channel: slack.channel('away'), text: 'x' })).toMatchObject({
      error: 'not_in_channel',
    });
    expect(await chat('postMessage', { channel: slack.channel('closed'), text: 'x' })).toMatchObject({
      error: 'channel_not_found',
    });
    const theirs = ada.says('general', 'mine');
    expect(await chat('update', { channel: general, ts: theirs, text: 'x' })).toMatchObject({
      error: 'cant_update_message',
    });
    expect(await chat('delete', { channel: general, ts: theirs })).toMatchObject({
      error: 'cant_delete_message',
    });
    expect(await chat('update', { channel: general, ts: '1.1', text: 'x' })).toMatchObject({
      error: 'message_not_found',
    });
    const reply = ada.says('general', 'reply', { threadTs: theirs });
    expect(await chat('postMessage', { channel: general, text: 'x', thread_ts: reply })).toMatchObject({
      error: 'cannot_reply_to_message',
    });
    const { ts } = (await chat('postMessage', {
      channel: general,
      text: 'x',
      blocks: [{ type: 'markdown', text: 'y' }],
    })) as { ts?: string };
    expect(await chat('update', { channel: general, ts, text: 'x'.repeat(4001) })).toMatchObject({
      error: 'msg_too_long',
    });
    await chat('update', { channel: general, ts, text: 'z', blocks: [{ type: 'markdown', text: 'z' }] });
    expect(slack.message(ts ?? '')).toMatchObject({ shown: 'z', edited: false });
    await chat('update', { channel: general, ts, text: 'plain' });
    expect(slack.message(ts ?? '')).toMatchObject({
      blocks: [],
      edited: true,
      history: [{ text: 'y' }, { text: 'z' }, { text: 'plain' }],
    });
    slack.settings.messagesTab = false;
    expect(await chat('postMessage', { channel: ada.dmChannel, text: 'x' })).toMatchObject({
      error: 'messages_tab_disabled',
    });
  });
});

describe('streams', () => {
  async function streaming(slack: Slack, args: object = {}) {
    const ada = slack.user('ada');
    const channel = slack.channel('general');
    const thread_ts = ada.says('general', `${slack.mention} go`);
    const recipients = { recipient_user_id: ada.id, recipient_team_id: slack.id };
    const started = await call(slack, 'chat.startStream', { channel, thread_ts, ...recipients, ...args });
    const ts = String(started.ts);
    const on = (method: string, more: object) =>
      call(slack, `chat.${method}Stream`, { channel, ts, ...more });
    return { ada, channel, thread_ts, started, ts, on };
  }

  test('grow, end with blocks, and cannot be changed before', async () => {
    await using slack = await start();
    const { ts, channel, on, thread_ts } = await streaming(slack, { markdown_text: 'one' });
    expect(await on('append', { markdown_text: ' **two**' })).toMatchObject({ ok: true, ts });
    expect(await call(slack, 'chat.update', { channel, ts, text: 'x' })).toMatchObject({
      error: 'streaming_state_conflict',
    });
    expect(slack.message(ts)).toMatchObject({
      streaming: 'in_progress',
      text: 'one **two**',
      threadTs: thread_ts,
    });
    expect(slack.sessions.get(`${channel} ${thread_ts}`)).toMatchObject({ status: 'processing' });
    expect(await on('append', {})).toMatchObject({ error: 'no_text' });
    expect(await on('append', { chunks: [{ type: 'markdown_text', text: 'x' }] })).toMatchObject({
      error: 'streaming_mode_mismatch',
    });
    expect(await on('append', { markdown_text: 'x'.repeat(12_001) })).toMatchObject({
      error: 'msg_too_long',
    });
    const blocks = [{ type: 'context', elements: [{ type: 'mrkdwn', text: 'done' }] }];
    const stopped = await on('stop', { markdown_text: ' three', blocks });
    expect(stopped).toMatchObject({
      ok: true,
      message: { text: 'one **two** three', streaming_state: 'completed' },
    });
    expect(slack.message(ts)).toMatchObject({
      streaming: 'completed',
      shown: 'one **two** three',
      blocks,
      appends: 1,
    });
    expect(await on('append', { markdown_text: 'x' })).toMatchObject({
      error: 'message_not_in_streaming_state',
    });
    await call(slack, 'chat.update', { channel, ts, text: 'again' });
    expect(slack.message(ts)).toMatchObject({ shown: 'again', blocks: [] });
    expect(slack.message(ts).history.map(({ text }) => text)).toEqual([
      'one',
      'one **two**',
      'one **two** three',
      'again',
    ]);
  });

  test('are refused without their recipients, and where they are switched off', async () => {
    await using slack = await start();
    expect((await streaming(slack, { recipient_user_id: '' })).started).toMatchObject({
      error: 'missing_recipient_user_id',
    });
    expect((await streaming(slack, { recipient_team_id: '' })).started).toMatchObject({
      error: 'missing_recipient_team_id',
    });
    const channel = slack.user('ada').dmChannel;
    expect(await call(slack, 'chat.startStream', { channel })).toMatchObject({ error: 'invalid_arguments' });
    const thread_ts = slack.user('ada').dm('hello');
    expect(await call(slack, 'chat.startStream', { channel, thread_ts })).toMatchObject({ ok: true });
    slack.settings.streaming = 'channel_type_not_supported';
    expect((await streaming(slack)).started).toMatchObject({ error: 'channel_type_not_supported' });
  });

  test('are closed by Slack after a time or so many characters, and stopped by their reader', async () => {
    await using slack = await start({ settings: { closeStreamsAfter: { characters: 5 } } });
    await using app = await bolt(slack);
    const closed = await streaming(slack, { markdown_text: '123456' });
    expect(await closed.on('append', { markdown_text: 'x' })).toMatchObject({
      error: 'message_not_in_streaming_state',
    });
    expect(slack.message(closed.ts).streaming).toBe('closed');
    expect(
      await call(slack, 'chat.update', { channel: closed.channel, ts: closed.ts, text: 'rest' }),
    ).toMatchObject({ ok: true });
    slack.settings.closeStreamsAfter = { ms: 40 };
    const late = await streaming(slack, { markdown_text: '1' });
    await slack.waitFor(() => slack.message(late.ts).streaming === 'closed');
    slack.settings.closeStreamsAfter = undefined;
    const stopped = await streaming(slack, { markdown_text: '1' });
    stopped.ada.stopsStream(stopped.ts);
    expect(await stopped.on('append', { markdown_text: 'x' })).toMatchObject({ error: 'stopped_by_user' });
    const { event } = await slack.waitFor(() => app.of('agent_session_stopped')[0]);
    expect(event).toMatchObject({
      user: stopped.ada.id,
      thread_ts: stopped.thread_ts,
      streaming_message_ts: [stopped.ts],
    });
  });

  test("are what WebClient's own writer speaks, with cards of tasks", async () => {
    await using slack = await start();
    const ada = slack.user('ada');
    const thread_ts = ada.dm('go');
    const writer = clientOf(slack).chatStream({ channel: ada.dmChannel, thread_ts, buffer_size: 1 });
    await writer.append({
      chunks: [{ type: 'task_update', id: 't', title: 'Look', status: 'in_progress', details: 'a' }],
    });
    await writer.append({
      chunks: [{ type: 'task_update', id: 't', title: 'Looked', status: 'complete', details: 'b' }],
    });
    await writer.append({ markdown_text: 'found' });
    await writer.stop();
    expect(slack.botMessages(ada.dmChannel)).toMatchObject([
      {
        text: 'found',
        streaming: 'completed',
        tasks: [{ title: 'Looked', status: 'complete', details: 'ab' }],
      },
    ]);
  });
});

describe('limits', () => {
  test('are counted by method and workspace, and told with Retry-After', async () => {
    await using slack = await start({
      workspaces: [{ name: 'One' }, { name: 'Two' }],
      limits: { 'auth.test': { limit: 2, window: 300, per: 'workspace' } },
    });
    const ask = (token = slack.botToken) => call(slack, 'auth.test', {}, token);
    await ask();
    await ask();
    expect(await ask()).toMatchObject({ status: 429, ok: false, error: 'ratelimited', retryAfter: '1' });
    expect(await ask(slack.workspace('Two').botToken)).toMatchObject({ ok: true });
    expect(await call(slack, 'team.info', {})).toMatchObject({ ok: true });
    expect(slack.stats.rateLimited).toEqual({ 'auth.test': 1 });
    await slack.waitFor(async () => (await ask()).ok === true);
  });

  test('are those of Slack: 20, 50 and 100 a minute, and a short burst in a channel', async () => {
    await using slack = await start({ minute: 6000 });
    const { limits } = slack;
    expect(limits['chat.startStream']).toMatchObject({ limit: 20, window: 6000 });
    expect(limits['chat.stopStream']).toMatchObject({ limit: 20 });
    expect(limits['chat.appendStream']).toMatchObject({ limit: 100 });
    expect(limits['chat.update'] ?? limits.default).toMatchObject({ limit: 50, window: 6000 });
    const post = () => call(slack, 'chat.postMessage', { channel: slack.channel('general'), text: 'x' });
    const answers = [await post(), await post(), await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    await slack.waitFor(async () => (await post()).status === 200);
  });
});

test('whom a message would notify is known, in text, mrkdwn and Markdown', async () => {
  await using slack = await start({ minute: 60 });
  const channel = slack.channel('general');
  const post = (args: object) => call(slack, 'chat.postMessage', { channel, ...args });
  await post({ text: '<!channel> and <@U123>, <!subteam^S1|@grp>' });
  await post({ text: 'x', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '`<!here>`' } }] });
  await post({ markdown_text: 'look <@U123>' });
  await post({ text: '@here', link_names: true });
  expect(slack.pings).toMatchObject([
    { users: ['U123'], groups: ['S1'], broadcasts: ['channel'], by: 'post' },
    { broadcasts: ['here'] },
    { users: ['U123'], broadcasts: [] },
    { broadcasts: ['here'] },
  ]);
  slack.pings.length = 0;
  await post({
    text: '&lt;!channel&gt; @here',
    blocks: [{ type: 'markdown', text: '`<!channel>` \\<@U123>\n```\n<!here>\n```' }],
  });
  await post({ text: 'x', blocks: [{ type: 'section', text: { type: 'plain_text', text: '<!channel>' } }] });
  expect(slack.pings).toEqual([]);
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
    await slack.waitFor(() => app.of('message').length === 2, { timeout: 3000 });
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
    await slack.waitFor(() => slack.stats.connections === 4, { timeout: 3000 });
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

test('edits, deletions, threads, files and other apps are told as Slack tells them', async () => {
  await using slack = await start();
  await using app = await bolt(slack);
  const ada = slack.user('ada');
  const zed = slack.user('zed', { teamId: 'T0OTHER' });
  const ts = ada.says('general', 'first & <b>');
  ada.edits(ts, 'second');
  const reply = zed.says('general', 'reply', { threadTs: ts, broadcast: true });
  ada.deletes(ts);
  ada.deletes(reply);
  ada.dm('', {
    files: [
      { name: 'a.txt', data: 'hello' },
      { name: 'b.png', data: new Uint8Array(3), mimetype: 'image/png', hidden: true },
    ],
  });
  ada.says('general', 'beep', { asBot: true, subtype: 'bot_message' });
  await slack.waitFor(() => app.of('message').length === 7);
  const events = app.of('message').map(({ event }) => event);
  expect(events).toMatchObject([
    { text: 'first & <b>', user: ada.id, blocks: [{ type: 'rich_text' }] },
    {
      subtype: 'message_changed',
      hidden: true,
      message: { text: 'second', edited: { user: ada.id } },
      previous_message: { text: 'first & <b>' },
    },
    {
      subtype: 'thread_broadcast',
      thread_ts: ts,
      parent_user_id: ada.id,
      user_team: 'T0OTHER',
      root: { ts },
    },
    { subtype: 'message_changed', message: { subtype: 'tombstone', user: 'USLACKBOT' } },
    { subtype: 'message_deleted', deleted_ts: reply },
    {
      subtype: 'file_share',
      files: [{ name: 'a.txt', mimetype: 'text/plain' }, { file_access: 'check_file_info' }],
    },
    { subtype: 'bot_message', bot_id: expect.stringMatching(/^B/) },
  ]);
  const files = (events[5]?.files ?? []) as { id: string; url_private: string }[];
  const get = async (url: string, token: string) =>
    (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).text();
  expect(await get(files[0]?.url_private ?? '', slack.botToken)).toBe('hello');
  expect(await get(files[0]?.url_private ?? '', 'xoxb-nobody')).toContain('<!DOCTYPE html>');
  slack.settings.redirectFiles = ['https://elsewhere.example/'];
  const led = await fetch(files[0]?.url_private ?? '', { redirect: 'manual' });
  expect([led.status, led.headers.get('location')]).toEqual([302, 'https://elsewhere.example/']);
  expect(slack.downloads.map(({ allowed }) => allowed)).toEqual([true, false, false]);
  const info = await clientOf(slack).files.info({ file: files[1]?.id ?? '' });
  expect(info.file).toMatchObject({ name: 'b.png', size: 3 });
});

test('several people, previews, and channels that change', async () => {
  await using slack = await start({ settings: { first: 'message' } });
  await using app = await bolt(slack);
  const [ada, ben] = [slack.user('ada'), slack.user('ben')];
  const { channel } = ada.groupDm([ben], `${slack.mention} and ben`);
  expect(ben.groupDm([ada], 'yes?').channel).toBe(channel);
  await slack.waitFor(() => app.seen.length === 3);
  expect(app.seen.map(({ type, event }) => [type, event.channel_type])).toEqual([
    ['message', 'mpim'],
    ['app_mention', undefined],
    ['message', 'mpim'],
  ]);
  const posted = await call(slack, 'chat.postMessage', { channel, text: 'https://example.com' });
  slack.unfurl(posted.ts ?? '');
  const { event } = await slack.waitFor(() => app.of('message').find((one) => one.event.subtype));
  expect(event).toMatchObject({
    subtype: 'message_changed',
    message: { attachments: [{ title: 'A page' }] },
  });
  expect(event.message).not.toHaveProperty('edited');
  slack.changeChannel('general', { archived: true });
  const general = slack.channel('general');
  const post = { channel: general, text: 'x' };
  expect(await call(slack, 'chat.postMessage', post)).toMatchObject({ error: 'is_archived' });
  slack.changeChannel('general', { archived: false, joined: false });
  expect(await call(slack, 'chat.postMessage', post)).toMatchObject({ error: 'not_in_channel' });
  const id = slack.addUserGroup('design', [ada.id]);
  const groups = await call(slack, 'usergroups.list', { include_users: true });
  expect(groups).toMatchObject({ usergroups: [{ id, handle: 'design', users: [ada.id] }] });
});

test('what was said can be read, a page at a time, where the app is a member', async () => {
  await using slack = await start();
  const client = clientOf(slack);
  const channel = slack.channel('general');
  const ada = slack.user('ada');
  const parent = ada.says('general', 'parent');
  for (const text of ['1', '2', '3']) ada.says('general', text, { threadTs: parent });
  ada.says('general', 'last');
  const { messages } = await client.conversations.history({ channel });
  expect(messages?.map(({ text }) => text)).toEqual(['last', 'parent']);
  expect(messages?.[1]).toMatchObject({ reply_count: 3, thread_ts: parent });
  const page = await client.conversations.replies({ channel, ts: parent, limit: 2 });
  expect(page.messages?.map(({ text }) => text)).toEqual(['parent', '1']);
  expect(page.has_more).toBe(true);
  const cursor = page.response_metadata?.next_cursor ?? '';
  const rest = await client.conversations.replies({ channel, ts: parent, limit: 2, cursor });
  expect(rest.messages?.map(({ text }) => text)).toEqual(['2', '3']);
  const since = await client.conversations.history({ channel, oldest: parent });
  expect(since.messages?.map(({ text }) => text)).toEqual(['last']);
  slack.scopes.delete('channels:history');
  await expect(client.conversations.history({ channel })).rejects.toMatchObject({
    data: { error: 'missing_scope' },
  });
  const listed = async (types: string) =>
    (await client.users.conversations({ types })).channels?.map(({ id }) => id);
  expect(await listed('im')).toEqual([]);
  ada.dm('hello');
  slack.changeChannel('random', { joined: false });
  expect(await listed('im,public_channel')).toEqual([channel, ada.dmChannel]);
  slack.scopes.delete('im:read');
  await expect(listed('im,public_channel')).rejects.toMatchObject({ data: { needed: 'im:read' } });
});

test('a file is uploaded in three steps, and its message comes later', async () => {
  await using slack = await start();
  const parent = slack.user('ada').says('general', 'a file, please');
  const place = { channel_id: slack.channel('general'), thread_ts: parent };
  await clientOf(slack).filesUploadV2({
    ...place,
    filename: 'a.md',
    content: '# A',
    initial_comment: 'here',
  });
  const shared = await slack.waitFor(() => slack.botMessages('general', parent)[0]);
  expect(shared).toMatchObject({
    text: 'here',
    subtype: 'file_share',
    files: [{ name: 'a.md', text: '# A' }],
  });
});

test('buttons, menus, feedback, shortcuts and the home are used', async () => {
  await using slack = await start();
  await using app = await bolt(slack, {
    listen(one) {
      one.action(/.*/, async ({ ack, respond, action }) => {
        await ack();
        if (action.type === 'button') await respond({ text: 'pressed', replace_original: true });
      });
      one.shortcut('ask_parley', async ({ ack, client, body }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: keyModal() });
      });
      one.options('model', async ({ ack, payload }) => {
        await ack({ options: [{ text: { type: 'plain_text', text: payload.value }, value: payload.value }] });
      });
      one.event('app_home_opened', async ({ event, client }) => {
        const menu = {
          type: 'external_select' as const,
          action_id: 'model',
          placeholder: { type: 'plain_text' as const, text: 'Model' },
        };
        const blocks = [{ type: 'actions' as const, elements: [menu] }];
        await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
      });
    },
  });
  const ada = slack.user('ada', { isAdmin: true });
  const text = (label: string) => ({ type: 'plain_text', text: label });
  const posted = await call(slack, 'chat.postMessage', {
    channel: slack.channel('general'),
    text: 'choose',
    blocks: [
      {
        type: 'actions',
        block_id: 'row',
        elements: [{ type: 'button', action_id: 'stop', text: text('Stop'), value: 'v' }],
      },
      {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            action_id: 'feedback',
            positive_button: { text: text('Good'), value: 'up' },
            negative_button: { text: text('Bad'), value: 'down' },
          },
        ],
      },
    ],
  });
  const ts = String(posted.ts);
  await ada.clicks(ts, 'negative');
  await ada.clicks(ts, 'Stop');
  await slack.waitFor(() => slack.message(ts).shown === 'pressed');
  const [feedback, stop] = app.of('block_actions').map(({ body }) => body);
  expect(feedback).toMatchObject({
    actions: [{ action_id: 'feedback', type: 'feedback_buttons', value: 'down' }],
  });
  expect(stop).toMatchObject({
    user: { id: ada.id },
    container: { message_ts: ts, is_ephemeral: false },
    actions: [{ action_id: 'stop', block_id: 'row', value: 'v' }],
  });
  await expect(ada.clicks(ts, 'Stop')).rejects.toThrow('no button');
  const asked = await ada.shortcut('ask_parley', ts);
  expect((await asked.opened()).callbackId).toBe('key');
  ada.opensHome();
  const home = await slack.waitFor(() => slack.home(ada.id));
  expect(await ada.types(home, 'model', 'gpt')).toEqual([{ text: 'gpt', value: 'gpt' }]);
  await ada.chooses(home, 'model', 'gpt');
  expect(app.of('block_actions')[2]?.body).toMatchObject({
    container: { type: 'view' },
    actions: [{ selected_option: { value: 'gpt' } }],
  });
  const user = await clientOf(slack).users.info({ user: ada.id });
  expect(user.user).toMatchObject({
    is_admin: true,
    is_owner: false,
    tz: 'Europe/London',
    profile: { display_name: 'ada' },
  });
});

describe('views are refused', () => {
  const modal = keyModal();
  test.each([
    ['a long title', { title: { type: 'plain_text', text: 'x'.repeat(25) } }],
    ['inputs without submit', { submit: undefined }],
    ['a long private_metadata', { private_metadata: 'x'.repeat(3001) }],
    ['Markdown', { blocks: [{ type: 'markdown', text: 'x' }] }],
  ])('%s', async (_, fields) => {
    await using slack = await start();
    slack.settings.ackWindow = 50;
    const command = await slack.user('ada').runs('/parley');
    expect(command.trouble).toBe('operation_timeout');
    const { trigger_id } = command.payload;
    const opened = await call(slack, 'views.open', { trigger_id, view: { ...modal, ...fields } });
    expect(opened).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringMatching('json-pointer')] },
    });
    slack.settings.triggerLifetime = 0;
    expect(await call(slack, 'views.open', { trigger_id, view: modal })).toMatchObject({
      error: 'expired_trigger_id',
    });
    expect(await call(slack, 'views.open', { trigger_id: 'x', view: modal })).toMatchObject({
      error: 'invalid_trigger_id',
    });
  });
});

test('a modal is updated, pushed upon, cleared and closed as the app answers', async () => {
  await using slack = await start();
  const answers: object[] = [];
  await using app = await bolt(slack, {
    listen(one) {
      one.command('/parley', async ({ ack, body, client }) => {
        await ack();
        const view = { ...keyModal(), notify_on_close: true };
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
      one.view('key', async ({ ack }) => (ack as (answer?: object) => Promise<void>)(answers.shift()));
      one.view({ callback_id: 'key', type: 'view_closed' }, async ({ ack }) => ack());
    },
  });
  const ada = slack.user('ada');
  const first = await (await ada.runs('/parley')).opened();
  const titled = (text: string) => ({ ...keyModal(), title: { type: 'plain_text', text } });
  const submit = (id: string) => ada.submits(id, { input: 'x' });
  answers.push({ response_action: 'update', view: titled('Updated') });
  expect((await submit(first.id)).view).toMatchObject({ id: first.id, title: 'Updated', open: true });
  answers.push({ response_action: 'push', view: titled('Pushed') });
  const pushed = (await submit(first.id)).view;
  expect(pushed).toMatchObject({ title: 'Pushed', open: true });
  answers.push({ response_action: 'errors', errors: { nothing: 'x' } });
  expect((await submit(pushed?.id ?? '')).trouble).toContain('nothing');
  answers.push({ response_action: 'clear' });
  await submit(pushed?.id ?? '');
  await expect(submit(first.id)).rejects.toThrow('closed');
  const view = { view_id: first.id, view: titled('Late') };
  expect(await call(slack, 'views.update', view)).toMatchObject({ error: 'not_found' });
  const second = await (await ada.runs('/parley')).opened();
  expect(await call(slack, 'views.update', { ...view, view_id: second.id, hash: '1.1' })).toMatchObject({
    error: 'hash_conflict',
  });
  expect(await ada.closes(second)).toMatchObject({ acknowledged: true });
  expect(app.of('view_closed')).toHaveLength(1);
});

test('views are pushed by a trigger of the modal below, three high at most', async () => {
  await using slack = await start();
  const more = { type: 'button', action_id: 'more', text: { type: 'plain_text', text: 'More' } };
  const view = { ...keyModal(), blocks: [{ type: 'actions', elements: [more] }] };
  const errors: string[] = [];
  await using _ = await bolt(slack, {
    listen(one) {
      one.command('/parley', async ({ ack, body, client }) => {
        await ack();
        const refused = client.views.push({ trigger_id: body.trigger_id, view });
        await refused.catch((error) => errors.push(error.data.error));
      });
      one.shortcut('ask', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
      one.action('more', async ({ ack, body, client }) => {
        await ack();
        const pushed = client.views.push({ trigger_id: Reflect.get(body, 'trigger_id'), view });
        await pushed.catch((error) => errors.push(error.data.error));
      });
    },
  });
  const ada = slack.user('ada');
  const first = await (await ada.shortcut('ask')).opened();
  const second = await (await ada.clicks(first, 'More')).opened();
  const third = await (await ada.clicks(second, 'more')).opened();
  await ada.clicks(third, 'more');
  await slack.waitFor(() => errors.length === 1);
  await ada.runs('/parley');
  await slack.waitFor(() => errors.length === 2);
  expect(errors).toEqual(['push_limit_reached', 'invalid_trigger_id']);
});

test('status, prompts and titles have their limits; the status goes when the app posts', async () => {
  await using slack = await start({ settings: { agent: true } });
  const ada = slack.user('ada');
  const thread_ts = ada.dm('hello');
  const threads = clientOf(slack).assistant.threads;
  const place = { channel_id: ada.dmChannel, thread_ts };
  await threads.setStatus({ ...place, status: 'is thinking', loading_messages: ['hm'] });
  expect(slack.status(ada.dmChannel, thread_ts)).toBe('is thinking');
  await call(slack, 'chat.postMessage', { channel: ada.dmChannel, thread_ts, text: 'x' });
  expect(slack.status(ada.dmChannel, thread_ts)).toBe('');
  await expect(
    threads.setStatus({ ...place, status: '', loading_messages: ['x'.repeat(51)] }),
  ).rejects.toThrow('invalid_arguments');
  await expect(threads.setStatus({ ...place, thread_ts: '1.1', status: '' })).rejects.toThrow(
    'invalid_thread_ts',
  );
  const prompts = [{ title: 'A', message: 'a' }];
  await threads.setSuggestedPrompts({ channel_id: ada.dmChannel, prompts });
  slack.settings.agent = false;
  const elsewhere = threads.setSuggestedPrompts({ channel_id: ada.dmChannel, prompts });
  await expect(elsewhere).rejects.toThrow('invalid_arguments');
  expect(slack.prompts).toMatchObject([{ prompts, threadTs: undefined }]);
});

test('the app is installed into two workspaces by OAuth, and removed from one', async () => {
  await using slack = await start({
    workspaces: [
      { name: 'One', installed: false },
      { name: 'Two', installed: false, enterpriseId: 'E1' },
    ],
  });
  const tokens = new Map<string, string>();
  const uninstalled: string[] = [];
  const app = new App({
    receiver: new HTTPReceiver({
      signingSecret: slack.signingSecret,
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      stateSecret: 'state',
      scopes: ['chat:write'],
      redirectUri: 'http://127.0.0.1/slack/oauth_redirect',
      logger: silent,
      installerOptions: {
        redirectUriPath: '/slack/oauth_redirect',
        clientOptions: { slackApiUrl: slack.url },
        authorizationUrl: slack.authorizeUrl,
      },
      installationStore: {
        async storeInstallation({ team, bot }) {
          tokens.set(team?.id ?? '', bot?.token ?? '');
        },
        async fetchInstallation({ teamId = '' }) {
          const token = tokens.get(teamId);
          if (!token) throw new Error('not installed');
          return {
            team: { id: teamId },
            enterprise: undefined,
            user: { id: 'U', token: undefined, scopes: undefined },
            bot: { token, id: 'B', userId: 'U', scopes: [] },
          };
        },
      },
    }),
    clientOptions: { slackApiUrl: slack.url },
    logger: silent,
  });
  app.event('app_uninstalled', async ({ body }) => void uninstalled.push(body.team_id));
  app.message(async ({ say }) => void (await say('here')));
  const server = (await app.start(0)) as Server;
  try {
    const { port } = server.address() as AddressInfo;
    slack.redirectTo(`http://127.0.0.1:${port}`);
    await slack.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
    const link = `http://127.0.0.1:${port}/slack/install`;
    const [one, two] = [slack.workspace('One'), slack.workspace('Two')];
    const declined = await one.user('ada', { isAdmin: true }).installs(link, { cancel: true });
    expect(declined.status).toBe(500);
    const forged = await one.user('ada').installs(link, { state: 'forged' });
    expect(forged.status).toBe(400);
    expect(tokens.size).toBe(0);
    expect((await one.user('ada').installs(link)).status).toBe(200);
    expect((await two.user('bea').installs(link)).status).toBe(200);
    expect([...tokens]).toEqual([
      [one.id, one.botToken],
      [two.id, two.botToken],
    ]);
    expect(one.botToken).not.toBe(two.botToken);
    const ts = one.user('ada').dm('hello');
    await slack.waitFor(() => one.botMessages(one.user('ada').dmChannel)[0]);
    expect(slack.requests.at(-1)).toMatchObject({ method: 'chat.postMessage', workspaceId: one.id });
    expect(two.botMessages(two.user('bea').dmChannel)).toEqual([]);
    expect(ts).toMatch(/^\d{10}\.\d{6}$/);
    const token = one.botToken;
    one.uninstall();
    await slack.waitFor(() => uninstalled.length === 1);
    expect(uninstalled).toEqual([one.id]);
    expect(await call(slack, 'auth.test', {}, token)).toMatchObject({ error: 'account_inactive' });
    const code = await call(slack, 'oauth.v2.access', {
      client_id: slack.clientId,
      client_secret: slack.clientSecret,
      code: 'x',
    });
    expect(code).toMatchObject({ error: 'invalid_code' });
  } finally {
    await app.stop();
  }
});

test('an app of a whole organisation has one token, and says which workspace it means', async () => {
  await using slack = await start({
    workspaces: [
      { name: 'One', enterpriseId: 'E1', installed: 'org' },
      { name: 'Two', enterpriseId: 'E1', installed: false },
      { name: 'Elsewhere' },
    ],
  });
  const two = slack.workspace('Two');
  expect(two).toMatchObject({ botToken: slack.botToken, botUserId: slack.botUserId });
  expect(slack.workspace('Elsewhere').botToken).not.toBe(slack.botToken);
  const who = await call(slack, 'auth.test', {});
  expect(who).toMatchObject({ is_enterprise_install: true, enterprise_id: 'E1', team_id: 'E1' });
  expect(await call(slack, 'users.list', {})).toMatchObject({ error: 'missing_argument' });
  expect(await call(slack, 'users.list', { team_id: two.id })).toMatchObject({ ok: true });
  expect(await call(slack, 'users.list', { team_id: slack.workspace('Elsewhere').id })).toMatchObject({
    error: 'team_not_found',
  });
  await using app = await bolt(slack, {
    listen(one) {
      one.event('app_mention', async ({ event, client }) => {
        await client.chat.postMessage({ channel: event.channel, text: 'Hi' });
      });
      one.command('/parley', async ({ ack, body, client }) => {
        await ack();
        await client.views.open({ trigger_id: body.trigger_id, view: keyModal() });
      });
      one.view('key', async ({ ack }) => ack());
    },
  });
  const ada = two.user('ada');
  ada.says('general', `${two.mention} hello`);
  await slack.waitFor(() => two.botMessages('general')[0]);
  expect(app.of('app_mention')[0]?.body).toMatchObject({
    team_id: two.id,
    enterprise_id: 'E1',
    authorizations: [{ enterprise_id: 'E1', team_id: two.id, is_enterprise_install: true }],
  });
  const modal = await (await ada.runs('/parley')).opened();
  await ada.submits(modal, { input: 'x' });
  expect(app.of('view_submission')[0]?.body).toMatchObject({
    team: null,
    is_enterprise_install: true,
    enterprise: { id: 'E1' },
    user: { team_id: two.id },
  });
  two.uninstall();
  await slack.waitFor(() => app.of('app_uninstalled').length === 1);
  expect(slack.botToken).toBe('');
});

test('what is to fail fails, by method; round trips take their time', async () => {
  await using slack = await start();
  const client = clientOf(slack);
  const channel = slack.channel('general');
  const post = () => client.chat.postMessage({ channel, text: 'x' });
  slack.faults.next('chat.postMessage', 'status500');
  await expect(post()).rejects.toMatchObject({ statusCode: 500 });
  slack.faults.next('chat.postMessage', 'ratelimited');
  await expect(post()).rejects.toMatchObject({ retryAfter: 1 });
  slack.faults.next('*', 'is_archived');
  await expect(post()).rejects.toMatchObject({ data: { error: 'is_archived' } });
  slack.faults.next('chat.postMessage', 'reset');
  await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
  expect(slack.messages('general')).toEqual([]);
  slack.faults.next('chat.postMessage', 'resetAfter');
  await expect(post()).rejects.toMatchObject({ code: 'slack_webapi_request_error' });
  expect(slack.messages('general')).toHaveLength(1);
  slack.faults.next('chat.postMessage', 'hang');
  const hanging = new WebClient(slack.botToken, {
    slackApiUrl: slack.url,
    timeout: 100,
    retryConfig: { retries: 0 },
    logger: silent,
  });
  await expect(hanging.chat.postMessage({ channel, text: 'x' })).rejects.toThrow();
  slack.faults.rate('auth.test', 'status500', 0.5, seededRandom(1));
  const rolls = seededRandom(1);
  for (let n = 0; n < 20; n += 1) {
    const fails = rolls() < 0.5;
    const status = (await call(slack, 'auth.test', {})).status;
    expect(status).toBe(fails ? 500 : 200);
  }
  slack.faults.clear();
  slack.settings.delay = 60;
  const before = performance.now();
  await client.auth.test();
  expect(performance.now() - before).toBeGreaterThan(55);
  expect(slack.stats.injected429).toBe(1);
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

test('another implementation takes the same calls and comes to the same messages', async () => {
  await using slack = await start({ twin: true });
  const client = clientOf(slack);
  const channel = slack.channel('general');
  const ada = slack.user('ada');
  const thread_ts = ada.says('general', 'hello');
  const { ts = '' } = await client.chat.postMessage({ channel, thread_ts, text: 'one' });
  await client.chat.update({ channel, ts, text: 'two' });
  await client.chat.postMessage({
    channel: ada.dmChannel,
    text: 'in private',
    blocks: [{ type: 'divider' }],
  });
  await client.chat.postEphemeral({ channel, user: ada.id, text: 'only for you' });
  await client.reactions.add({ channel, timestamp: thread_ts, name: 'eyes' });
  const gone = await client.chat.postMessage({ channel, text: 'gone' });
  await client.chat.delete({ channel, ts: gone.ts ?? '' });
  await client.conversations.open({ users: ada.id });
  await client.conversations.replies({ channel, ts: thread_ts });
  await client.users.info({ user: ada.id });
  await client.views.publish({ user_id: ada.id, view: { type: 'home', blocks: [{ type: 'divider' }] } });
  slack.settings.ackWindow = 50;
  const command = await ada.runs('/parley');
  const opened = await client.views.open({
    trigger_id: String(command.payload.trigger_id),
    view: keyModal(),
  });
  await client.views.update({
    view_id: opened.view?.id ?? '',
    view: { ...keyModal(), callback_id: 'other' },
  });
  expect(await slack.twin?.differences()).toEqual([]);
  expect(slack.twin?.refusals).toEqual([]);
  expect(slack.twin?.taken).toBeGreaterThan(12);
  // It would be told.
  const changed = slack.world.messages.find((one) => one.ts === ts);
  if (changed) changed.text = 'otherwise';
  expect(await slack.twin?.differences()).toHaveLength(1);
});

test('it stands by itself, and is told what to do from another process', async () => {
  const child = spawn('node', [`${import.meta.dirname}/../../lab/counterparts/slack/serve.ts`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(child.stdout), 'line');
    const { url, botToken, botUserId, control, channels, users } = JSON.parse(line);
    const tell = async (command: object) => {
      const response = await fetch(control, { method: 'POST', body: JSON.stringify(command) });
      return (await response.json()) as Record<string, string>;
    };
    const { ts } = await tell({ do: 'says', user: 'ada', channel: 'general', text: `<@${botUserId}> hello` });
    const client = new WebClient(botToken, { slackApiUrl: url, logger: silent });
    await client.chat.postMessage({ channel: channels.general, thread_ts: ts ?? '', text: 'Hi' });
    const messages = await (await fetch(`${control}/messages?channel=general`)).json();
    expect(messages).toMatchObject([
      { ts, user: users.ada },
      { text: 'Hi', threadTs: ts },
    ]);
    expect(await tell({ do: 'jumps' })).toMatchObject({ error: expect.any(String) });
  } finally {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  }
});
