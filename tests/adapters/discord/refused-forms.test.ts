/** Messages and files that Discord refuses: a lesser form is tried. */
import { PermissionFlagsBits as Permission } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../lab/counterparts/discord/faults.ts';
import { answers } from '../../../lab/counterparts/model-server.ts';
import type { Bot } from '../../harness/discord.ts';
import { wordsOf } from './long-markdown.ts';
import { begun, ended, expectWhole, quickBot } from './refusals.ts';
import { asks, labels, says, sets, settle } from './said.ts';

describe.concurrent('a file that is refused', () => {
  const long = wordsOf('w').some(1_500);

  it.each<[string, (bot: Bot, channel: string) => void]>([
    ['for want of a permission', ({ discord }, channel) => discord.deny(channel, Permission.AttachFiles)],
    ['for its size, by a page of Cloudflare', refusing({ status: 413, html: true })],
    ['for its size, by Discord', refusing({ status: 413, code: 40005 })],
    ['for its size, by the code of an upload', refusing({ status: 400, code: 50045 })],
    ['for a reason that nobody foresaw', refusing({ status: 400, code: 50146 })],
  ])('%s comes as messages', async (_, prepare) => {
    await using bot = await quickBot();
    const channel = bot.discord.channel('general');
    await sets(bot.discord.user('root', { permissions: 'admin' }), 'mostParts', '1');
    prepare(bot, channel);
    bot.model.respond(answers(long));
    asks(bot, bot.discord.user('ada'), 'long', channel);
    await expectWhole(bot, channel, long);
    expect(bot.discord.botMessages(channel).some(({ attachments }) => attachments.length > 0)).toBe(false);
    expect(bot.discord.botMessages(channel).length).toBeGreaterThan(2);
  });

  function refusing(refusal: Refusal) {
    return ({ discord }: Bot) => {
      discord.settings.refuses = ({ files }) => (files.length > 0 ? refusal : undefined);
    };
  }
});

describe.concurrent('a form that is refused', () => {
  const withComponents = (body: unknown) => JSON.stringify(body).includes('"custom_id"');

  it.each<[string, Refusal]>([
    ['by name', { status: 400, code: 50035, errors: { components: { 0: { _errors: [] } } } }],
    ['without a word why', { status: 400, code: 50999 }],
  ])('for its buttons, %s, comes without them', async (_, refusal) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    discord.settings.refuses = ({ body }) => (withComponents(body) ? refusal : undefined);
    model.respond(answers('Without buttons.'));
    asks(bot, discord.user('ada'), 'hi');
    const message = await discord.waitFor(() => discord.botMessages(channel)[0]);
    expect(message.content).toBe('Without buttons.');
    await settle(600);
    // Discord named the buttons, so the reference stays, and a second answer is not lost either.
    expect(discord.requests.filter(({ kind }) => kind === 'create' || kind === 'edit').length).toBeLessThan(
      8,
    );
  });

  it('once, in the middle, has the buttons of its end', async () => {
    await using bot = await quickBot();
    const { discord } = bot;
    const channel = discord.channel('general');
    discord.settings.refuses = ({ kind, body }) =>
      kind === 'create' && withComponents(body) ? { status: 400, code: 50999 } : undefined;
    const markdown = await begun(bot, channel);
    await expectWhole(bot, channel, markdown);
  });

  it('for its size though it has no file is tried again', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.faults.next('create', { status: 413, html: true }, 2);
    model.respond(answers('Small.'));
    asks(bot, discord.user('ada'), 'hi');
    await says(bot, 'Small.');
  });

  it.each<[string, (bot: Bot, channel: string) => void]>([
    [
      'history may not be read',
      ({ discord }, channel) => discord.deny(channel, Permission.ReadMessageHistory),
    ],
    [
      'nobody knows why',
      ({ discord }) => {
        discord.settings.refuses = ({ body }) =>
          JSON.stringify(body).includes('message_reference') ? { status: 400, code: 50998 } : undefined;
      },
    ],
  ])('for what it replies to, since %s, comes without it', async (_, prepare) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    prepare(bot, discord.channel('general'));
    model.respond(answers('No reply.'));
    asks(bot, discord.user('ada'), 'hi');
    const message = await says(bot, 'No reply.');
    expect(labels(message)).toEqual(['Regenerate', 'Delete']);
  });

  it('for its marks comes as plain text', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.settings.refuses = ({ body }) =>
      JSON.stringify(body).includes('**b') ? { status: 400, code: 50997 } : undefined;
    model.respond(answers('All **bold** here.'));
    asks(bot, discord.user('ada'), 'hi');
    await says(bot, 'All \\*\\*bold\\*\\* here.');
  });

  it('for a text in every form leaves a notice that names no rules, and the rest', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const channel = discord.channel('general');
    discord.settings.refuses = ({ body }) =>
      JSON.stringify(body).includes('w900') ? { status: 400, code: 50996 } : undefined;
    model.respond(answers(wordsOf('w').some(1_200)));
    asks(bot, discord.user('ada'), 'hi');
    await ended(bot, channel);
    await settle(600);
    const texts = discord.botMessages(channel).map(({ content }) => content);
    expect(
      texts.filter((one) => one.startsWith("-# This part of the answer couldn't be shown")),
    ).toHaveLength(1);
    expect(texts.length).toBeGreaterThan(2);
    expect(texts.join('')).not.toContain('rules');
  });

  it.each([200000, 240000])('by a rule about content (%s) is told so', async (code) => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    discord.settings.refuses = ({ body }) =>
      JSON.stringify(body).includes('naughty') ? { status: 400, code } : undefined;
    model.respond(answers('A naughty word.'));
    asks(bot, discord.user('ada'), 'hi');
    await says(
      bot,
      '-# This answer cannot be shown here: the rules of this place do not let its text through.',
    );
  });
});
