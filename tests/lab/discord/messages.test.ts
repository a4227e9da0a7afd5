/** Messages and threads of the counterpart of Discord, with discord.js as its client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { type APIMessage, ChannelType, REST, Routes } from 'discord.js';
import { expect, test } from 'vitest';
import { answers, connect, restOf, say, start } from './client.ts';

test('a mention reaches the bot, with whom it mentions; its answer can be edited and deleted', async () => {
  await using discord = await start();
  await using bot = await connect(discord);
  const general = discord.channel('general');
  const question = discord.user('ada', { nick: 'Countess' }).says(general, `<@${discord.botId}> hello`);
  const event = await discord.waitFor(() => bot.of('MESSAGE_CREATE')[0]);
  expect(event).toMatchObject({
    id: question,
    guild_id: discord.guildId,
    type: 0,
    content: `<@${discord.botId}> hello`,
    author: { username: 'ada', global_name: 'Ada' },
    member: { nick: 'Countess' },
    mentions: [{ id: discord.botId, bot: true }],
  });
  const answer = await say(bot.rest, general, {
    content: 'Hi',
    message_reference: { message_id: question },
    allowed_mentions: { parse: [] },
  });
  expect(answer.referenced_message?.id).toBe(question);
  await bot.rest.patch(Routes.channelMessage(general, answer.id), { body: { content: 'Hi, Ada' } });
  expect(discord.botMessages(general)).toMatchObject([
    { content: 'Hi, Ada', referenceId: question, history: [{ content: 'Hi' }, { content: 'Hi, Ada' }] },
  ]);
  await bot.rest.delete(Routes.channelMessage(general, answer.id));
  expect(discord.botMessages(general)).toEqual([]);
  const late = bot.rest.patch(Routes.channelMessage(general, answer.id), { body: { content: 'x' } });
  await expect(late).rejects.toMatchObject({ status: 404, code: 10008 });
  const others = bot.rest.patch(Routes.channelMessage(general, question), { body: { content: 'x' } });
  await expect(others).rejects.toMatchObject({ status: 403, code: 50005 });
});

test('the same nonce is the same message', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const first = await say(rest, general, { content: 'once', nonce: 'n1', enforce_nonce: true });
  const second = await say(rest, general, { content: 'once', nonce: 'n1', enforce_nonce: true });
  expect(second.id).toBe(first.id);
  expect(discord.botMessages(general)).toHaveLength(1);
});

test('whom a message would ping is known', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const ada = discord.user('ada');
  const question = ada.says(general, 'hello');
  const reply = { content: '@everyone', message_reference: { message_id: question } };
  await say(rest, general, { ...reply, allowed_mentions: { parse: [], replied_user: false } });
  await say(rest, general, { content: `\`${ada.mention}\`` });
  expect(discord.pings).toEqual([]);
  const { id } = await say(rest, general, reply);
  expect(discord.pings).toMatchObject([{ messageId: id, users: [ada.id], everyone: true, by: 'create' }]);
  await rest.patch(Routes.channelMessage(general, id), { body: { content: ada.mention } });
  expect(discord.pings[1]).toMatchObject({ users: [ada.id], everyone: false, by: 'edit' });
});

test('files are kept, served, and replaced by an edit', async () => {
  await using discord = await start();
  const rest = restOf(discord);
  const general = discord.channel('general');
  const file = (name: string, text: string) => ({ name, data: Buffer.from(text) });
  const { id, attachments } = (await rest.post(Routes.channelMessages(general), {
    body: { content: '', attachments: [{ id: 0, filename: 'answer.md' }] },
    files: [file('answer.md', '# One')],
  })) as APIMessage;
  expect(attachments).toMatchObject([{ filename: 'answer.md', size: 5 }]);
  expect(await (await fetch(attachments[0]?.url ?? '')).text()).toBe('# One');
  await rest.patch(Routes.channelMessage(general, id), {
    body: { attachments: [{ id: 0 }] },
    files: [file('other.md', '# Two')],
  });
  expect(discord.message(id).attachments).toMatchObject([{ name: 'other.md', text: '# Two' }]);
  const emptied = rest.patch(Routes.channelMessage(general, id), { body: { attachments: [] } });
  await expect(emptied).rejects.toMatchObject({ code: 50006 });
});

test('threads have the id of their message; posts that of their first', async () => {
  await using discord = await start({
    guilds: [{ name: 'G', channels: ['general', { name: 'forum', type: ChannelType.GuildForum }] }],
  });
  await using bot = await connect(discord);
  const ada = discord.user('ada');
  const question = ada.says(discord.channel('general'), 'long story');
  const path = Routes.threads(discord.channel('general'), question);
  await expect(bot.rest.post(path, { body: { name: 'n'.repeat(101) } })).rejects.toMatchObject({
    code: 50035,
  });
  expect(await bot.rest.post(path, { body: { name: 'story' } })).toMatchObject({ id: question, type: 11 });
  await expect(bot.rest.post(path, { body: { name: 'story' } })).rejects.toMatchObject({ code: 160004 });
  expect(await discord.waitFor(() => bot.of('THREAD_CREATE')[0])).toMatchObject({
    id: question,
    newly_created: true,
  });
  const { id } = await say(bot.rest, question, { content: 'once upon a time' });
  discord.setThread(question, { archived: true });
  const edit = () => bot.rest.patch(Routes.channelMessage(question, id), { body: { content: 'x' } });
  await expect(edit()).rejects.toMatchObject({ code: 50083 });
  discord.setThread(question, { locked: true });
  await expect(say(bot.rest, question, { content: 'x' })).rejects.toMatchObject({ code: 160005 });
  const post = ada.posts(discord.channel('forum'), 'Title', 'text');
  expect(await bot.rest.get(Routes.channelMessage(post, post))).toMatchObject({ content: 'text' });
  expect(await bot.rest.get(Routes.channel(post))).toMatchObject({
    parent_id: discord.channel('forum'),
    name: 'Title',
  });
  await expect(say(bot.rest, discord.channel('forum'), { content: 'x' })).rejects.toMatchObject({
    code: 50008,
  });
});

test('direct messages, also to someone who takes none', async () => {
  await using discord = await start();
  await using bot = await connect(discord);
  const ada = discord.user('ada');
  const id = ada.dm('psst');
  const event = await discord.waitFor(() => bot.of('MESSAGE_CREATE')[0]);
  expect(event).toMatchObject({ id, channel_id: ada.dmChannel });
  expect(event).not.toHaveProperty('guild_id');
  const opened = await bot.rest.post(Routes.userChannels(), { body: { recipient_id: ada.id } });
  expect(opened).toMatchObject({ id: ada.dmChannel, type: 1, recipients: [{ id: ada.id }] });
  discord.user('ada', { takesDms: false });
  await expect(say(bot.rest, ada.dmChannel, { content: 'x' })).rejects.toMatchObject({
    status: 403,
    code: 50007,
  });
});

test('another implementation takes the same requests and comes to the same messages', async () => {
  await using discord = await start({ twin: true });
  await using bot = await connect(discord);
  const general = discord.channel('general');
  const ada = discord.user('ada');
  await bot.rest.put(Routes.applicationCommands(discord.applicationId), {
    body: [{ name: 'ask', description: 'Ask' }],
  });
  const question = ada.says(general, 'hello');
  const { id } = await say(bot.rest, general, {
    content: 'one',
    message_reference: { message_id: question },
  });
  await bot.rest.patch(Routes.channelMessage(general, id), { body: { content: 'two' } });
  await bot.rest.post(Routes.channelTyping(general));
  await bot.rest.post(Routes.threads(general, question), { body: { name: 'thread' } });
  await say(bot.rest, question, { content: 'in the thread' });
  await say(bot.rest, ada.dm('x') && ada.dmChannel, { content: 'in private' });
  const gone = await say(bot.rest, general, { content: 'gone' });
  await bot.rest.delete(Routes.channelMessage(general, gone.id));
  const running = ada.runs('ask');
  const { token } = await answers(discord, bot, 5);
  await bot.rest.patch(Routes.webhookMessage(discord.applicationId, token), {
    body: { content: 'three' },
    auth: false,
  });
  await bot.rest.patch(Routes.webhookMessage(discord.applicationId, token), {
    body: { content: 'four' },
    auth: false,
  });
  await bot.rest.post(Routes.webhook(discord.applicationId, token), {
    body: { content: 'five' },
    auth: false,
  });
  await running;
  expect(await discord.twin?.differences()).toEqual([]);
  expect(discord.twin?.refusals).toEqual([]);
});

test('it stands by itself, and is told what to do from another process', async () => {
  const child = spawn('node', [`${import.meta.dirname}/../../../lab/counterparts/discord/serve.ts`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const [line] = await once(createInterface(child.stdout), 'line');
    const { url, token, control, channels, users, guildId } = JSON.parse(line);
    const told = await fetch(control, {
      method: 'POST',
      body: JSON.stringify({ do: 'says', user: 'ada', content: 'hello' }),
    });
    const { id } = (await told.json()) as { id: string };
    const messages = await (await fetch(`${control}/messages?channel=${channels.general}`)).json();
    expect(messages).toMatchObject([{ id, content: 'hello', author: { id: users.ada } }]);
    expect(await new REST({ api: url }).setToken(token).get(Routes.guild(guildId))).toMatchObject({
      id: guildId,
    });
  } finally {
    child.stdin.end();
    if (child.exitCode === null) await once(child, 'exit');
  }
});
