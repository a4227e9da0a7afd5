/** Slack counts texts in bytes of UTF-8. In any script an answer is complete, and no notice replaces it. */
import { describe, expect, it } from 'vitest';
import { answers, done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../../lab/counterparts/slack/people/message-view.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, labels, prompts, says, settle } from './said.ts';

const JAPANESE = '今日の会議では、新しい計画について話し合いました。';
const ENGLISH = 'She said: “It’s not quite done” — and so it isn’t → look again. ';
const FAMILY = '👨‍👩‍👧‍👦 and 🏳️‍🌈 were there. ';
const ARABIC = 'هذا نص عربي طويل يصف شيئا ما.\n\n';
const ACCENTED = 'ä̃ö̃ü̃ ';

const repeated = (sentence: string, characters: number) =>
  sentence
    .repeat(Math.ceil(characters / sentence.length))
    .slice(0, characters)
    .trim();

/** Sends the answer in steps, as a model does. */
const telling = (answer: string) => {
  const pieces = answer.match(/[\s\S]{1,400}/g) ?? [];
  return streams(...pieces.flatMap((piece) => [text(piece), pause(15)]), finish(), done);
};

/** Drops white space, which is trimmed at the ends of messages. */
const bare = (said: string) => said.replace(/\s+/g, '');

function expectWhole(messages: MessageView[], answer: string): void {
  const shown = messages.map((message) => message.shown);
  expect(shown.join('\n')).not.toContain(en.notices.blocked);
  expect(bare(shown.join(''))).toBe(bare(answer));
}

describe.concurrent('an answer in a direct message, by a post and updates', () => {
  it.each([
    { title: '3,000 Japanese characters', answer: repeated(JAPANESE, 3_000), most: 1 },
    {
      title: '4,500 characters with typographic quotes and arrows',
      answer: repeated(ENGLISH, 4_500),
      most: 1,
    },
    { title: '9,000 Arabic characters', answer: repeated(ARABIC, 9_000), most: 2 },
    { title: '3,000 characters of families', answer: repeated(FAMILY, 3_000), most: 2 },
  ])('$title: whole, in messages within the limit', async ({ answer, most }) => {
    await using bot = await startSlackBot();
    bot.model.respond(telling(answer));
    const ada = bot.slack.user('ada');
    ada.dm('everything');
    const messages = await ended(bot, { channel: ada.dmChannel });
    expectWhole(messages, answer);
    expect(messages.length).toBeLessThanOrEqual(most);
    expect(calls(bot, 'chat.postMessage', 'chat.update').filter(({ ok }) => ok === false)).toEqual([]);
  });

  it('has a short summary without Markdown as its text, for notifications and screen readers', async () => {
    await using bot = await startSlackBot();
    const answer = `## The **plan**\n\n- See [the page](https://example.com/a?b=1&c=2) <b>first</b>\n- Then \`run\` it\n\n${repeated(JAPANESE, 2_000)}`;
    bot.model.respond(telling(answer));
    const ada = bot.slack.user('ada');
    ada.dm('everything');
    const [message] = await ended(bot, { channel: ada.dmChannel });
    const said = String(calls(bot, 'chat.update').at(-1)?.args.text);
    expect(said).toMatch(/^The plan See the page &lt;b&gt;first&lt;\/b&gt; Then run it 今日の会議では/);
    expect(said.length).toBeLessThan(400);
    expect(message?.shown).toContain('**plan**');
  });
});

describe.concurrent('a streamed answer', () => {
  it.each([
    { title: '14,000 Japanese characters', answer: repeated(JAPANESE, 14_000) },
    { title: '12,000 characters with combining marks, in one line', answer: repeated(ACCENTED, 12_000) },
    { title: '9,000 characters of families', answer: repeated(FAMILY, 9_000) },
    { title: '11,400 plain characters', answer: repeated('Just words, one after another. ', 11_400) },
  ])('$title: goes on in further messages where a stream is full', async ({ answer }) => {
    await using bot = await startSlackBot();
    bot.model.respond(telling(answer));
    const thread = asks(bot, 'ada', 'everything');
    const messages = await ended(bot, { thread });
    expectWhole(messages, answer);
    expect(messages[0]?.streaming).toBe('completed');
    const refused = bot.slack.requests.filter(({ error }) => error !== undefined);
    expect(refused.map(({ method, error }) => [method, error])).toEqual([]);
    for (const { shown } of messages) {
      expect(Buffer.byteLength(shown)).toBeLessThanOrEqual(10_600);
      // A family emoji is one character to people: none is cut in two.
      expect(shown).not.toMatch(/^[\u200d\ufe0f\u0300-\u036f]|\u200d$/);
    }
  });

  it('whose chunks cut an emoji in two never shows half of it', async () => {
    await using bot = await startSlackBot();
    const [first = '', second = ''] = ['😀'.charAt(0), '😀'.charAt(1)];
    bot.model.respond(
      streams(text(`A face: ${first}`), pause(900), text(`${second} and more.`), pause(50), finish(), done),
    );
    const thread = asks(bot, 'ada', 'a face');
    const [message] = await ended(bot, { thread });
    expect(message?.shown).toBe('A face: 😀 and more.');
  });
});

it('a question by the command is asked whole, and shown cut where it has more bytes than a message', async () => {
  await using bot = await startSlackBot();
  bot.model.respond(answers('A family.'));
  const question = `What is this: ${'👨‍👩‍👧‍👦'.repeat(500)}`;
  await bot.slack.user('ada').runs('/parley', `ask ${question}`);
  await says(bot, 'A family.');
  expect(prompts(bot).join()).toContain(question);
  const [shown] = bot.slack.botMessages('general');
  expect(shown?.shown).toMatch(/^\*\*ada asks:\*\* What is this: .{2000,}👦 …$/u);
  expect(shown?.text).toMatch(/^ada asks: What is this/);
});

it('a streamed answer that is gone on with keeps its text when its button goes', async () => {
  await using bot = await startSlackBot();
  const half = repeated(JAPANESE, 2_000);
  bot.model.respond(streams(text(half), pause(50), finish('length'), done), answers('The rest.'));
  const thread = asks(bot, 'ada', 'go');
  const [cut] = await ended(bot, { thread });
  await bot.slack.user('ada').clicks(cut?.ts ?? '', 'Continue');
  await says(bot, 'The rest.');
  await settle();
  const [first] = bot.slack.botMessages('general', thread);
  expect(bare(first?.shown ?? '')).toContain(bare(half));
  expect(first && labels(first)).not.toContain('Continue');
});

it('a form whose text Slack finds too long opens without it, and says so', async () => {
  await using bot = await startSlackBot();
  const root = bot.slack.user('root', { isAdmin: true });
  const opens = async () => (await root.runs('/parley', 'persona')).opened();
  await root.submits(await opens(), { persona: repeated(JAPANESE, 2_900) });
  await settle(300);
  const { blocks } = await opens();
  expect(JSON.stringify(blocks)).toContain('too long for Slack');
  expect(JSON.stringify(blocks)).not.toContain('initial_value');
});
