/** Answers of many messages: whole, in order, each message well-formed, wherever they are given. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import { done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { faultsOf, longMarkdown, piecesOf } from './long-markdown.ts';

const QUICK = {
  create: { limit: 5, window: 400 },
  edit: { limit: 5, window: 400 },
  webhook: { limit: 5, window: 400 },
};
/** @param twin wanted by tests that ask for a second opinion */
const quickBot = ({ twin = false } = {}) => startBot({ limits: QUICK, twin });
const LONG = longMarkdown('w', 30_000);
/** Quickly, yet in many steps. */
const longAnswer = (markdown = LONG) =>
  streams(...piecesOf(markdown, 300).flatMap((piece) => [text(piece), pause(15)]), finish(), done);

const labels = ({ components }: MessageView) =>
  [...JSON.stringify(components).matchAll(/"label":"([^"]+)"/g)].map(([, label]) => label);

/** The messages of an answer once its buttons are those of an ended one, and no edit of an earlier one is to come. */
async function ended({ discord }: Bot, messages: () => MessageView[]): Promise<MessageView[]> {
  await discord.waitFor(
    () => {
      const last = messages().at(-1);
      return last && labels(last).includes('Regenerate');
    },
    { what: 'the end of the answer' },
  );
  let before = '';
  await discord.waitFor(async () => {
    const now = messages()
      .map(({ content }) => content)
      .join();
    const isSame = now === before;
    before = now;
    // Longer than a window of QUICK.
    if (!isSame) await sleep(600);
    return isSame;
  });
  return messages();
}

function expectWhole(messages: MessageView[], markdown: string, rest = ''): void {
  for (const { content, flags } of messages) {
    expect(content.length).toBeLessThanOrEqual(2000);
    expect(content.trim()).not.toBe('');
    expect(content.split('```').length % 2, `fences of ${content}`).toBe(1);
    expect(flags & 4).toBe(4);
  }
  expect(faultsOf(messages.map(({ content }) => content).join('\n') + rest, markdown)).toBe('');
  expect(messages.slice(0, -1).flatMap(labels)).toEqual([]);
  expect(labels(messages.at(-1) as MessageView)).toEqual(['Regenerate', 'TL;DR', 'Delete']);
}

async function expectSecondOpinion({ discord }: Bot): Promise<void> {
  expect(await discord.twin?.differences()).toEqual([]);
  expect(discord.twin?.refusals).toEqual([]);
}

describe('an answer of 30,000 characters', () => {
  it('to a mention: grows message by message, and nothing of it is lost or twice', async () => {
    await using bot = await quickBot({ twin: true });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    model.respond(longAnswer());
    const prompt = discord.user('ada').says(channel, `<@${discord.botId}> everything, please`);
    const messages = await ended(bot, () => discord.botMessages(channel));
    expectWhole(messages, LONG);
    expect(messages.map(({ referenceId }) => referenceId)).toEqual([
      prompt,
      ...messages.slice(1).map(() => undefined),
    ]);
    expect(
      messages.flatMap(({ history }) => history).filter(({ kind }) => kind === 'edit').length,
    ).toBeGreaterThan(5);
    expect(discord.stats.rateLimited).toBe(0);
    await expectSecondOpinion(bot);
  });

  it('to /ask: as the reply and what follows it', async () => {
    await using bot = await quickBot({ twin: true });
    const { discord, model } = bot;
    model.respond(longAnswer());
    await discord.user('ada').runs('ask', { prompt: 'everything' });
    const messages = await ended(bot, () => discord.botMessages(discord.channel('general')));
    expectWhole(messages, LONG);
    expect(discord.stats.rateLimited).toBe(0);
    await expectSecondOpinion(bot);
  });

  it('to /ask in private: seen by nobody else', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    model.respond(longAnswer());
    const asked = await discord.user('ada').runs('ask', { prompt: 'everything', private: true });
    const first = await asked.message();
    const messages = await ended(bot, () => [discord.message(first.id), ...asked.followups]);
    expectWhole(messages, LONG);
    for (const { ephemeral } of messages) expect(ephemeral).toBe(true);
    expect(discord.botMessages(discord.channel('general'))).toEqual([]);
  });

  it('in a DM and in a thread', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(longAnswer());
    const thread = ada.startsThread(discord.channel('general'), 'Long');
    ada.dm('everything');
    discord.user('ben').says(thread, `<@${discord.botId}> everything`);
    const [dm, inThread] = await Promise.all([
      ended(bot, () => discord.botMessages(ada.dmChannel)),
      ended(bot, () => discord.botMessages(thread)),
    ]);
    expectWhole(dm, LONG);
    expectWhole(inThread, LONG);
    expect(discord.stats.rateLimited).toBe(0);
  });

  it('as two messages and a file with the rest, where that is set', async () => {
    await using bot = await quickBot();
    const { discord, model } = bot;
    const root = discord.user('root', { permissions: 'admin' });
    const panel = await (await root.runs('settings')).message();
    const [menu] = JSON.stringify(panel.components).match(/(?<="custom_id":")[^"]+/) ?? [];
    const form = await root.chooses(panel.id, menu ?? '', ['mostParts']);
    await root.submits(form, { mostParts: '2' });
    // The second message ends in the middle of code.
    const start = LONG.indexOf('```python');
    const markdown = LONG.slice(start - 1000);
    model.respond(longAnswer(markdown));
    const channel = discord.channel('general');
    discord.user('ada').says(channel, `<@${discord.botId}> everything, please`);
    const messages = await ended(bot, () => discord.botMessages(channel));
    expect(messages).toHaveLength(2);
    const [file, ...more] = messages.flatMap(({ attachments }) => attachments);
    expect(more).toEqual([]);
    expect(file?.name).toMatch(/\.md$/);
    expect(messages[1]?.attachments).toHaveLength(1);
    expectWhole(messages, markdown, file?.text);
    expect(file?.text.split(/^`{3}/m).length ?? 0, 'fences of the file').toSatisfy(
      (count: number) => count % 2 === 1,
    );
  });
});
