/** TL;DR under a long answer: made once, shown to whoever pressed alone, and never more than the answer itself. */
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  fails,
  finish,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { DISCORD_WORDS } from '../../../src/adapters/discord/vocabulary.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { gate } from '../../harness/gate.ts';
import { asks, labels, prompts, sentence, sets, settle } from './said.ts';

const LONG = Array.from({ length: 80 }, (_, n) => `Sentence ${n} tells of a walk by the sea.`).join(' ');

/** The last message of an answer of several messages that has ended. */
async function longAnswer(bot: Bot, answer = LONG) {
  bot.model.respond(answers(answer));
  asks(bot, bot.discord.user('ada'), 'tell me all');
  const own = () => bot.discord.botMessages(bot.discord.channel('general'));
  await bot.discord.waitFor(() => own().some((one) => labels(one).includes('Regenerate')));
  await settle();
  const last = own().at(-1);
  if (!last) throw new Error('no answer');
  return last;
}

describe.concurrent('TL;DR on Discord', () => {
  it('stands under an answer of several messages alone, in the last of them', async () => {
    await using bot = await startBot();
    const last = await longAnswer(bot);
    expect(labels(last)).toEqual(['Regenerate', 'TL;DR', 'Delete']);
    const short = await longAnswer(bot, 'Short.');
    expect(labels(short)).toEqual(['Regenerate', 'Delete']);
  });

  it('is made from the kept answer as material, shown to who pressed alone, and made once', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    model.respond(answers('A walk by the sea.'));
    const shown = await (await discord.user('ben').clicks(last.id, 'TL;DR')).message();
    expect(shown.content).toBe('**TL;DR**\n\nA walk by the sea.');
    expect(shown.ephemeral).toBe(true);
    const [asked] = prompts(bot).slice(-1);
    expect(asked).toMatch(/^\| Sentence 0 /);
    const count = model.requests.length;
    await bot.restart();
    expect(await sentence(discord.user('ada').clicks(last.id, 'TL;DR'))).toContain('A walk by the sea.');
    expect(model.requests).toHaveLength(count);
    expect(
      discord
        .botMessages(discord.channel('general'))
        .map(({ content }) => content)
        .join(''),
    ).not.toContain('TL;DR');
  });

  it('is made again once the answer is another one', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    model.respond(answers('The old one.'));
    await sentence(discord.user('ada').clicks(last.id, 'TL;DR'));
    model.respond(answers(LONG.replaceAll('sea', 'lake')), answers('The new one.'));
    await settle();
    await discord.user('ada').clicks(last.id, 'Regenerate');
    const again = await discord.waitFor(() =>
      discord
        .botMessages(discord.channel('general'))
        .find((one) => one.content.includes('lake') && labels(one).includes('TL;DR')),
    );
    await settle();
    expect(await sentence(discord.user('ada').clicks(again.id, 'TL;DR'))).toContain('The new one.');
  });

  it('is announced within three seconds where the model takes longer', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    const rest = gate();
    model.respond(streams(after(rest.opened), text('At last.'), finish(), done));
    const press = await discord.user('ben').clicks(last.id, 'TL;DR');
    rest.open();
    const shown = await discord.waitFor(async () => {
      const message = await press.message();
      return message.content.includes('At last.') && message;
    });
    expect(shown.ephemeral).toBe(true);
  });

  it('shows nothing of an answer that is deleted while it is made', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    const rest = gate();
    model.respond(streams(after(rest.opened), text('A walk by the sea.'), finish(), done));
    const asked = model.requests.length;
    const press = discord.user('ben').clicks(last.id, 'TL;DR');
    await model.received(asked + 1);
    await discord.user('ada').clicks(last.id, 'Delete');
    await settle();
    rest.open();
    expect(await sentence(press)).toBe(en.notices.answerGone);
  });

  it('is under a private answer too, and stays as private', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers(LONG));
    const asked = await ada.runs('ask', { prompt: 'tell me all', private: true });
    const last = await discord.waitFor(async () => {
      const shown = [...discord.world.messages.values()].map(({ id }) => discord.message(id));
      return shown.find((one) => one.ephemeral && labels(one).includes('TL;DR'));
    });
    expect((await asked.message()).ephemeral).toBe(true);
    await settle();
    model.respond(answers('In short.'));
    const shown = await (await ada.clicks(last.id, 'TL;DR')).message();
    expect(shown).toMatchObject({ ephemeral: true, content: '**TL;DR**\n\nIn short.' });
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
  });

  it('pings nobody and is no link, whatever the model writes', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    model.respond(answers(`@everyone <@${discord.user('ben').id}> see [here](https://evil.example/?q=1)`));
    const shown = await (await discord.user('ada').clicks(last.id, 'TL;DR')).message();
    expect(shown.content).toContain('@everyone');
    expect(discord.pings).toEqual([]);
  });

  it('says in a sentence why there is none, and asks again at the next press', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    model.respond(fails(401, { code: 'invalid_api_key' }));
    const said = await sentence(discord.user('ada').clicks(last.id, 'TL;DR'));
    expect(said).toContain('wants an API key');
    expect(said).not.toContain('upstream-canary');
    model.respond(answers('Now.'));
    expect(await sentence(discord.user('ada').clicks(last.id, 'TL;DR'))).toContain('Now.');
  });

  it('is refused to a person who may not ask, and counts as a message unless it is kept', async () => {
    await using bot = await startBot({ env: { PERSON_PER_MINUTE: '2' } });
    const { discord, model } = bot;
    const last = await longAnswer(bot);
    model.respond(fails(401));
    const ben = discord.user('ben');
    await sentence(ben.clicks(last.id, 'TL;DR'));
    await sentence(ben.clicks(last.id, 'TL;DR'));
    const asked = model.requests.length;
    expect(await sentence(ben.clicks(last.id, 'TL;DR'))).toContain('a lot in one minute');
    expect(model.requests).toHaveLength(asked);
    model.respond(answers('Kept.'));
    await sentence(discord.user('ada').clicks(last.id, 'TL;DR'));
    expect(await sentence(ben.clicks(last.id, 'TL;DR'))).toContain('Kept.');
    await sets(discord.user('root', { permissions: 'admin' }), 'whoMayAsk', 'admins');
    expect(await sentence(ben.clicks(last.id, 'TL;DR'))).toBe(
      en.notices.notAnswered('admins', DISCORD_WORDS),
    );
  });
});
