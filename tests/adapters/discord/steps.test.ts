/** An answer whose model searches: what Parley does is seen in the channel while it does it, and then no more. */
import { describe, expect, it } from 'vitest';
import { startDiscord } from '../../../lab/counterparts/discord/start.ts';
import { linksIn, ownMarksIn, seen } from '../../../lab/counterparts/discord/world/markdown.ts';
import {
  after,
  answers,
  done,
  finish,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { startConnected } from '../../harness/connected-program.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import {
  PROVIDER_SEARCHES,
  pageOn,
  searches,
  searchesItself,
  startHeldSearch,
} from '../../harness/held-search.ts';
import { asks, labels } from './said.ts';

const CATS = pageOn('cats.example', 'All about cats');

const messagesOf = ({ discord }: Pick<Bot, 'discord'>) =>
  discord.botMessages(discord.channel('general')).filter(({ deleted }) => !deleted);

/** As people read them. */
const contents = (bot: Pick<Bot, 'discord'>) => messagesOf(bot).map(({ content }) => seen(content));

const untilContent = (bot: Pick<Bot, 'discord'>, content: string) =>
  bot.discord.waitFor(() => messagesOf(bot).find((one) => seen(one.content) === content), {
    what: () => `"${content}" among ${JSON.stringify(contents(bot))}`,
  });

const untilEnded = (bot: Pick<Bot, 'discord'>) =>
  bot.discord.waitFor(
    () =>
      messagesOf(bot).length > 0 &&
      labels(messagesOf(bot).at(-1) as never).includes('Regenerate') &&
      messagesOf(bot),
    { what: () => `an end of ${JSON.stringify(contents(bot))}` },
  );

describe.concurrent('a search', () => {
  it('is seen while it runs, with Stop, and gone from the answer, which links what it cites', async () => {
    await using search = await startHeldSearch();
    await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
    const more = Promise.withResolvers<void>();
    bot.model.respond(
      searches('', 'small cats'),
      streams(after(more.promise), text('Cats are small [1].'), finish(), done),
    );
    asks(bot, bot.discord.user('ada'), 'how large are cats?');
    const shown = await untilContent(bot, '-# Searching the web: small cats');
    expect(labels(shown)).toEqual(['Stop']);
    await search.answer('small cats', [CATS]);
    await untilContent(bot, '-# Thinking …');
    more.resolve();
    const [answer, ...others] = await untilEnded(bot);
    expect(others).toEqual([]);
    expect(answer?.id).toBe(shown.id);
    expect(answer?.content).toContain(`Cats are small [[1]](${CATS.url}).`);
    expect(answer?.content).not.toMatch(/Searching|Thinking/);
  });

  it('beside others stands below the text before it; the model’s words then follow that text', async () => {
    await using search = await startHeldSearch();
    await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
    bot.model.respond(searches('I look it up.', 'cats', 'dogs'), answers('Both are pets.'));
    asks(bot, bot.discord.user('ada'), 'cats or dogs?');
    await untilContent(bot, 'I look it up.\n\n-# Searching the web: dogs (+1)');
    await search.answer('dogs', []);
    await untilContent(bot, 'I look it up.\n\n-# Searching the web: cats');
    await search.answer('cats', [CATS]);
    const [answer] = await untilEnded(bot);
    expect(answer?.content).toBe('I look it up.\n\nBoth are pets.');
  });

  it('that fails is no more than a line that goes; the model answers without it', async () => {
    await using search = await startHeldSearch();
    await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
    bot.model.respond(searches('', 'cats'), answers('I could not look it up.'));
    asks(bot, bot.discord.user('ada'), 'cats?');
    await untilContent(bot, '-# Searching the web: cats');
    await search.answer('cats', 'fails');
    expect((await untilEnded(bot)).map(({ content }) => content)).toEqual(['I could not look it up.']);
  });

  it('ends with Stop, and the message tells no more of it', async () => {
    await using search = await startHeldSearch();
    await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
    bot.model.respond(searches('I look it up.', 'cats'), answers('Never.'));
    const ada = bot.discord.user('ada');
    asks(bot, ada, 'cats?');
    const shown = await untilContent(bot, 'I look it up.\n\n-# Searching the web: cats');
    await ada.clicks(shown.id, 'Stop');
    await search.left('cats');
    const [answer] = await untilEnded(bot);
    expect(answer?.content).toBe('I look it up.\n\n-# Stopped.');
    expect(bot.model.requests).toHaveLength(1);
  });

  it('of three quick ones after each other costs no 429, and no more calls than text', async () => {
    await using search = await startHeldSearch();
    await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
    const queries = ['one', 'two', 'three'];
    bot.model.respond(searches('', 'one'), searches('', 'two'), searches('', 'three'), answers('There.'));
    asks(bot, bot.discord.user('ada'), 'three of them');
    for (const query of queries) await search.answer(query, [CATS]);
    const [answer] = await untilEnded(bot);
    expect(answer?.content).toBe('There.');
    expect(bot.discord.stats.rateLimited).toBe(0);
    expect(answer?.history.length).toBeLessThanOrEqual(5);
  });

  it.each([
    '@everyone @here <@1> <@&1> <#1>',
    '**bold** ||hidden|| [bank.com](https://evil.example) https://evil.example',
    '\u202ereversed\u2066 \u200bunseen',
    'long '.repeat(400),
  ])('quotes its query without effect: %s', async (query) => {
    await using search = await startHeldSearch();
    await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
    bot.model.respond(searches('', query), answers('There.'));
    asks(bot, bot.discord.user('ada'), 'find it');
    const { content } = await bot.discord.waitFor(() =>
      messagesOf(bot).find((one) => one.content.includes('Searching')),
    );
    expect(seen(content.slice(3)).length).toBeLessThanOrEqual(140);
    expect(content.split('\n')).toHaveLength(1);
    expect(linksIn(content)).toEqual([]);
    expect(ownMarksIn(content)).toHaveLength(1);
    expect(content).not.toMatch(/(?<!\\)[<@]|https?:\/\/|[\u202e\u2066\u200b]/);
    expect(bot.discord.pings).toEqual([]);
  });
});

it.concurrent('a search of the provider’s own is seen, too, and so are the model’s words before it', async () => {
  await using bot = await startBot({ env: PROVIDER_SEARCHES });
  const [toSearch, found] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const words = { before: 'I look **it** up, @everyone.', query: 'cats', answer: 'Cats are small.' };
  bot.model.respond(searchesItself(words, { toSearch: toSearch.promise, found: found.promise }));
  asks(bot, bot.discord.user('ada'), 'cats?');
  await untilContent(bot, '-# Working: “I look **it** up, @everyone.”');
  toSearch.resolve();
  await untilContent(bot, '-# Searching the web: cats');
  found.resolve();
  expect((await untilEnded(bot)).map(({ content }) => content)).toEqual(['Cats are small.']);
  expect(bot.discord.pings).toEqual([]);
});

it.concurrent('a long answer has its searches in the last of its messages, and none in the end', async () => {
  await using search = await startHeldSearch();
  await using bot = await startBot({ env: { WEB_SEARCH: search.setting } });
  const long = 'Some words that fill a message. '.repeat(80);
  bot.model.respond(searches(long, 'cats'), answers('That was it.'));
  asks(bot, bot.discord.user('ada'), 'tell me all');
  await bot.discord.waitFor(() => contents(bot)[1]?.endsWith('-# Searching the web: cats'));
  expect(contents(bot)[0]).not.toContain('Searching');
  await search.answer('cats', [CATS]);
  const messages = await untilEnded(bot);
  const all = messages.map(({ content }) => content).join(' ');
  expect(all).toContain('That was it.');
  expect(all).not.toContain('Searching');
  expect(messages.map((one) => labels(one).includes('Stop'))).not.toContain(true);
});

it.concurrent('a crash in the middle of a search leaves no line: the next process searches in the same message', async () => {
  await using search = await startHeldSearch();
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url, WEB_SEARCH: search.setting };
  await using parley = await startConnected(model, env, () =>
    discord.gateway.connected > 0 ? discord.stats.identifies : 0,
  );
  model.respond(searches('I look it up.', 'cats', 'dogs'), answers('Cats are small [1].'));
  discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> cats?`);
  await untilContent({ discord }, 'I look it up.\n\n-# Searching the web: dogs (+1)');
  await search.answer('dogs', []);
  const shown = await untilContent({ discord }, 'I look it up.\n\n-# Searching the web: cats');
  await parley.kill('SIGKILL');
  await parley.startHere();
  await search.waiting('cats');
  await untilContent({ discord }, 'I look it up.\n\n-# Searching the web: cats');
  await search.answer('cats', [CATS]);
  const [answer, ...others] = await untilEnded({ discord });
  expect(others).toEqual([]);
  expect(answer?.id).toBe(shown.id);
  expect(answer?.content).toMatch(/^I look it up\.\n\nCats are small \[\[1\]\]\(/);
  expect(answer?.content).not.toContain('Searching');
  expect([search.asked('cats'), search.asked('dogs')]).toEqual([2, 1]);
});
