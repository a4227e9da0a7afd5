/** Streams of the counterpart of Slack, with WebClient as its client. */
import { describe, expect, test } from 'vitest';
import type { Slack } from '../../../lab/counterparts/slack/start.ts';
import { bolt, call, clientOf, start } from './client.ts';

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
      chunks: [
        {
          type: 'task_update',
          id: 't',
          title: 'Looked',
          status: 'complete',
          details: 'b',
          sources: [{ type: 'url', url: 'https://example.com/', text: 'Example' }],
        },
      ],
    });
    await writer.append({ markdown_text: 'found' });
    await writer.stop();
    expect(slack.botMessages(ada.dmChannel)).toMatchObject([
      {
        text: 'found',
        streaming: 'completed',
        tasks: [{ title: 'Looked', status: 'complete', details: 'ab', sources: [{ text: 'Example' }] }],
      },
    ]);
  });

  test('refuse broken cards, and count them with the text', async () => {
    await using slack = await start();
    const { on } = await streaming(slack);
    const card = (more: object) => ({
      chunks: [{ type: 'task_update', id: 't', title: 'Look', status: 'in_progress', ...more }],
    });
    const refused: [object, string][] = [
      [{ id: '' }, 'invalid_chunks'],
      [{ title: ' ' }, 'invalid_chunks'],
      [{ status: 'running' }, 'invalid_chunks'],
      [{ sources: [{ type: 'url', url: 'https://example.com' }] }, 'invalid_chunks'],
      [{ sources: [{ type: 'url', url: 'javascript:1', text: 'x' }] }, 'invalid_chunks'],
      [{ title: 'x'.repeat(257) }, 'msg_too_long'],
    ];
    for (const [more, error] of refused) expect(await on('append', card(more))).toMatchObject({ error });
    expect(await on('append', card({}))).toMatchObject({ ok: true });
    const text = { type: 'markdown_text', text: 'x'.repeat(10_590) };
    expect(await on('append', { chunks: [text] })).toMatchObject({ ok: true });
    expect(await on('append', card({ id: 'u', title: 'Look again' }))).toMatchObject({
      error: 'msg_too_long',
    });
  });

  test('take no chunks, or no cards, where the workspace does not know them', async () => {
    await using slack = await start();
    const chunks = [{ type: 'markdown_text', text: 'x' }];
    const cards = [{ type: 'task_update', id: 't', title: 'Look', status: 'complete' }];
    slack.settings.chunks = { refuses: 'cards', error: 'missing_scope' };
    expect((await streaming(slack, { chunks: cards })).started).toMatchObject({ error: 'missing_scope' });
    expect((await streaming(slack, { chunks })).started).toMatchObject({ ok: true });
    slack.settings.chunks = { refuses: 'all', error: 'invalid_chunks' };
    expect((await streaming(slack, { chunks })).started).toMatchObject({ error: 'invalid_chunks' });
    expect((await streaming(slack, { markdown_text: 'x' })).started).toMatchObject({ ok: true });
  });
});
