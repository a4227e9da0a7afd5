/** Whom a message addresses: mentions, and messages that Parley ignores in a thread it follows. */

import { MessageType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { namesOthers, outsideCode } from '../../../src/adapters/discord/incoming/addressed.ts';
import { cpuTime } from '../../cpu-time.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, asks, prompts, says, sets, settle } from './said.ts';

const ownRole = ({ discord }: Bot) =>
  discord.world.guilds.get(discord.guildId)?.roles.find(({ tags }) => tags?.bot_id === discord.botId)?.id ??
  '';

describe.concurrent('a mention', () => {
  it('is one of the role that Discord made for Parley too', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('Yes?'), answers('And there.'));
    discord.user('ada').says(discord.channel('general'), `<@&${ownRole(bot)}> are you there?`);
    await says(bot, 'Yes?');
    expect(prompts(bot)).toEqual(['"Ada": are you there?']);
    // A server that the bot joins later has such a role too.
    const guild = discord.addGuild({ name: 'Second' });
    const role = discord.world.guilds.get(guild)?.roles.find(({ managed }) => managed)?.id;
    await settle();
    discord.user('ada').says(discord.channel('general', guild), `hey <@&${role}>`);
    await says(bot, 'And there.', discord.channel('general', guild));
  });

  it('is none of another bot’s role, or of a role of people', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const role = discord.addRole('parley');
    discord.user('ada').says(discord.channel('general'), `<@&${role}> are you there?`);
    await settle();
    expect(model.requests).toEqual([]);
  });

  it.each([
    'use `<@BOT>` to call it',
    'write:\n```\n<@BOT> hello\n```',
    '``<@BOT> `tick` ``',
    '```md\n<@!BOT>\n``` and `<@&ROLE>`',
  ])('is none in code: %s', async (written) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const content = written.replaceAll('BOT', discord.botId).replaceAll('ROLE', ownRole(bot));
    discord.user('ada').says(discord.channel('general'), content);
    await settle();
    expect(model.requests).toEqual([]);
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
  });

  it('counts beside code, and where code is not closed', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('One.'), answers('Two.'));
    discord.user('ada').says(discord.channel('general'), `what is \`x\` <@${discord.botId}>`);
    await says(bot, 'One.');
    discord.user('ada').says(discord.channel('general'), `a lone \` here <@${discord.botId}>`);
    await says(bot, 'Two.');
  });

  it('is looked for in a long text of backticks in no time', () => {
    const ms = cpuTime(() => {
      outsideCode('` `` ```a '.repeat(20_000));
      outsideCode(`${'`'.repeat(100_000)}x`);
      outsideCode(Array.from({ length: 2_000 }, (_, n) => '`'.repeat((n % 90) + 1)).join('a'));
    });
    expect(ms).toBeLessThan(1_000);
  });
});

describe.concurrent('a thread that Parley follows', () => {
  async function followed(bot: Bot): Promise<string> {
    const thread = bot.discord.user('ada').startsThread(bot.discord.channel('general'), 'Talk');
    bot.model.respond(answers('Here.'));
    await answerTo(bot, bot.discord.user('ada'), 'join us', 'Here.', thread);
    bot.model.requests.length = 0;
    return thread;
  }

  it('is left alone where somebody else, a role or everyone is spoken to', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const role = discord.addRole('cooks');
    const thread = await followed(bot);
    const said = ben.says(thread, `${ada.mention} shall we go?`);
    ada.says(thread, 'in a minute', { replyTo: said });
    ada.says(thread, 'in two', { replyTo: said, ping: false });
    ben.says(thread, `<@&${role}> is there food?`);
    ben.says(thread, '@everyone come');
    discord.user('root', { permissions: 'admin' }).says(thread, '@here now');
    await settle();
    expect(model.requests).toEqual([]);
  });

  it('is answered where nobody is spoken to, Parley is too, or a person goes on from their own words', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const thread = await followed(bot);
    model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'), answers('Five.'));
    const own = ada.says(thread, 'and so?');
    await says(bot, 'One.', thread);
    ada.says(thread, `${ben.mention} and <@${discord.botId}>, what do you say?`);
    await says(bot, 'Two.', thread);
    ada.says(thread, 'I meant this', { replyTo: own });
    await says(bot, 'Three.', thread);
    ada.says(thread, 'what does `@everyone` do?');
    await says(bot, 'Four.', thread);
    ada.says(thread, 'is bob@here.example an address?');
    await says(bot, 'Five.', thread);
  });

  it('is answered where somebody is named in code alone, also where Discord lists them', () => {
    const author = { id: '1', username: 'ada', discriminator: '0', avatar: null, global_name: null };
    const spoken = (content: string) => ({
      content,
      author,
      type: MessageType.Default,
      mentions: [{ ...author, id: '2' }],
      mention_roles: [],
      mention_everyone: false,
    });
    expect(namesOthers(spoken('what does `<@2>` do?'), '3', undefined)).toBe(false);
    expect(namesOthers(spoken('<@2>, what does `<@2>` do?'), '3', undefined)).toBe(true);
    expect(namesOthers(spoken('what do you say?'), '3', undefined)).toBe(true);
  });

  it('of a server that wants mentions alone is answered only for these', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const root = discord.user('root', { permissions: 'admin' });
    const thread = await followed(bot);
    expect((await sets(root, 'inThreads', 'mentions')).content).toContain('mentions and replies alone');
    discord.user('ben').says(thread, 'nobody in particular');
    await settle();
    expect(model.requests).toEqual([]);
    model.respond(answers('Named.'), answers('Replied.'), answers('Followed.'));
    asks(bot, discord.user('ben'), 'you there?', thread);
    const named = await says(bot, 'Named.', thread);
    discord.user('ben').says(thread, 'and now?', { replyTo: named.id });
    await says(bot, 'Replied.', thread);
    await sets(root, 'inThreads', 'follow');
    discord.user('ben').says(thread, 'nobody in particular');
    await says(bot, 'Followed.', thread);
  });
});

describe.concurrent('a reply that overtakes the mention', () => {
  it('in a thread that is only being made is answered after it', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    await sets(discord.user('root', { permissions: 'admin' }), 'replyIn', 'thread');
    model.respond(answers('First.'), answers('Second.'));
    const channel = discord.channel('general');
    const question = discord.user('ada').says(channel, `<@${discord.botId}> read this`, {
      attachments: [{ name: 'big.txt', data: 'x'.repeat(900_000) }],
    });
    await discord.waitFor(() => discord.world.channels.has(question));
    discord.user('ben').says(question, 'and what about me?');
    await says(bot, 'First.', question);
    await says(bot, 'Second.', question);
    expect(prompts(bot).at(-1)).toBe('"Ben": and what about me?');
  });

  it('that was sent later but comes earlier is answered', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('First.'), answers('Second.'));
    const thread = discord.user('ada').startsThread(discord.channel('general'), 'Talk');
    const dispatch = discord.gateway.dispatch;
    const held: [string, object][] = [];
    discord.gateway.dispatch = (event, data) => {
      held.push([event, data]);
    };
    asks(bot, discord.user('ada'), 'one', thread);
    discord.gateway.dispatch = dispatch;
    discord.user('ben').says(thread, 'two');
    await settle(100);
    for (const [event, data] of held) dispatch(event, data);
    await says(bot, 'First.', thread);
    await says(bot, 'Second.', thread);
  });

  it('while Parley was away is answered too', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('Hi.'));
    const thread = discord.user('ada').startsThread(discord.channel('general'), 'Talk');
    await answerTo(bot, discord.user('ada'), 'hello', 'Hi.');
    model.respond(answers('First.'), answers('Second.'));
    await bot.restart(() => {
      asks(bot, discord.user('ada'), 'one', thread);
      discord.user('ben').says(thread, 'two');
    });
    await says(bot, 'First.', thread);
    await says(bot, 'Second.', thread);
  });
});

describe.concurrent('without the message-content intent', () => {
  it('a reply whose text is kept back is told how to be read, once in a while', async () => {
    await using bot = await startBot({ messageContentAllowed: false });
    const { discord, model } = bot;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    model.respond(answers('First.'), answers('Second.'));
    const first = await answerTo(bot, ada, 'one', 'First.');
    ada.says(general, 'and two?', { replyTo: first.id, ping: false });
    await discord.waitFor(() =>
      discord.botMessages(general).some(({ content }) => content.includes('Mention me')),
    );
    ada.says(general, 'hello?', { replyTo: first.id, ping: false });
    await settle();
    expect(discord.botMessages(general)).toHaveLength(2);
    expect(model.requests).toHaveLength(1);
    // A reply with a ping is a mention, and comes with its text.
    ada.says(general, 'and now?', { replyTo: first.id });
    await says(bot, 'Second.');
    expect(prompts(bot).at(-1)).toContain('and now?');
  });

  it('other people’s talk in a thread is not commented on', async () => {
    await using bot = await startBot({ messageContentAllowed: false });
    const { discord, model } = bot;
    const thread = discord.user('ada').startsThread(discord.channel('general'), 'Talk');
    model.respond(answers('Here.'));
    await answerTo(bot, discord.user('ada'), 'join us', 'Here.', thread);
    discord.user('ben').says(thread, 'fine weather');
    discord.user('ben').says(thread, `<@&${ownRole(bot)}> fine weather`);
    await discord.waitFor(() => discord.botMessages(thread).length === 2);
    await settle();
    expect(discord.botMessages(thread).at(-1)?.content).toContain('Mention me');
    expect(model.requests).toHaveLength(1);
  });
});
