/** The gateway and interactions of the counterpart of Discord, with discord.js as its client. */
import { MessageFlags, Routes } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { answers, button, connect, row, start } from './client.ts';

describe('the gateway', () => {
  test('a session is resumed, with what was said meanwhile', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const { gateway, stats } = discord;
    gateway.dropConnections({ resumable: true });
    const ids = ['1', '2'].map((text) => discord.user('ada').says(discord.channel('general'), text));
    await discord.waitFor(() => bot.of('RESUMED').length === 1);
    expect(bot.of('MESSAGE_CREATE').map(({ id }) => id)).toEqual(ids);
    gateway.requestReconnect();
    await discord.waitFor(() => bot.of('RESUMED').length === 2);
    expect(stats).toMatchObject({ identifies: 1, resumes: 2, invalidSessions: 0 });
  });

  test('a session that is gone is not', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    discord.gateway.dropConnections({ resumable: false });
    discord.user('ada').says(discord.channel('general'), 'lost');
    // discord.js takes five seconds to identify again.
    await discord.waitFor(() => discord.stats.invalidSessions === 1);
    expect(discord.stats).toMatchObject({ identifies: 1, resumes: 0 });
    expect(bot.of('MESSAGE_CREATE')).toEqual([]);
  });

  test('events come twice on demand', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    discord.gateway.duplicateNext(1);
    const [first, second] = ['1', '2'].map((text) =>
      discord.user('ada').says(discord.channel('general'), text),
    );
    await discord.waitFor(() => bot.of('MESSAGE_CREATE').length === 3);
    expect(bot.of('MESSAGE_CREATE').map(({ id }) => id)).toEqual([first, first, second]);
  });
});

describe('interactions', () => {
  test('a command opens a modal; what is filled in comes back, and is answered in private', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const role = discord.addRole('staff');
    const ada = discord.user('ada', { permissions: 'admin' });
    const running = ada.runs('key set');
    const text = { type: 4, custom_id: 'key', style: 1, max_length: 200 };
    const components = [
      { type: 18, label: 'API key', component: text },
      {
        type: 18,
        label: 'Where',
        component: { type: 3, custom_id: 'where', options: [{ label: 'A', value: 'a' }] },
      },
      { type: 18, label: 'Who', component: { type: 6, custom_id: 'who', min_values: 0, required: false } },
    ];
    await answers(discord, bot, 9, { title: 'Key', custom_id: 'key:set', components });
    const opened = await running;
    expect(opened.modal?.custom_id).toBe('key:set');
    expect(opened.payload).toMatchObject({
      application_id: discord.applicationId,
      guild_id: discord.guildId,
      member: { user: { id: ada.id }, permissions: expect.stringMatching(/^\d+$/) },
      data: { name: 'key', options: [{ name: 'set', type: 1, options: [] }] },
      authorizing_integration_owners: { 0: discord.guildId },
      context: 0,
    });
    const submitting = ada.submits(opened, { key: 'sk-1', where: ['a'], who: [role] });
    const { id, token } = await answers(discord, bot, 5, { flags: MessageFlags.Ephemeral }, 1);
    expect(bot.of('INTERACTION_CREATE')[1]).toMatchObject({
      type: 5,
      data: {
        custom_id: 'key:set',
        components: [
          { type: 18, component: { type: 4, custom_id: 'key', value: 'sk-1' } },
          { type: 18, component: { type: 3, values: ['a'] } },
          { type: 18, component: { type: 6, values: [role] } },
        ],
        resolved: { roles: { [role]: { name: 'staff' } } },
      },
    });
    const submitted = await submitting;
    await bot.rest.patch(Routes.webhookMessage(discord.applicationId, token), {
      body: { content: 'Kept' },
      auth: false,
    });
    const seen = await submitted.message();
    expect(seen).toMatchObject({ content: 'Kept', ephemeral: true });
    expect(discord.messages(discord.channel('general'))).toEqual([]);
    const byChannel = bot.rest.get(Routes.channelMessage(seen.channelId, seen.id));
    await expect(byChannel).rejects.toMatchObject({ code: 10008 });
    const again = bot.rest.post(Routes.interactionCallback(id, token), { body: { type: 5 }, auth: false });
    await expect(again).rejects.toMatchObject({ status: 400, code: 40060 });
    discord.settings.tokenLifetime = 0;
    const expired = bot.rest.get(Routes.webhookMessage(discord.applicationId, token), { auth: false });
    await expect(expired).rejects.toMatchObject({ status: 401, code: 50027 });
  });

  test('too late, or with what does not fit', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const ada = discord.user('ada');
    const running = ada.runs('ask', { prompt: 'x' });
    await expect(answers(discord, bot, 7)).rejects.toMatchObject({ code: 50035 });
    await expect(answers(discord, bot, 4, { content: '' })).rejects.toMatchObject({ code: 50006 });
    await expect(answers(discord, bot, 9, { title: 'T', custom_id: 'c' })).rejects.toMatchObject({
      code: 50035,
    });
    discord.settings.callbackWindow = 0;
    await expect(answers(discord, bot, 5)).rejects.toMatchObject({ status: 404, code: 10062 });
    discord.settings.callbackWindow = 3000;
    await answers(discord, bot, 4, { content: 'just in time' });
    expect(await (await running).message()).toMatchObject({ content: 'just in time', type: 20 });
  });

  test('registered commands are what can be run and completed; buttons and selects act on their message', async () => {
    await using discord = await start();
    await using bot = await connect(discord);
    const general = discord.channel('general');
    const ada = discord.user('ada');
    const name = { type: 3, name: 'name', description: 'Which', autocomplete: true, required: true };
    const body = [
      { name: 'model', description: 'Choose', options: [name] },
      { type: 3, name: 'Ask Parley' },
    ];
    await bot.rest.put(Routes.applicationCommands(discord.applicationId), { body });
    expect(discord.stats.commandPuts).toBe(1);
    expect(discord.commands).toEqual(body);
    await expect(ada.runs('ask')).rejects.toThrow('no command ask');
    await expect(ada.runs('model')).rejects.toThrow('needs name');
    const typing = ada.types('model', 'name', 'gp');
    await answers(discord, bot, 8, { choices: [{ name: 'GPT', value: 'gpt' }] });
    expect(await typing).toEqual([{ name: 'GPT', value: 'gpt' }]);

    const target = discord.user('ben').says(general, 'look');
    const asking = ada.context('Ask Parley', target);
    const components = [
      row(button('go', 'Go')),
      row({ type: 3, custom_id: 'pick', options: [{ label: 'A', value: 'a' }] }),
    ];
    await answers(discord, bot, 4, { content: 'first', components }, 1);
    expect(bot.of('INTERACTION_CREATE')[1]).toMatchObject({
      data: { type: 3, target_id: target, resolved: { messages: { [target]: { content: 'look' } } } },
    });
    const shown = await (await asking).message();
    const clicking = ada.clicks(shown, 'Go');
    await answers(discord, bot, 7, { content: 'second' }, 2);
    expect((await clicking).callback?.type).toBe(7);
    const choosing = ada.chooses(shown, 'pick', ['a']);
    const { token } = await answers(discord, bot, 6, {}, 3);
    await choosing;
    expect(bot.of('INTERACTION_CREATE')[3]).toMatchObject({
      data: { values: ['a'] },
      message: { content: 'second' },
    });
    await bot.rest.post(Routes.webhook(discord.applicationId, token), {
      body: { content: 'third' },
      auth: false,
    });
    expect(discord.botMessages(general).map(({ content }) => content)).toEqual(['second', 'third']);
  });
});

test('what a user gives to a command can be fetched; what becomes of messages and channels is told', async () => {
  await using discord = await start();
  await using bot = await connect(discord);
  const ada = discord.user('ada');
  discord.settings.callbackWindow = 200;
  const running = ada.runs('ask', { prompt: 'x', file: { name: 'a.txt', data: 'abc' } });
  const { data } = await discord.waitFor(() => bot.of('INTERACTION_CREATE')[0]);
  const { resolved } = data as { resolved: { attachments: Record<string, { url: string; size: number }> } };
  const [file] = Object.values(resolved.attachments);
  expect(file?.size).toBe(3);
  expect(await (await fetch(file?.url ?? '')).text()).toBe('abc');
  expect((await running).callback).toBeUndefined();

  const general = discord.channel('general');
  const ids = ['1', '2'].map((text) => ada.says(general, text));
  discord.unfurl(ids[0] ?? '');
  expect(await discord.waitFor(() => bot.of('MESSAGE_UPDATE')[0])).toMatchObject({
    id: ids[0],
    edited_timestamp: null,
  });
  discord.purge(general, ids);
  discord.removeChannel(general);
  expect(await discord.waitFor(() => bot.of('CHANNEL_DELETE')[0])).toMatchObject({ id: general });
  expect(bot.of('MESSAGE_DELETE_BULK')[0]).toMatchObject({ ids, channel_id: general });
});
