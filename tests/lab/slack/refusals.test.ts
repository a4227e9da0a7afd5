/** The counterpart of Slack refuses what Slack refuses, with WebClient as its client. */
import { describe, expect, test } from 'vitest';
import { postSigned } from '../../../lab/counterparts/slack/delivery/transport.ts';
import { bolt, call, clientOf, keyModal, start } from './client.ts';

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

describe('limits', () => {
  test('are counted by method and workspace, and told with Retry-After', async () => {
    await using slack = await start({
      workspaces: [{ name: 'One' }, { name: 'Two' }],
      limits: { 'auth.test': { limit: 2, window: 1_000, per: 'workspace' } },
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
    await using slack = await start();
    const { limits } = slack;
    expect(limits['chat.startStream']).toMatchObject({ limit: 20, window: 60_000 });
    expect(limits['chat.stopStream']).toMatchObject({ limit: 20 });
    expect(limits['chat.appendStream']).toMatchObject({ limit: 100 });
    expect(limits['chat.update'] ?? limits.default).toMatchObject({ limit: 50, window: 60_000 });
    const post = () => call(slack, 'chat.postMessage', { channel: slack.channel('general'), text: 'x' });
    const answers = [await post(), await post(), await post(), await post()];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    await slack.waitFor(async () => (await post()).status === 200);
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
