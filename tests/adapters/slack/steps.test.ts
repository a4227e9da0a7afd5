/** An answer whose model searches: cards in its stream, or a line where Slack takes no cards; nothing runs for ever. */
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../../lab/counterparts/slack/people/message-view.ts';
import { type Slack, startSlack } from '../../../lab/counterparts/slack/start.ts';
import { startConnected } from '../../harness/connected-program.ts';
import {
  PROVIDER_SEARCHES,
  pageOn,
  searches,
  searchesItself,
  startHeldSearch,
} from '../../harness/held-search.ts';
import { type BotOptions, type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, isEnded, isLive, labels, notices } from './said.ts';

const CATS = pageOn('cats.example', 'All about cats');

async function startSearching(options: BotOptions = {}) {
  const search = await startHeldSearch();
  const bot = await startSlackBot({ ...options, env: { WEB_SEARCH: search.setting, ...options.env } });
  return {
    bot,
    search,
    async [Symbol.asyncDispose]() {
      await bot[Symbol.asyncDispose]();
      await search[Symbol.asyncDispose]();
    },
  };
}

const cards = ({ tasks }: MessageView) => tasks.map(({ title, status }) => [title, status]);

/** Resolves with the one message there once its cards, or its lines, are these. */
function until(
  slack: Slack,
  where: { thread?: string; channel?: string },
  { of, are }: { of: (message: MessageView) => unknown; are: unknown },
): Promise<MessageView> {
  const own = () => slack.botMessages(where.channel ?? 'general', where.thread);
  return slack.waitFor(() => own().find((one) => JSON.stringify(of(one)) === JSON.stringify(are)), {
    what: () => `${JSON.stringify(are)} among ${JSON.stringify(own().map((one) => [of(one), one.shown]))}`,
  });
}

async function onlyEnd(bot: SlackBot, where: { thread?: string; channel?: string }): Promise<MessageView> {
  const [answer, ...others] = await ended(bot, where);
  expect(others).toEqual([]);
  if (!answer) throw new Error('no answer');
  expect(answer.tasks.filter(({ status }) => status === 'in_progress' || status === 'pending')).toEqual([]);
  expect(notices(answer).join()).not.toMatch(/Searching|Thinking/);
  expect(answer.shown).not.toMatch(/Searching|Thinking/);
  return answer;
}

describe.concurrent('a search', () => {
  it('is a card in the stream, with its sources once it is done, before the text that follows', async () => {
    await using both = await startSearching();
    const { bot, search } = both;
    const more = Promise.withResolvers<void>();
    bot.model.respond(
      searches('', 'small cats'),
      streams(after(more.promise), text('Cats are small.'), finish(), done),
    );
    const thread = asks(bot, 'ada', 'how large are cats?');
    await until(
      bot.slack,
      { thread },
      { of: cards, are: [['Searching the web: small cats', 'in_progress']] },
    );
    await search.answer('small cats', [CATS]);
    const shown = await until(
      bot.slack,
      { thread },
      { of: cards, are: [['Searching the web: small cats', 'complete']] },
    );
    expect(shown.streaming).toBe('in_progress');
    expect(shown.tasks[0]?.sources).toEqual([{ type: 'url', url: CATS.url, text: CATS.title }]);
    more.resolve();
    const answer = await onlyEnd(bot, { thread });
    expect(answer).toMatchObject({ ts: shown.ts, shown: 'Cats are small.', streaming: 'completed' });
    expect(cards(answer)).toEqual([['Searching the web: small cats', 'complete']]);
    expect(calls(bot, 'chat.startStream')[0]?.args).toMatchObject({ task_display_mode: 'timeline' });
    expect(calls(bot, 'chat.update', 'chat.postMessage')).toEqual([]);
    expect(bot.slack.status('general', thread)).toBe('');
  });

  it('beside others, after some text and in two rounds, has a card of its own each time', async () => {
    await using both = await startSearching();
    const { bot, search } = both;
    bot.model.respond(
      searches('I look it up.', 'cats', 'dogs'),
      searches('Now birds.', 'birds'),
      answers('All are pets.'),
    );
    const thread = asks(bot, 'ada', 'pets?');
    await search.answer('dogs', 'fails');
    await search.answer('cats', [CATS]);
    await search.answer('birds', []);
    const answer = await onlyEnd(bot, { thread });
    expect(answer.shown).toBe('I look it up.\n\nNow birds.\n\nAll are pets.');
    expect(cards(answer)).toEqual([
      ['Searching the web: cats', 'complete'],
      ['Searching the web: dogs', 'error'],
      ['Searching the web: birds', 'complete'],
    ]);
    expect(calls(bot, 'chat.update', 'chat.postMessage')).toEqual([]);
  });

  it('is stopped by Slack’s own button, and no card goes on', async () => {
    await using both = await startSearching();
    const { bot, search } = both;
    bot.model.respond(searches('I look it up.', 'cats'), answers('Never.'));
    const thread = asks(bot, 'ada', 'cats?');
    const live = await until(
      bot.slack,
      { thread },
      { of: cards, are: [['Searching the web: cats', 'in_progress']] },
    );
    bot.slack.user('ada').stopsStream(live);
    await search.left('cats');
    const answer = await onlyEnd(bot, { thread });
    expect(answer.shown).toBe('I look it up.');
    expect(bot.model.requests).toHaveLength(1);
  });

  it('goes on as a line where Slack closes the stream meanwhile', async () => {
    await using both = await startSearching({ settings: { closeStreamsAfter: { ms: 400 } } });
    const { bot, search } = both;
    bot.model.respond(searches('', 'cats'), searches('', 'dogs'), answers('Both are pets.'));
    const thread = asks(bot, 'ada', 'pets?');
    const live = await until(
      bot.slack,
      { thread },
      { of: cards, are: [['Searching the web: cats', 'in_progress']] },
    );
    await bot.slack.waitFor(() => bot.slack.message(live.ts).streaming === 'closed');
    await search.answer('cats', [CATS]);
    const line = await until(bot.slack, { thread }, { of: notices, are: ['Searching the web: dogs'] });
    expect(labels(line)).toEqual(['Stop']);
    await search.answer('dogs', []);
    expect((await onlyEnd(bot, { thread })).shown).toBe('Both are pets.');
  });

  it.each([
    '<!channel> <!here> <@U0123456> <#C0123456> &lt;!channel&gt;',
    '**bold** [bank.com](https://evil.example) <https://evil.example|bank.com>',
    '\u202ereversed\u2066 \u200bunseen',
    'long '.repeat(400),
  ])('quotes its query without effect: %s', async (query) => {
    for (const streaming of ['allowed', 'unknown_method']) {
      await using both = await startSearching({ settings: { streaming } });
      const { bot, search } = both;
      bot.model.respond(searches('', query), answers('There.'));
      const thread = asks(bot, 'ada', 'find it');
      const [said] = await bot.slack.waitFor(() => {
        const own = bot.slack.botMessages('general', thread)[0];
        const lines = own && [...cards(own).map(([title]) => String(title)), ...notices(own)];
        return lines?.some((line) => line.includes('Searching')) && lines;
      });
      expect(said?.length).toBeLessThanOrEqual(150);
      expect(said).not.toMatch(/[\n\u202e\u2066]/);
      expect(bot.slack.pings).toEqual([]);
      await bot.slack.waitFor(() => search.asked(query.trim().slice(0, 400).trim()) >= 0);
    }
  });
});

it.concurrent('a search of the provider’s own is a card; the model’s words before it stand in the thread’s status', async () => {
  await using bot = await startSlackBot({ env: PROVIDER_SEARCHES });
  const [toSearch, found] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const words = { before: 'I look **it** up, <!channel>.', query: 'cats', answer: 'Cats are small.' };
  bot.model.respond(searchesItself(words, { toSearch: toSearch.promise, found: found.promise }));
  const thread = asks(bot, 'ada', 'cats?');
  const statuses = () =>
    calls(bot, 'assistant.threads.setStatus').map(({ args }) => JSON.stringify(args.loading_messages ?? ''));
  await bot.slack.waitFor(() => statuses().some((lines) => lines.includes('I look **it** up')));
  expect(bot.slack.botMessages('general', thread)).toEqual([]);
  toSearch.resolve();
  await until(
    bot.slack,
    { thread },
    { of: (one) => cards(one).map(([, status]) => status), are: ['in_progress'] },
  );
  found.resolve();
  const answer = await onlyEnd(bot, { thread });
  expect(answer.shown).toBe('Cats are small.');
  expect(answer.tasks).toMatchObject([{ title: 'Searching the web: cats', sources: [{ url: CATS.url }] }]);
  expect(bot.slack.pings).toEqual([]);
  expect(bot.slack.status('general', thread)).toBe('');
});

describe.concurrent('where Slack takes no cards', () => {
  it.each([
    ['streams at all', { streaming: 'unknown_method' }],
    ['cards for want of a scope', { chunks: { refuses: 'cards' as const, error: 'missing_scope' } }],
    ['cards', { chunks: { refuses: 'cards' as const, error: 'invalid_chunks' } }],
    ['chunks', { chunks: { refuses: 'all' as const, error: 'invalid_chunks' } }],
  ])(
    'it refuses %s: a search is a line in small print, with Stop, and gone in the end',
    async (_, settings) => {
      await using both = await startSearching({ settings });
      const { bot, search } = both;
      bot.model.respond(searches('', 'cats'), answers('Cats are small.'));
      const thread = asks(bot, 'ada', 'cats?');
      const line = await until(bot.slack, { thread }, { of: notices, are: ['Searching the web: cats'] });
      expect(labels(line)).toEqual(['Stop']);
      await search.answer('cats', [CATS]);
      expect((await onlyEnd(bot, { thread })).shown).toBe('Cats are small.');
      if ('streaming' in settings) return;
      // Answers without a search are streamed as before.
      const more = Promise.withResolvers<void>();
      bot.model.respond(streams(text('Hello to you, '), after(more.promise), text('Ben.'), finish(), done));
      const other = asks(bot, 'ben', 'hello');
      await bot.slack.waitFor(() => bot.slack.botMessages('general', other)[0]?.streaming === 'in_progress');
      more.resolve();
      expect((await onlyEnd(bot, { thread: other })).shown).toBe('Hello to you, Ben.');
      // The refusal was learnt once.
      expect(calls(bot, 'chat.startStream').length).toBeLessThanOrEqual(3);
    },
  );

  it('and text of an open stream came before, the status of the thread says what runs', async () => {
    await using both = await startSearching({
      settings: { chunks: { refuses: 'all', error: 'invalid_chunks' } },
    });
    const { bot, search } = both;
    bot.model.respond(searches('I look it up.', 'cats'), answers('Cats are small.'));
    const thread = asks(bot, 'ada', 'cats?');
    await search.waiting('cats');
    await bot.slack.waitFor(() =>
      calls(bot, 'assistant.threads.setStatus').some(({ args }) =>
        JSON.stringify(args).includes('Searching the web: cats'),
      ),
    );
    await search.answer('cats', [CATS]);
    expect((await onlyEnd(bot, { thread })).shown).toBe('I look it up.\n\nCats are small.');
    await bot.slack.waitFor(() => bot.slack.status('general', thread) === '', { what: 'no status' });
  });

  it('as in a direct message without threads, Stop under the line stops the search', async () => {
    await using both = await startSearching();
    const { bot, search } = both;
    bot.model.respond(searches('', 'cats'), answers('Never.'));
    const ada = bot.slack.user('ada');
    ada.dm('cats?');
    const channel = ada.dmChannel;
    const line = await until(bot.slack, { channel }, { of: notices, are: ['Searching the web: cats'] });
    await ada.clicks(line, 'Stop');
    await search.left('cats');
    const answer = await onlyEnd(bot, { channel });
    expect(notices(answer)).toEqual(['Stopped.']);
  });
});

it.concurrent.each(['allowed', 'unknown_method'])(
  'a crash in the middle of a search leaves nothing that runs, streams: %s',
  async (streaming) => {
    await using search = await startHeldSearch();
    await using slack = await startSlack({ settings: { streaming } });
    await using model = await startModelServer();
    const { botToken, appToken, url, stats } = slack;
    const env = {
      SLACK_BOT_TOKEN: botToken,
      SLACK_APP_TOKEN: appToken,
      SLACK_API_URL: url,
      WEB_SEARCH: search.setting,
    };
    await using parley = await startConnected(model, env, () => stats.connections);
    model.respond(searches('I look it up.', 'cats'), answers('Cats are small.'));
    const thread = slack.user('ada').says('general', `${slack.mention} cats?`);
    const own = () => slack.botMessages('general', thread);
    const runs = (one: MessageView) =>
      JSON.stringify([cards(one), notices(one)]).includes('Searching the web: cats');
    await slack.waitFor(() => own().some(runs));
    await search.waiting('cats');
    await parley.kill('SIGKILL');
    await parley.startHere();
    await search.answer('cats', [CATS]);
    await slack.waitFor(() => own().some(isEnded) && !own().some(isLive));
    const [answer, ...others] = own();
    expect(others).toEqual([]);
    expect(answer?.shown).toBe('I look it up.\n\nCats are small.');
    expect(answer?.tasks.filter(({ status }) => status === 'in_progress')).toEqual([]);
    expect(notices(answer as MessageView)).toEqual([]);
    expect(search.asked('cats')).toBe(2);
  },
);
