/** Many answers at once under Slack's published limits: whole, each once, and nobody's modal waits for them. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import {
  after,
  done,
  finish,
  pause,
  sentMessages,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { faultsOf, longMarkdown, piecesOf, wordsOf } from '../discord/long-markdown.ts';
import { asks, calls, ended, settle } from './said.ts';

const PEOPLE = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(97 + index)}q`);

/** Answers a question with the text that it names, in pieces; with all of it once `released`. */
function tells(texts: Map<string, string>, released?: Promise<void>, ms = 50): Behaviour {
  return (exchange) => {
    const question = JSON.stringify(sentMessages(exchange.request).at(-1));
    const [, name = ''] = /tell me (\w+)/.exec(question) ?? [];
    const [first = '', ...rest] = piecesOf(texts.get(name) ?? '', 60);
    const steps = rest.flatMap((piece) => [text(piece), pause(ms)]);
    return streams(text(first), ...(released ? [after(released)] : []), ...steps, finish(), done)(exchange);
  };
}

/** They all ask in one channel at the same time; the thread of each. */
const allAsk = (bot: SlackBot, names: string[]) =>
  new Map(names.map((name) => [name, asks(bot, name, `tell me ${name}`)]));

async function expectWhole(bot: SlackBot, texts: Map<string, string>, threads: Map<string, string>) {
  for (const [name, thread] of threads) {
    const messages = await ended(bot, { thread });
    const shown = messages.map((message) => message.shown).join('\n');
    expect(faultsOf(shown, texts.get(name) ?? '')).toBe('');
    expect(messages).toHaveLength(Math.ceil((texts.get(name)?.length ?? 0) / 11_500));
  }
  await settle();
  expect(bot.slack.botMessages('general')).toHaveLength(threads.size);
}

describe.concurrent('twenty people asking at once in one channel', () => {
  it('are all answered in full, without a refusal, and modals open without waiting for the answers', async () => {
    await using bot = await startSlackBot({ settings: { delay: 60 } });
    const { slack, model } = bot;
    const texts = new Map(PEOPLE.map((name) => [name, wordsOf(name).some(260)]));
    const all = Promise.withResolvers<void>();
    model.respond(tells(texts, all.promise));
    const root = slack.user('root', { isAdmin: true });
    const threads = allAsk(bot, PEOPLE);
    // No answer can end before all have been begun.
    await model.received(PEOPLE.length);
    all.resolve();
    for (let time = 0; time < 4; time++) {
      const handle = await root.runs('/parley', 'settings');
      // Slack refuses a modal 3 s after the command. Behind the answers, it would wait for Slack's next minute.
      await slack.waitFor(() => handle.view, { what: 'the modal' });
      await settle(300);
    }
    await expectWhole(bot, texts, threads);
    expect(slack.stats.rateLimited).toEqual({});
  });

  it('seven of them without streams, too', async () => {
    await using bot = await startSlackBot({ settings: { streaming: 'unknown_method' } });
    const { slack, model } = bot;
    const texts = new Map(PEOPLE.slice(0, 7).map((name) => [name, wordsOf(name).some(100)]));
    const all = Promise.withResolvers<void>();
    model.respond(tells(texts, all.promise));
    const threads = allAsk(bot, [...texts.keys()]);
    await model.received(texts.size);
    all.resolve();
    await expectWhole(bot, texts, threads);
    expect(slack.stats.rateLimited).toEqual({});
  });

  it('and eight more within the minute are answered at once, without streams', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const names = [...PEOPLE, 'za', 'zb', 'zc', 'zd', 'ze', 'zf', 'zg', 'zh'];
    const texts = new Map(names.map((name) => [name, wordsOf(name).some(30)]));
    model.respond(tells(texts, undefined, 80));
    const first = allAsk(bot, PEOPLE);
    await model.received(PEOPLE.length);
    const more = allAsk(bot, names.slice(PEOPLE.length));
    await expectWhole(bot, texts, new Map([...first, ...more]));
    expect(calls(bot, 'chat.startStream').length).toBeLessThanOrEqual(20);
    expect(slack.stats.rateLimited).toEqual({});
  });
});

describe.concurrent('when calls are refused for their rate', () => {
  it.each([
    { title: 'streams', streaming: 'allowed' },
    { title: 'posts and updates', streaming: 'unknown_method' },
  ])('answers by $title are whole, and no message is there twice', async ({ streaming }) => {
    const second = { limit: 4, window: 1_500, per: 'workspace' as const };
    const methods = ['startStream', 'appendStream', 'stopStream', 'postMessage', 'update'];
    const limits = Object.fromEntries(methods.map((method) => [`chat.${method}`, second]));
    await using bot = await startSlackBot({ settings: { streaming }, limits });
    const names = PEOPLE.slice(0, 6);
    const texts = new Map(names.map((name) => [name, longMarkdown(name, 1_500)]));
    bot.model.respond(tells(texts));
    await expectWhole(bot, texts, allAsk(bot, names));
    const refused = Object.values(bot.slack.stats.rateLimited).reduce((all, one) => all + one, 0);
    expect(refused).toBeGreaterThan(0);
  });
});
