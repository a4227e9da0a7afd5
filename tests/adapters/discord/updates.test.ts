/** MESSAGE_UPDATE reports much that no person did: only a changed question restarts the answer. */
import { MessageFlags } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { attachmentUrl } from '../../../lab/counterparts/discord/world/message-payloads.ts';
import { after, answers, done, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { asks, prompts, says, settle } from './said.ts';

/** An answer that stays unfinished until `release` is called. */
function slowAnswer({ model }: Bot, next = 'Hello.'): { release(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  model.respond(
    streams(text('The beginning. '), after(promise), text('The end.'), finish(), done),
    answers(next),
  );
  return { release: resolve };
}

const begun = (bot: Bot) =>
  bot.discord.waitFor(() => bot.discord.botMessages(bot.discord.channel('general'))[0]);

describe.concurrent('an update that is no edit', () => {
  it('the preview of a link that follows a question does not begin its answer again', async () => {
    await using bot = await startBot();
    const { release } = slowAnswer(bot);
    const question = asks(bot, bot.discord.user('ada'), 'what does https://example.com/page say?');
    await begun(bot);
    await bot.discord.waitFor(() => bot.discord.message(question).embeds.length > 0);
    await settle();
    release();
    await says(bot, 'The beginning. The end.');
    expect(bot.model.requests).toHaveLength(1);
  });

  it.each<[string, (bot: Bot, question: string) => void]>([
    [
      'a thread is made from it',
      ({ discord }, id) => discord.addThread(discord.channel('general'), 'Aside', { messageId: id }),
    ],
    [
      'it is pinned',
      ({ discord }, id) =>
        discord.updates(id, (message) => {
          message.pinned = true;
        }),
    ],
    [
      'it is crossposted',
      ({ discord }, id) =>
        discord.updates(id, (message) => {
          message.flags |= MessageFlags.Crossposted;
        }),
    ],
    [
      'its previews are hidden',
      ({ discord }, id) => {
        discord.unfurl(id);
        discord.updates(id, (message) => {
          message.embeds = [];
          message.flags |= MessageFlags.SuppressEmbeds;
        });
      },
    ],
    [
      'only its embeds are said',
      ({ discord }, id) => discord.updatesPartly(id, { embeds: [{ title: 'A page' }] }),
    ],
    [
      'a poll on it ends',
      ({ discord }, id) =>
        discord.updates(id, ({ poll }) => {
          if (poll)
            poll.results = { is_finalized: true, answer_counts: [{ id: 1, count: 3, me_voted: false }] };
        }),
    ],
    [
      'a person only puts the mention otherwise',
      ({ discord }, id) => discord.user('ada').edits(id, `<@!${discord.botId}> what is this?  `),
    ],
    // Discord also sets the edit time for some of its own changes.
    [
      'it comes as edited with the same text',
      ({ discord }, id) =>
        discord.updates(id, (message) => {
          message.editedAt = new Date();
        }),
    ],
  ])('%s: the answer goes on', async (_, happens) => {
    await using bot = await startBot();
    const { release } = slowAnswer(bot);
    const poll = {
      question: { text: 'Tea?' },
      answers: [{ answer_id: 1, poll_media: { text: 'Yes' } }],
      expiry: null,
      allow_multiselect: false,
      layout_type: 1,
    };
    const question = bot.discord
      .user('ada')
      .says(bot.discord.channel('general'), `<@${bot.discord.botId}> what is this?`, { poll });
    await begun(bot);
    happens(bot, question);
    await settle();
    release();
    await says(bot, 'The beginning. The end.');
    expect(bot.model.requests).toHaveLength(1);
  });

  it('is known for what it is after a restart too', async () => {
    await using bot = await startBot();
    bot.model.respond(streams(text('Lost. '), after(new Promise(() => {})), finish(), done));
    const question = asks(bot, bot.discord.user('ada'), 'a long one');
    await begun(bot);
    const { release } = slowAnswer(bot);
    await bot.restart();
    await bot.discord.waitFor(() => bot.model.requests.length === 2);
    const data = new Uint8Array([0x47, 0x49, 0x46, 0x38, 0x39, 0x61]);
    const attachments = [{ name: 'picture.gif', data }];
    const shared = bot.discord.user('ben').says(bot.discord.channel('random'), '', { attachments });
    bot.discord.updates(question, (message) => {
      const [file] = bot.discord.world.messages.get(shared)?.attachments ?? [];
      const url = file ? attachmentUrl(bot.discord.world, bot.discord.channel('random'), file) : '';
      message.embeds = [{ title: 'A page', image: { url } }];
    });
    await settle();
    release();
    await says(bot, 'The beginning. The end.');
    expect(bot.model.requests).toHaveLength(2);
  });
});

describe.concurrent('an edit', () => {
  it('that says only the new text begins the answer again, with the files of before', async () => {
    await using bot = await startBot();
    slowAnswer(bot, 'About cats.');
    const question = bot.discord
      .user('ada')
      .says(bot.discord.channel('general'), `<@${bot.discord.botId}> dogs`, {
        attachments: [{ name: 'notes.txt', data: 'the word is walrus' }],
      });
    await begun(bot);
    bot.discord.updatesPartly(question, { content: `<@${bot.discord.botId}> cats` });
    await says(bot, 'About cats.');
    expect(prompts(bot).join()).toContain('cats');
    expect(prompts(bot).join()).toContain('walrus');
  });

  it.each<[string, (bot: Bot, question: string, content: string) => void]>([
    ['a whole edit', ({ discord }, id, content) => discord.user('ada').edits(id, content)],
    ['the text alone', ({ discord }, id, content) => discord.updatesPartly(id, { content })],
  ])('%s that comes while files are fetched is what is asked', async (_, edits) => {
    await using bot = await startBot();
    const { discord, model } = bot;
    // Long enough for an edit that a busy machine hands on late.
    discord.settings.fileDelay = 4_000;
    model.respond(answers('About cats.'));
    const question = discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> dogs`, {
      attachments: [{ name: 'notes.txt', data: 'the word is walrus' }],
    });
    await settle(150);
    edits(bot, question, `<@${discord.botId}> cats`);
    await says(bot, 'About cats.');
    expect(model.requests).toHaveLength(1);
    expect(prompts(bot).join()).toMatch(/cats.*walrus/s);
  });

  it('that takes a file away begins the answer again', async () => {
    await using bot = await startBot();
    slowAnswer(bot, 'Without it.');
    const question = bot.discord
      .user('ada')
      .says(bot.discord.channel('general'), `<@${bot.discord.botId}> read this`, {
        attachments: [{ name: 'notes.txt', data: 'the word is walrus' }],
      });
    await begun(bot);
    bot.discord.updates(question, (message) => {
      message.attachments = [];
      message.editedAt = new Date();
    });
    await says(bot, 'Without it.');
    expect(prompts(bot).join()).not.toContain('walrus');
  });

  it('of the first message in a thread keeps what was said there before', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const thread = discord.user('ben').startsThread(discord.channel('general'), 'Pets');
    discord.user('ben').says(thread, 'We talk of walruses.');
    slowAnswer(bot, 'Yes, walruses.');
    const question = asks(bot, discord.user('ada'), 'do they fly?', thread);
    await discord.waitFor(() => discord.botMessages(thread)[0]);
    discord.user('ada').edits(question, `<@${discord.botId}> do they swim?`);
    await says(bot, 'Yes, walruses.', thread);
    expect(prompts(bot).join()).toContain('swim');
    expect(prompts(bot).join()).toContain('We talk of walruses.');
  });
});
