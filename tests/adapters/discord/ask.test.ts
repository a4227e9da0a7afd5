/** Questions by interaction: `/ask`, in public and in private, and the command on a message. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MessageFlags } from 'discord.js';
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, labels, prompts, says, settle } from './said.ts';

const long = (word: string) =>
  Array.from({ length: 30 }, (_, i) => `${word} ${i} ${'and so on '.repeat(15).trim()}.`).join('\n\n');
const cut = (words: string) => streams(text(words), finish('length'), done);

/** Ephemeral messages that are there. */
function whispers({ discord }: Bot) {
  return [...discord.world.messages.values()]
    .map(({ id }) => discord.message(id))
    .filter(({ ephemeral, deleted }) => ephemeral && !deleted);
}

/** As after the quarter of an hour that they are kept for. */
function forgetTokens(bot: Bot): void {
  const store = new DatabaseSync(join(bot.folder, 'parley.sqlite'));
  store.exec("DELETE FROM keyv WHERE key LIKE 'secret|discord interaction%'");
  store.close();
}

describe.concurrent('/ask', () => {
  it('is answered in public, as part of the channel’s conversation', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(streams(text('Growing. '), pause(1_200), text('Whole.'), finish(), done), answers('Next.'));
    const asked = await ada.runs('ask', { prompt: 'what grows?' });
    expect(asked.callback?.type).toBe(5);
    const growing = await asked.message();
    expect(growing.content).toBe('Growing.');
    expect(labels(growing)).toEqual(['Stop']);
    const answer = await says(bot, 'Growing. Whole.');
    expect(answer).toMatchObject({ id: growing.id, ephemeral: false });
    expect(labels(answer)).toEqual(['Regenerate', 'Delete']);
    expect(answer.flags & MessageFlags.SuppressEmbeds).not.toBe(0);
    await answerTo(bot, discord.user('ben'), 'and next?', 'Next.');
    expect(prompts(bot)).toEqual(['"Ada": what grows?', 'Growing. Whole.', '"Ben": and next?']);
  });

  it('in private is seen by who asked alone, and is not in what the channel shares', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const general = discord.channel('general');
    model.respond(answers('Just for you.'), answers('And more.'), answers('For all.'));
    const asked = await ada.runs('ask', { prompt: 'my secret is 4711', private: true });
    expect(await asked.message()).toMatchObject({ ephemeral: true, content: 'Just for you.' });
    // In private, one goes on from one’s own questions.
    const again = await ada.runs('ask', { prompt: 'which was it?', private: true });
    expect((await again.message()).content).toBe('And more.');
    expect(prompts(bot)).toEqual(['my secret is 4711', 'Just for you.', 'which was it?']);
    await answerTo(bot, discord.user('ben'), 'what did she say?', 'For all.');
    expect(prompts(bot)).toEqual(['"Ben": what did she say?']);
    expect(discord.botMessages(general)).toHaveLength(1);
    expect(discord.typing.map(({ at }) => at).filter((at) => at < (asked.callback?.at ?? 0))).toEqual([]);
    const exported = await (await discord.user('ben').runs('export')).message();
    expect(exported.attachments.map((file) => file.text).join()).not.toContain('4711');
  });

  it('of many parts: all of them private where the question was', async () => {
    await using bot = await startBot();
    bot.model.respond(answers(long('Line')));
    await bot.discord.user('ada').runs('ask', { prompt: 'much', private: true });
    await bot.discord.waitFor(() => whispers(bot).some((one) => labels(one).includes('Regenerate')));
    expect(whispers(bot).length).toBeGreaterThan(2);
    expect(
      whispers(bot)
        .map(({ content }) => content)
        .join(),
    ).toContain('Line 29');
    expect(bot.discord.botMessages(bot.discord.channel('general'))).toEqual([]);
  });

  it('takes a file along', async () => {
    await using bot = await startBot();
    const file = { name: 'notes.txt', data: 'the word is walrus' };
    const asked = await bot.discord.user('ada').runs('ask', { prompt: 'which word?', file });
    expect((await asked.message()).content).toBe('Hello.');
    expect(prompts(bot).join()).toContain('walrus');
  });

  it('works in a DM and in a thread, each with its own conversation', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const ada = discord.user('ada');
    const thread = ada.startsThread(discord.channel('general'), 'Aside');
    expect((await (await ada.runs('ask', { prompt: 'one' }, thread)).message()).content).toBe('Hello.');
    expect((await (await ada.runs('ask', { prompt: 'two' }, ada.dmChannel)).message()).content).toBe(
      'Hello.',
    );
    expect(prompts(bot)).toEqual(['two']);
    ada.says(thread, `<@${discord.botId}> three`);
    await discord.waitFor(() => bot.model.requests.length === 3);
    expect(prompts(bot)).toEqual([expect.stringMatching(/^"Ada": one\n/), 'Hello.', '"Ada": three']);
  });

  it('is deferred at once, also when the model is slow, and answered once when sent twice', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const deferred = Promise.withResolvers<void>();
    model.respond(streams(after(deferred.promise), text('At last.'), finish(), done));
    discord.gateway.duplicateNext(1);
    const asked = await discord.user('ada').runs('ask', { prompt: 'slow?' });
    await discord.waitFor(() => asked.callback);
    deferred.resolve();
    await says(bot, 'At last.');
    await settle();
    expect(model.requests).toHaveLength(1);
    expect(discord.botMessages(discord.channel('general'))).toHaveLength(1);
  });

  it('goes on by the channel when the interaction’s token has run out', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(streams(text('First. '), pause(1_500), text('Last.'), finish(), done));
    const asked = await discord.user('ada').runs('ask', { prompt: 'long?' });
    await asked.message();
    discord.settings.tokenLifetime = 1;
    await says(bot, 'First. Last.');
    expect(discord.botMessages(discord.channel('general'))).toHaveLength(1);
  });
});

describe.concurrent('the buttons under a private answer', () => {
  it('work, also with several messages', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const own = () => whispers(bot);
    const shown = (content: string) =>
      discord.waitFor(
        () => own().find((one) => one.content.includes(content) && !labels(one).includes('Stop')),
        { what: content },
      );
    model.respond(answers(long('First')), cut('Second, '), answers('third.'));
    await ada.runs('ask', { prompt: 'a long one', private: true });
    const last = await discord.waitFor(() => own().find((one) => labels(one).includes('Regenerate')));
    expect(own().length).toBeGreaterThan(2);
    await ada.clicks(last, 'Regenerate');
    const second = await shown('Second,');
    await discord.waitFor(() => own().length === 1);
    await ada.clicks(second, 'Continue');
    await shown('third.');
    await ada.clicks(second.id, 'Delete');
    await discord.waitFor(() => own().every(({ content }) => content === 'third.'));
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
    await bot.restart();
    model.respond(answers(long('Fourth')), answers('Fifth.'));
    await ada.clicks(await shown('third.'), 'Regenerate');
    await shown('Fourth 29');
    const [first] = own().filter(({ content }) => content.includes('Fourth'));
    // The token that they were made with reaches them also after a restart.
    await bot.restart();
    await ada.clicks(await shown('Fourth 29'), 'Regenerate');
    expect((await shown('Fifth.')).id).toBe(first?.id);
    await discord.waitFor(() => own().length === 1);
    model.respond(answers(long('Sixth')), answers('Seventh.'));
    await ada.clicks(await shown('Fifth.'), 'Regenerate');
    const last6 = await shown('Sixth 29');
    // Without it, the token of a press reaches the message that it is on.
    await bot.restart(() => forgetTokens(bot));
    await ada.clicks(last6, 'Regenerate');
    expect((await shown('Seventh.')).id).toBe(last6.id);
  });
});

describe.concurrent('Ask Parley', () => {
  it('answers a message of anybody’s, also without the message-content intent', async () => {
    await using bot = await startBot({ messageContentAllowed: false });
    const { discord, model } = bot;
    model.respond(answers('Paris.'), answers('A plan.'));
    const general = discord.channel('general');
    const said = discord.user('ben').says(general, 'What is the capital of France? @everyone', {
      attachments: [{ name: 'plan.txt', data: 'the plan is walrus' }],
    });
    const asked = await discord.user('ada').context('Ask Parley', said);
    expect((await asked.message()).content).toBe('Paris.');
    expect(prompts(bot).join()).toContain('capital of France');
    expect(prompts(bot).join()).toContain('walrus');
    expect(discord.pings).toEqual([]);
    // By who asked, the buttons can be pressed.
    const answer = await says(bot, 'Paris.');
    await discord.user('ada').clicks(answer, 'Regenerate');
    await says(bot, 'A plan.');
  });

  it('answers with a sentence where there is nothing to answer, not for ever later', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const general = discord.channel('general');
    const empty = discord
      .user('ben')
      .says(general, '', { attachments: [{ name: 'x.exe', data: new Uint8Array([77, 90, 0, 1]) }] });
    const asked = await discord.user('ada').context('Ask Parley', empty);
    expect((await asked.message()).content).toContain('can’t read anything');
    expect(bot.model.requests).toEqual([]);
  });
});
