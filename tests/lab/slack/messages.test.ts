/** Messages, files and faults of the counterpart of Slack, with Bolt and WebClient as its clients. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { WebClient } from '@slack/web-api';
import { expect, test } from 'vitest';
import { seededRandom } from '../../../lab/counterparts/faults.ts';
import { bolt, call, clientOf, keyModal, silent, start } from './client.ts';

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
  const child = spawn('node', [`${import.meta.dirname}/../../../lab/counterparts/slack/serve.ts`], {
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
