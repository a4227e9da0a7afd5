/** Many answers at once under Discord's rate limits, with and without failures on the way. */
import { describe, expect, it } from 'vitest';
import type { CallKind, Fault } from '../../../lab/counterparts/discord/faults.ts';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import { seededRandom } from '../../../lab/counterparts/faults.ts';
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
import { type Bot, startBot } from '../../harness/discord.ts';
import { faultsOf, longMarkdown, piecesOf, wordsIn, wordsOf } from './long-markdown.ts';

/** Five in so long, for what is not about the five seconds themselves. */
const limits = (window: number) => ({
  create: { limit: 5, window },
  edit: { limit: 5, window },
  webhook: { limit: 5, window },
});
const PEOPLE = Array.from({ length: 20 }, (_, index) => `${String.fromCharCode(97 + index)}q`);

/** Answers a question with the text that it names, in pieces; with all of it once `released`. */
function tells(texts: Map<string, string>, released?: Promise<void>): Behaviour {
  return (exchange) => {
    const question = JSON.stringify(sentMessages(exchange.request).at(-1));
    const [, name = ''] = /tell me (\w+)/.exec(question) ?? [];
    const [first = '', ...rest] = piecesOf(texts.get(name) ?? '', 60);
    const steps = rest.flatMap((piece) => [text(piece), pause(8)]);
    return streams(text(first), ...(released ? [after(released)] : []), ...steps, finish(), done)(exchange);
  };
}

const isLive = (message: MessageView) => JSON.stringify(message.components).includes('"Stop"');
const isEnded = (message: MessageView) => JSON.stringify(message.components).includes('"Regenerate"');

/** The messages of each person's answer, told by their words, once none is being written any more. */
async function sorted({ discord }: Bot, channel: string, texts: Map<string, string>) {
  const isOver = () => {
    const messages = discord.botMessages(channel);
    return messages.filter(isEnded).length >= texts.size && !messages.some(isLive);
  };
  await discord.waitFor(isOver, { what: 'the end of all answers' });
  const messages = discord.botMessages(channel);
  return new Map(
    [...texts.keys()].map((tag) => [
      tag,
      messages.filter(({ content }) => content.includes(`${tag}0x`) || wordsIn(content)[0]?.startsWith(tag)),
    ]),
  );
}

function expectWhole(messages: MessageView[] = [], markdown = '', prompt = ''): void {
  expect(faultsOf(messages.map(({ content }) => content).join('\n'), markdown)).toBe('');
  expect(messages.map(({ referenceId }) => referenceId)).toEqual([
    prompt,
    ...messages.slice(1).map(() => undefined),
  ]);
  expect(messages.map(isEnded)).toEqual(messages.map((_, index) => index === messages.length - 1));
}

async function expectSecondOpinion({ discord }: Bot): Promise<void> {
  expect(await discord.twin?.differences()).toEqual([]);
  expect(discord.twin?.refusals).toEqual([]);
}

/** They all ask in one channel at the same time; who asked, by the question's id. */
function allAsk({ discord }: Bot, channel: string, names: string[]): Map<string, string> {
  return new Map(
    names.map((name) => [name, discord.user(name).says(channel, `<@${discord.botId}> tell me ${name}`)]),
  );
}

describe('twenty people asking at once in one channel', () => {
  it.each([
    { title: 'under 5 calls per 5 s', window: 5_000, length: 90 },
    { title: 'with answers of several messages', window: 400, length: 500 },
  ])('are all answered at the same time and in full, $title', async ({ window, length }) => {
    await using bot = await startBot({ limits: limits(window), twin: true });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    const texts = new Map(PEOPLE.map((name) => [name, wordsOf(name).some(length)]));
    const all = Promise.withResolvers<void>();
    model.respond(tells(texts, all.promise));
    const prompts = allAsk(bot, channel, PEOPLE);
    // No answer can end before all have been begun.
    await model.received(PEOPLE.length);
    all.resolve();
    const answers = await sorted(bot, channel, texts);
    for (const name of PEOPLE) expectWhole(answers.get(name), texts.get(name), prompts.get(name));
    expect(discord.stats.rateLimited).toBe(0);
    await expectSecondOpinion(bot);
  });
});

describe.concurrent('when calls fail', () => {
  const failing = (bot: Bot, seed: number, rates: [CallKind, Fault, number][]) => {
    const random = seededRandom(seed);
    for (const [kind, fault, share] of rates) bot.discord.faults.rate(kind, fault, share, random);
  };
  const MIXED: [CallKind, Fault, number][] = [
    ['edit', 'status500', 0.08],
    ['edit', 'reset', 0.05],
    ['edit', 'resetAfter', 0.05],
    ['edit', 'status429', 0.04],
    ['create', 'status500', 0.1],
    ['create', 'reset', 0.05],
    ['create', 'resetAfter', 0.15],
    ['create', 'status429', 0.05],
  ];

  it.each([1, 2])('answers are whole and no message is there twice (seed %i)', async (seed) => {
    await using bot = await startBot({ limits: limits(300), twin: true });
    const { discord, model } = bot;
    discord.faults.retryAfter = 1;
    const channel = discord.channel('general');
    const names = PEOPLE.slice(0, 4);
    const texts = new Map(names.map((name) => [name, longMarkdown(name, 2_600)]));
    const begun = Promise.withResolvers<void>();
    model.respond(tells(texts, begun.promise));
    failing(bot, seed, MIXED);
    discord.faults.next('create', 'status429');
    discord.faults.next('edit', 'status429');
    const prompts = allAsk(bot, channel, names);
    // An answer that is posted before its end has to be edited.
    await discord.waitFor(() => discord.botMessages(channel).some(isLive), { what: 'a live answer' });
    begun.resolve();
    const answers = await sorted(bot, channel, texts);
    for (const name of names) expectWhole(answers.get(name), texts.get(name), prompts.get(name));
    expect(discord.stats.injected429).toBeGreaterThanOrEqual(2);
    expect(discord.stats.rateLimited).toBe(0);
    await expectSecondOpinion(bot);
  });

  it('an answer to /ask is whole and no message is there twice', async () => {
    await using bot = await startBot({ limits: limits(300) });
    const { discord, model } = bot;
    const texts = new Map([['aq', longMarkdown('aq', 9_000)]]);
    model.respond(tells(texts));
    failing(bot, 2, MIXED);
    await discord.user('ada').runs('ask', { prompt: 'tell me aq' });
    const answers = await sorted(bot, discord.channel('general'), texts);
    const shown =
      answers
        .get('aq')
        ?.map(({ content }) => content)
        .join('\n') ?? '';
    expect(faultsOf(shown, texts.get('aq') ?? '')).toBe('');
    expect(discord.stats.rateLimited).toBe(0);
  });

  it('an interaction whose acknowledgement got lost on its way back is answered', async () => {
    await using bot = await startBot({ limits: limits(300) });
    const { discord, model } = bot;
    const texts = new Map([['aq', 'aq0x aq1x.']]);
    model.respond(tells(texts));
    discord.faults.next('callback', 'resetAfter');
    const asked = await discord.user('ada').runs('ask', { prompt: 'tell me aq' });
    expect((await asked.message()).content).toBe('aq0x aq1x.');
    discord.faults.next('callback', 'status500');
    const again = await discord.user('ada').runs('ask', { prompt: 'tell me aq' });
    expect((await again.message()).content).toBe('aq0x aq1x.');
  });
});
