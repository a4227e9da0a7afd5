/** People see that Parley is at work, from the moment it takes a question. */
import { describe, expect, it } from 'vitest';
import { answers, done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { asks, prompts, says, sets, settle } from './said.ts';

const file = (name: string, data: string) => ({ name, data });

describe.concurrent('typing is shown', () => {
  it('while files are fetched, again and again until the answer begins, and not after', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const general = discord.channel('general');
    discord.settings.fileDelay = 8_500;
    model.respond(answers('Read.'));
    discord.user('ada').says(general, `<@${discord.botId}> read these`, {
      attachments: [file('a.txt', 'walrus'), file('b.txt', 'penguin'), file('c.txt', 'okapi')],
    });
    await discord.waitFor(() => discord.typing.length === 1);
    expect(model.requests).toEqual([]);
    const answer = await says(bot, 'Read.');
    for (const word of ['walrus', 'penguin', 'okapi']) expect(prompts(bot).join()).toContain(word);
    expect(discord.typing.map(({ channelId }) => channelId)).toEqual([general, general]);
    for (const { at } of discord.typing) expect(at).toBeLessThan(answer.history[0]?.at ?? 0);
    // If typing continued, it would be shown again eight seconds after the first time.
    await settle(8_500);
    expect(discord.typing).toHaveLength(2);
  });

  it('while a thread is read', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const thread = discord.user('ada').startsThread(discord.channel('general'), 'Talk');
    discord.user('ben').says(thread, 'We talk of walruses.');
    discord.settings.delay = 400;
    model.respond(answers('Yes.'));
    asks(bot, discord.user('ada'), 'do we?', thread);
    await discord.waitFor(() => discord.typing.some(({ channelId }) => channelId === thread));
    expect(model.requests).toEqual([]);
    await says(bot, 'Yes.', thread);
    expect(prompts(bot).join()).toContain('walruses');
  });

  it('in the thread that is made for the answer', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    await sets(discord.user('root', { permissions: 'admin' }), 'replyIn', 'thread');
    discord.settings.fileDelay = 500;
    model.respond(answers('In here.'));
    const question = discord
      .user('ada')
      .says(discord.channel('general'), `<@${discord.botId}> read`, { attachments: [file('a.txt', 'x')] });
    await discord.waitFor(() => discord.world.channels.has(question));
    await says(bot, 'In here.', question);
    expect(new Set(discord.typing.map(({ channelId }) => channelId))).toEqual(new Set([question]));
  });

  it('not for a question that waits while another is answered, beyond that one', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(streams(text('One. '), pause(1_500), text('Done.'), finish(), done), answers('Two.'));
    asks(bot, discord.user('ada'), 'one');
    await discord.waitFor(() => discord.botMessages(discord.channel('general')).length === 1);
    asks(bot, discord.user('ada'), 'two');
    await says(bot, 'Two.');
    await settle();
    expect(model.requests).toHaveLength(2);
  });
});

describe.concurrent('a look-up', () => {
  it('of the message that is replied to holds a question up for a second at most', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(answers('Anyway.'));
    const general = discord.channel('general');
    const said = discord.user('ben').says(general, 'something');
    // Discord may leave out the message that is replied to; Parley then fetches it.
    discord.settings.sendsReferenced = false;
    discord.faults.next('other', 'hang', 1);
    const since = performance.now();
    discord.user('ada').says(general, `<@${discord.botId}> what do you say?`, { replyTo: said });
    await says(bot, 'Anyway.');
    expect(performance.now() - since).toBeLessThan(14_000);
  });
});
