/** Limits that count UTF-16 units, and texts whose characters take many of them. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { asks, labels, sets } from './said.ts';

const graphemes = (text: string) =>
  [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);

const QUICK = { create: { limit: 20, window: 500 }, edit: { limit: 20, window: 500 } };

describe.concurrent('a message of 2,000', () => {
  it.each([
    ['families', '👩‍👩‍👧‍👦'],
    ['flags', '🇯🇵'],
    ['letters with marks', 'ṩ̈̈'],
    ['characters beyond the first plane', '𠮷'],
  ])('is cut between %s', async (_, one) => {
    await using bot = await startBot({ limits: QUICK });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    const count = Math.ceil(5_000 / one.length);
    model.respond(answers(one.repeat(count)));
    asks(bot, discord.user('ada'), 'draw');
    await discord.waitFor(() =>
      labels(discord.botMessages(channel).at(-1) ?? { components: [] }).includes('Regenerate'),
    );
    const texts = discord.botMessages(channel).map(({ content }) => content);
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(2_000);
    expect(texts.flatMap(graphemes).filter((found) => found === one)).toHaveLength(count);
  });
});

it('the name of a thread ends between two characters as people see them', async () => {
  await using bot = await startBot({ limits: QUICK });
  const { discord, model } = bot;
  await sets(discord.user('root', { permissions: 'admin' }), 'replyIn', 'thread');
  model.respond(answers('Here.'));
  asks(bot, discord.user('ada'), `look${'👩‍👩‍👧‍👦'.repeat(40)}`);
  const thread = await discord.waitFor(() =>
    [...discord.world.channels.values()].find(({ name }) => name.startsWith('look')),
  );
  expect(thread.name.length).toBeLessThanOrEqual(100);
  expect(new Set(graphemes(thread.name.slice(4)))).toEqual(new Set(['👩‍👩‍👧‍👦', '…']));
});
