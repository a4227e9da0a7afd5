/** Questions that are deleted, by their author or by a proxy bot that repeats them. */
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { answers, done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, asks, labels, prompts, says, sentence, sets, settle } from './said.ts';

const inGeneral = ({ discord }: Bot) =>
  discord.botMessages(discord.channel('general')).filter(({ deleted }) => !deleted);

describe.concurrent('a question that is deleted before the first word', () => {
  it.each([
    ['is deleted, where it may be', PermissionFlagsBits.ManageThreads, true],
    ['is archived, where it may not be deleted', 0n, false],
  ])('the thread made for it %s', async (_, permission, isDeleted) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    discord.grant(discord.channel('general'), permission);
    await sets(discord.user('root', { permissions: 'admin' }), 'replyIn', 'thread');
    model.respond(streams(pause(3_000), text('Never.'), finish(), done));
    const question = asks(bot, discord.user('ada'), 'a secret');
    await discord.waitFor(() => model.requests.length === 1);
    discord.user('ada').deletes(question);
    await discord.waitFor(() => {
      const thread = discord.world.channels.get(question);
      return isDeleted ? thread === undefined : thread?.archived === true;
    });
    expect(discord.messages(discord.channel('general'))).toEqual([]);
  });

  it('nothing goes where people speak in the thread already', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    await sets(discord.user('root', { permissions: 'admin' }), 'replyIn', 'thread');
    model.respond(streams(pause(2_000), text('Never.'), finish(), done));
    const question = asks(bot, discord.user('ada'), 'a secret');
    await discord.waitFor(() => model.requests.length === 1);
    discord.user('root').says(question, `${discord.user('ben').mention} look`);
    discord.user('ada').deletes(question);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await settle();
    expect(discord.world.channels.get(question)).toMatchObject({ archived: false });
  });
});

describe.concurrent('who deleted the question', () => {
  it('can delete what there is of an answer that the deletion stopped, after a restart as well', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(streams(text('Half of it. '), pause(20_000), text('never'), finish(), done));
    const question = asks(bot, ada, 'say it');
    const answer = await discord.waitFor(() => inGeneral(bot)[0]);
    ada.deletes(question);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await discord.waitFor(() => labels(discord.message(answer.id)).includes('Delete'));
    await bot.restart();
    await ada.clicks(answer.id, 'Delete');
    await discord.waitFor(() => discord.message(answer.id).deleted);
  });
});

/** Orders of a proxy bot's steps for a message. */
const ORDERS: [string, (steps: { again: () => void; erase: () => void }, gap: number) => Promise<void>][] = [
  [
    'says it again, then deletes it',
    async ({ again, erase }, gap) => {
      again();
      await settle(gap);
      erase();
    },
  ],
  [
    'deletes it, then says it again',
    async ({ again, erase }, gap) => {
      erase();
      await settle(gap);
      again();
    },
  ],
];

describe.concurrent.each(ORDERS)('a proxy bot that %s', (_, order) => {
  it.each([
    ['at once', 0, 10],
    ['while the model thinks', 250, 400],
    ['when it was answered', 1_500, 300],
  ])('%s: one question, asked once, with one answer', async (_, wait, gap) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const general = discord.channel('general');
    const ada = discord.user('ada');
    model.respond(
      streams(pause(900), text('Hello Luna.'), finish(), done),
      answers('Again.'),
      answers('Third.'),
    );
    const question = asks(bot, ada, 'who am I?');
    await settle(wait);
    let again = '';
    await order(
      {
        again: () => {
          again = discord.user('luna').says(general, `<@${discord.botId}> who am I?`, { webhook: true });
        },
        erase: () => ada.deletes(question),
      },
      gap,
    );
    const answer = await says(bot, 'Hello Luna.');
    await settle(1_800);
    expect(model.requests).toHaveLength(1);
    expect(inGeneral(bot).map(({ content }) => content)).toEqual(['Hello Luna.']);
    // The message belongs to the person and stays in the conversation.
    await answerTo(bot, ada, 'and then?', 'Again.');
    expect(prompts(bot)).toEqual(['"Ada": who am I?', 'Hello Luna.', '"Ada": and then?']);
    expect(await sentence(discord.user('ben').clicks(answer.id, 'Regenerate'))).toContain('Only');
    await ada.clicks(answer.id, 'Regenerate');
    await says(bot, 'Third.');
    // Deleted for good, the question is removed.
    ada.deletes(again);
    await settle();
    await ada.clicks(answer.id, 'Regenerate');
    await settle(1_000);
    expect(model.requests).toHaveLength(3);
  });

  it('and takes away the marks by which it was called: the same', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(streams(pause(500), text('Hello Luna.'), finish(), done), answers('Twice.'));
    const question = ada.says(discord.channel('general'), `luna: <@${discord.botId}> hi`);
    await settle(200);
    await order(
      {
        again: () => {
          discord.user('luna').says(discord.channel('general'), `<@${discord.botId}> hi`, { webhook: true });
        },
        erase: () => ada.deletes(question),
      },
      100,
    );
    await says(bot, 'Hello Luna.');
    await settle();
    expect(model.requests).toHaveLength(1);
    expect(inGeneral(bot)).toHaveLength(1);
  });

  it('after the person has edited it: the same', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(streams(pause(600), text('One.'), finish(), done), answers('Fine.'), answers('Thrice.'));
    const question = asks(bot, ada, 'hi');
    await model.received(1);
    ada.edits(question, `luna: <@${discord.botId}> hello there, how are you today?`);
    await model.received(2);
    await order(
      {
        again: () => {
          const content = `<@${discord.botId}> hello there, how are you today?`;
          discord.user('luna').says(discord.channel('general'), content, { webhook: true });
        },
        erase: () => ada.deletes(question),
      },
      100,
    );
    await says(bot, 'Fine.');
    await settle(1_800);
    expect(inGeneral(bot).map(({ content }) => content)).toEqual(['Fine.']);
    expect(model.requests).toHaveLength(2);
  });
});

describe.concurrent('a proxy bot', () => {
  it('that is slow to say it again: what there was of an answer goes, and it is asked anew', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(streams(text('Half of it. '), pause(20_000), finish(), done), answers('Whole.'));
    const question = asks(bot, ada, 'who am I?');
    const half = await discord.waitFor(() => inGeneral(bot)[0]);
    ada.deletes(question);
    await settle(2_500);
    const again = discord
      .user('luna')
      .says(discord.channel('general'), `<@${discord.botId}> who am I?`, { webhook: true });
    const answer = await says(bot, 'Whole.');
    expect(answer.referenceId).toBe(again);
    await discord.waitFor(() => discord.message(half.id).deleted);
    expect(inGeneral(bot)).toHaveLength(1);
  });

  it('in a thread that Parley follows needs no mention, and other webhooks are no questions', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const thread = ada.startsThread(discord.channel('general'), 'Talk');
    model.respond(answers('Here.'), streams(pause(500), text('Fine.'), finish(), done), answers('No.'));
    await answerTo(bot, ada, 'join us', 'Here.', thread);
    const question = ada.says(thread, 'how are you?');
    await settle(100);
    discord.user('luna').says(thread, 'how are you?', { webhook: true });
    ada.deletes(question);
    discord.user('news').says(thread, 'News of the day', { webhook: true });
    discord.user('news').says(discord.channel('general'), `<@${discord.botId}> hi`, { webhook: true });
    await says(bot, 'Fine.', thread);
    await settle();
    expect(model.requests).toHaveLength(2);
  });
});
