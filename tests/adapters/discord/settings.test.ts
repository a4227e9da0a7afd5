/** A server's own settings: the panel, its forms, and what each of them changes. */
import { ChannelType, PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answers, fails, lists } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, asks, labels, prompts, says, sentence, sets, settle } from './said.ts';

const admins = ({ discord }: Bot) => discord.user('root', { permissions: 'admin' });
const threadsIn = ({ discord }: Bot, channel: string) =>
  [...discord.world.channels.values()].filter(
    ({ parentId, type }) => parentId === channel && type === ChannelType.PublicThread,
  );

describe.concurrent('the panel', () => {
  it('shows what is set, to who called alone, and each change in place', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const root = admins(bot);
    const role = discord.addRole('readers');
    const general = discord.channel('general');
    const first = await (await root.runs('settings')).message();
    expect(first.ephemeral).toBe(true);
    expect(first.content).not.toContain('Base URL');
    const changes: [string, string | string[], string][] = [
      ['replyIn', 'thread', 'a thread of its own'],
      ['history', 'person', 'each person has their own'],
      ['channels', [general], `<#${general}>`],
      ['roles', [role], `<@&${role}>`],
      ['whoMayAsk', 'admins', 'admins'],
      ['temperature', '0,7', '0.7'],
      ['effort', 'low', 'low'],
      ['mostParts', '3', '3 messages'],
    ];
    for (const [id, value, shown] of changes) {
      const form = await root.chooses(first, 'v1:pick:settings', [id]);
      const panel = await (await root.submits(form, { [id]: value })).message();
      expect(panel.id).toBe(first.id);
      expect(panel.content).toContain('Saved.');
      expect(panel.content).toContain(shown);
    }
    expect(discord.pings).toEqual([]);
    await bot.restart();
    const later = await (await root.runs('settings')).message();
    for (const [, , shown] of changes) expect(later.content).toContain(shown);
    // Forms begin with what is set, and give it up again.
    const form = await root.chooses(later, 'v1:pick:settings', ['channels']);
    expect(JSON.stringify(form.modal)).toContain(`"default_values":[{"id":"${general}","type":"channel"}]`);
    expect((await (await root.submits(form, { channels: [] })).message()).content).toContain(
      'Channels**: all',
    );
    const number = await root.chooses(later, 'v1:pick:settings', ['temperature']);
    expect((await (await root.submits(number, { temperature: '' })).message()).content).toContain(
      'model’s own',
    );
  });

  it('says what is wrong with an entry, changes nothing, and stays', async () => {
    await using bot = await startBot();
    const root = admins(bot);
    const wrong = await sets(root, 'temperature', '3');
    expect(wrong.content).toContain('from 0 to 2');
    const again = await root.chooses(wrong, 'v1:pick:settings', ['mostParts']);
    const still = await (await root.submits(again, { mostParts: '99' })).message();
    expect(still.content).toContain('from 1 to 20');
    expect(still.content).toContain('as messages, however many');
    expect(still.content).toContain('Temperature**: the model’s own');
  });
});

describe.concurrent('answers in', () => {
  it('a thread that is named from the question, where follow-ups need no mention', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    await sets(admins(bot), 'replyIn', 'thread');
    model.respond(answers('In here.'), answers('Still here.'), answers('Elsewhere.'));
    const ada = discord.user('ada');
    const question = asks(bot, ada, 'Why is the **sky** blue?\nI wonder.');
    const thread = await discord.waitFor(() => threadsIn(bot, channel)[0]);
    expect(thread).toMatchObject({ name: 'Why is the sky blue?', id: question });
    await says(bot, 'In here.', thread.id);
    discord.user('ben').says(thread.id, 'And at night?');
    await says(bot, 'Still here.', thread.id);
    expect(prompts(bot)).toEqual(
      ['"Ada": Why is the sky blue?\n| I wonder.', 'In here.', '"Ben": And at night?'].map((one) =>
        one.replace('sky', '**sky**'),
      ),
    );
    // The channel knows nothing of it.
    asks(bot, ada, 'What did we say?');
    const second = await discord.waitFor(() => threadsIn(bot, channel)[1]);
    await says(bot, 'Elsewhere.', second.id);
    expect(prompts(bot)).toEqual(['"Ada": What did we say?']);
    expect(discord.botMessages(channel).filter(({ content }) => content !== '')).toEqual([]);
  });

  it('the channel, where it cannot make a thread or is asked nothing', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    const voice = discord.addChannel('lounge', { type: ChannelType.GuildVoice });
    await sets(admins(bot), 'replyIn', 'thread');
    const ada = discord.user('ada');
    model.respond(answers('Here.'), answers('In the lounge.'), answers('Here as well.'));
    discord.deny(channel, PermissionFlagsBits.CreatePublicThreads);
    const asked = asks(bot, ada, 'may you?');
    expect((await says(bot, 'Here.')).referenceId).toBe(asked);
    await answerTo(bot, ada, 'and here?', 'In the lounge.', voice);
    discord.deny(channel);
    asks(bot, ada, '');
    await discord.waitFor(() => discord.botMessages(channel).some(({ content }) => content.includes('/ask')));
    expect(threadsIn(bot, channel)).toEqual([]);
    // It may make threads, but not write in them.
    discord.deny(channel, PermissionFlagsBits.SendMessagesInThreads);
    await answerTo(bot, ada, 'and now?', 'Here as well.');
    expect(model.requests).toHaveLength(3);
  });
});

describe.concurrent('whose history, and who may ask', () => {
  it('per person, nobody sees the turns of another', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    await sets(admins(bot), 'history', 'person');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    model.respond(answers('One.'), answers('Two.'), answers('Three.'));
    await answerTo(bot, ada, 'my number is 4711', 'One.');
    await answerTo(bot, ben, 'what is her number?', 'Two.');
    expect(prompts(bot)).toEqual(['what is her number?']);
    await answerTo(bot, ada, 'and?', 'Three.');
    expect(prompts(bot)).toEqual(['my number is 4711', 'One.', 'and?']);
    // People export and forget only their own messages.
    const files = (await (await ben.runs('export')).message()).attachments;
    expect(files.map(({ text }) => text).join()).not.toContain('4711');
    await sentence(ben.runs('forget'));
    model.respond(answers('Four.'));
    await answerTo(bot, ada, 'still?', 'Four.');
    expect(prompts(bot)).toHaveLength(5);
  });

  it('allowed channels: silent elsewhere, for admins too; their threads are allowed', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const [general, random] = [discord.channel('general'), discord.channel('random')];
    await sets(admins(bot), 'channels', [general]);
    const ada = discord.user('ada');
    for (const person of [ada, admins(bot)]) asks(bot, person, 'here?', random);
    expect(await sentence(ada.runs('ask', { prompt: 'here?' }, random))).toContain(
      'does not answer in this channel',
    );
    await settle();
    expect(discord.botMessages(random)).toEqual([]);
    expect(model.requests).toHaveLength(0);
    await answerTo(bot, ada, 'there?', 'Hello.');
    const thread = ada.startsThread(general, 'A thread');
    model.respond(answers('In the thread.'));
    await answerTo(bot, ada, 'in here?', 'In the thread.', thread);
  });

  it('roles, or admins alone: others get a sentence', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const general = discord.channel('general');
    const role = discord.addRole('readers');
    const boss = discord.addRole('bosses', { permissions: PermissionFlagsBits.ManageGuild });
    const root = admins(bot);
    await sets(root, 'roles', [role]);
    const [ada, ben] = [discord.user('ada', { roles: [role] }), discord.user('ben')];
    await answerTo(bot, ada, 'may I?', 'Hello.');
    asks(bot, ben, 'may I?');
    const refusal = await discord.waitFor(() =>
      discord.botMessages(general).find(({ content }) => content.includes('certain roles')),
    );
    expect(labels(refusal)).toEqual([]);
    expect(await sentence(ben.runs('ask', { prompt: 'may I?' }))).toContain('certain roles');
    await sets(root, 'whoMayAsk', 'admins');
    expect(await sentence(ada.runs('ask', { prompt: 'and now?' }))).toContain('only admins');
    const chief = discord.user('chief', { roles: [boss] });
    model.respond(answers('Of course.'));
    await answerTo(bot, chief, 'I?', 'Of course.');
    expect(model.requests).toHaveLength(2);
  });
});

describe.concurrent('what the model is asked with', () => {
  it('temperature, effort, model and persona of this server, and of no other', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    const root = admins(bot);
    model.respondToList(lists('gpt-x', 'text-embedding-y', 'gpt-a', 'whisper-1'));
    expect((await root.types('model', 'name', '')).map(({ value }) => value)).toEqual([
      'gpt-a',
      'gpt-x',
      'text-embedding-y',
      'whisper-1',
      'default',
    ]);
    expect((await root.types('model', 'name', 'X')).map(({ value }) => value)).toEqual([
      'gpt-x',
      'text-embedding-y',
    ]);
    expect(await sentence(root.runs('model', { name: 'gpt-x' }))).toContain('`gpt-x` answers');
    await sets(root, 'temperature', '0.3');
    await sets(root, 'effort', 'low');
    const persona = await root.runs('persona');
    expect(await sentence(root.submits(persona, { persona: 'Speak like a pirate.' }))).toContain('Saved');
    const ada = discord.user('ada');
    await answerTo(bot, ada, 'hi', 'Hello.');
    expect(model.requests[0]?.body).toMatchObject({
      model: 'gpt-x',
      temperature: 0.3,
      reasoning_effort: 'low',
    });
    expect(JSON.stringify(model.requests[0]?.body)).toContain('Speak like a pirate.');
    await answerTo(bot, ada, 'hi', 'Hello.', discord.channel('lobby', other));
    expect(model.requests[1]?.body).toMatchObject({ model: 'test-model' });
    expect(JSON.stringify(model.requests[1]?.body)).not.toMatch(/pirate|temperature|effort/);
    const again = await root.runs('persona');
    expect(JSON.stringify(again.modal)).toContain('Speak like a pirate.');
    expect(await sentence(root.submits(again, { persona: '' }))).toContain('no persona');
    expect(await sentence(root.runs('model', { name: 'default' }))).toContain('`test-model` answers');
    expect(await sentence(root.runs('model'))).toContain('`test-model`');
  });

  it('suggests nothing rather than too late when the list of models does not come', async () => {
    await using bot = await startBot();
    bot.model.respondToList(async ({ request }) => void (await request.closed));
    expect((await admins(bot).types('model', 'name', '')).map(({ value }) => value)).toEqual(['default']);
    bot.model.respondToList(fails(500));
  });

  it('a base URL, where the operator allows public ones: none by http, none in the own network', async () => {
    await using bot = await startBot({ env: { TENANT_BASE_URLS: 'public' } });
    const root = admins(bot);
    expect((await sets(root, 'baseUrl', bot.model.url)).content).toContain('begin with https');
    expect((await sets(root, 'baseUrl', 'https://user:pass@example.com/v1')).content).toContain(
      'no password or key',
    );
    const saved = await sets(root, 'baseUrl', `https://127.0.0.1:${bot.model.port}/v1`);
    expect(saved.content).toContain('/key set');
    asks(bot, root, 'hello?');
    const notice = await bot.discord.waitFor(() =>
      bot.discord
        .botMessages(bot.discord.channel('general'))
        .find(({ content }) => content.includes('public internet')),
    );
    expect(notice.content).not.toContain('ECONN');
    expect(bot.model.requests).toHaveLength(0);
  });
});

it.concurrent('long answers end in a file after the number of messages that is set', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  await sets(admins(bot), 'mostParts', '1');
  const paragraphs = Array.from({ length: 60 }, (_, i) => `Paragraph ${i} ${'word '.repeat(20).trim()}.`);
  const long = paragraphs.join('\n\n');
  model.respond(answers(long), answers('Short now.'));
  asks(bot, discord.user('ada'), 'much, please');
  const answer = await discord.waitFor(() =>
    discord.botMessages(discord.channel('general')).find(({ attachments }) => attachments.length > 0),
  );
  expect(answer.attachments[0]?.text).toContain('Paragraph 59');
  // Answered again more briefly, nothing of the file is left.
  await discord.user('ada').clicks(answer, 'Regenerate');
  const again = await says(bot, 'Short now.');
  expect(again).toMatchObject({ id: answer.id, attachments: [] });
});
