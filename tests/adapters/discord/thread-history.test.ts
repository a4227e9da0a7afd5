/** A thread into which Parley is called: what was said in it before reaches the model. */
import { ChannelType } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { asks, expectSeen, prompts, says } from './said.ts';

describe('a thread', () => {
  it('is read from its end, with the message that it was made from and its title', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const general = discord.channel('general');
    const [ada, ben] = [discord.user('ada'), discord.user('ben')];
    const origin = ben.says(general, 'The pump in CELLAR leaks.', {
      attachments: [{ name: 'pump.txt', data: 'model WALRUS-9' }],
    });
    const thread = ben.startsThread(general, 'Leaking pump', { messageId: origin });
    for (let n = 1; n <= 120; n++) ben.says(thread, `step ${n} of the work`);
    model.respond(answers('Dry.'), answers('Still dry.'));
    asks(bot, ada, 'what is left?', thread);
    await says(bot, 'Dry.', thread);
    expectSeen(bot, [
      'Title of this thread',
      'Leaking pump',
      'CELLAR',
      'WALRUS-9',
      'step 120 of',
      'step 90 of',
      'left out',
    ]);
    expect(prompts(bot).join()).not.toContain('step 1 of');
    asks(bot, ada, 'and now?', thread);
    await says(bot, 'Still dry.', thread);
    expect(prompts(bot).at(-1)).toBe('"Ada": and now?');
  });

  it('of a forum has its first message, its title and its tags', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const forum = discord.addChannel('help', { type: ChannelType.GuildForum, tags: ['plumbing', 'urgent'] });
    const post = discord.user('ben').posts(forum, 'Water everywhere', 'It began in the ATTIC.', ['urgent']);
    for (let n = 1; n <= 70; n++) discord.user('ben').says(post, `bucket ${n}.`);
    model.respond(answers('Close the tap.'));
    asks(bot, discord.user('ada'), 'what now?', post);
    await says(bot, 'Close the tap.', post);
    expectSeen(bot, ['Water everywhere (urgent)', 'ATTIC', 'bucket 70.']);
  });

  it('that was made without a message begins with its oldest one', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const thread = discord.user('ben').startsThread(discord.channel('general'), 'Plans');
    discord.user('ben').says(thread, 'We begin in MARCH.');
    for (let n = 1; n <= 60; n++) discord.user('ben').says(thread, `plan ${n}.`);
    model.respond(answers('In March.'));
    asks(bot, discord.user('ada'), 'when?', thread);
    await says(bot, 'In March.', thread);
    expectSeen(bot, ['MARCH', 'plan 60.']);
  });

  it('is answered also where its history cannot be read in time', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const thread = discord.user('ben').startsThread(discord.channel('general'), 'Slow');
    model.respond(answers('Here.'));
    discord.faults.next('other', 'hang', 4);
    asks(bot, discord.user('ada'), 'hello?', thread);
    await says(bot, 'Here.', thread);
  });
});
