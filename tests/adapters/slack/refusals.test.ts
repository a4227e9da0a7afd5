/** Calls that Slack refuses: a lesser form is tried before anything is given up, and nobody is left without a word. */
import { describe, expect, it } from 'vitest';
import { after, done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../../lab/counterparts/slack/people/message-view.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, isEnded, isLive, labels, sets, settle, texts } from './said.ts';

const WORDS = Array.from({ length: 8 }, (_, index) => `Sentence number ${index} has **some** words. `);
const WHOLE = WORDS.join('').trim();
const slowly = (words = WORDS, ms = 200) =>
  streams(...words.flatMap((word) => [text(word), pause(ms)]), finish(), done);
const always = (bot: SlackBot, method: string, fault: string) =>
  bot.slack.faults.rate(method, fault, 1, () => 0);
const bare = (said: string) => said.replace(/\s+/g, '');

/** The bot's messages once they hold the whole answer and none is live. */
async function reads(bot: SlackBot, where: { channel?: string; thread?: string }, whole: string) {
  const own = () => bot.slack.botMessages(where.channel ?? 'general', where.thread);
  const shown = () => own().map((one) => one.shown);
  await bot.slack.waitFor(() => bare(shown().join('')) === bare(whole) && !own().some(isLive), {
    what: 'all of it',
  });
  return own();
}

describe.concurrent('a refusal of blocks', () => {
  it.each([
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_attachments',
    'invalid_arguments',
    'markdown_text_conflict',
    'msg_blocks_too_long',
    'never_heard_of',
  ])('by %s costs the blocks, and not the answer', async (refusedBlocksError) => {
    await using bot = await startSlackBot({ settings: { refusedBlocks: ['markdown'], refusedBlocksError } });
    bot.model.respond(slowly());
    const ada = bot.slack.user('ada');
    ada.dm('go');
    const [message] = await reads(bot, { channel: ada.dmChannel }, WHOLE);
    expect(message?.blocks).toEqual([]);
  });

  it.each([
    ['chat.postMessage', 'invalid_blocks'],
    ['chat.update', 'invalid_blocks'],
    ['chat.update', 'msg_too_long'],
  ])('of %s by %s that passes costs no buttons at the end', async (method, fault) => {
    await using bot = await startSlackBot();
    bot.slack.faults.next(method, fault);
    bot.model.respond(slowly());
    const ada = bot.slack.user('ada');
    ada.dm('go');
    const [message] = await ended(bot, { channel: ada.dmChannel });
    expect(message?.shown).toBe(WHOLE);
    expect(message && labels(message)).toEqual(['Regenerate', 'Delete']);
  });

  it('of whatever a message is to become is none of a further message, which the answer goes on in', async () => {
    await using bot = await startSlackBot();
    always(bot, 'chat.update', 'external_channel_migrating');
    bot.model.respond(slowly());
    const ada = bot.slack.user('ada');
    ada.dm('go');
    const own = () => bot.slack.botMessages(ada.dmChannel);
    await bot.slack.waitFor(() => own().some(isEnded), { what: 'the end' });
    expect(bare(texts(bot, ada.dmChannel).join(''))).toBe(bare(WHOLE));
    expect(own().map(labels)).toEqual([['Stop'], ['Regenerate', 'Delete']]);
  });

  it('of buttons alone keeps the text as Markdown', async () => {
    const settings = {
      refusedBlocks: ['actions', 'context_actions'],
      refusedBlocksError: 'invalid_arguments',
    };
    await using bot = await startSlackBot({ settings });
    bot.model.respond(slowly());
    const ada = bot.slack.user('ada');
    ada.dm('go');
    const [message] = await reads(bot, { channel: ada.dmChannel }, WHOLE);
    expect(message?.blocks.map(({ type }) => type)).toEqual(['markdown']);
  });
});

describe.concurrent('a text that is too long for a Slack of other limits', () => {
  const LONG = Array.from({ length: 40 }, (_, index) => `${index} ${'word — '.repeat(30)}\n\n`);

  it.each([
    { title: 'in a direct message', streaming: 'allowed', isDirect: true, longest: 6_000 },
    { title: 'in a thread', streaming: 'unknown_method', isDirect: false, longest: 5_000 },
    { title: 'streamed', streaming: 'allowed', isDirect: false, longest: 4_000 },
  ])('$title comes in shorter messages, whole and once', async ({ streaming, isDirect, longest }) => {
    await using bot = await startSlackBot({ settings: { streaming, longest } });
    bot.model.respond(slowly(LONG, 20));
    const ada = bot.slack.user('ada');
    if (isDirect) ada.dm('go');
    const where = isDirect ? { channel: ada.dmChannel } : { thread: asks(bot, 'ada', 'go') };
    const messages = await reads(bot, where, LONG.join(''));
    expect(messages.map((one) => one.shown).join()).not.toContain(en.notices.blocked);
    await settle(600);
    expect(bot.slack.botMessages(where.channel ?? 'general', where.thread)).toHaveLength(messages.length);
    expect(labels(messages.at(-1) as MessageView)).toContain('Regenerate');
  });
});

it('an answer in several messages of which the model takes back the text is written anew, without litter', async () => {
  const THOUGHT = Array.from({ length: 12 }, (_, index) => `Hmm ${index}, ${'let me see '.repeat(20)}\n\n`);
  await using bot = await startSlackBot({ settings: { longest: 1_500 } });
  bot.model.respond(slowly([...THOUGHT, '</think>', 'So it is.'], 100));
  const ada = bot.slack.user('ada');
  ada.dm('go');
  await bot.slack.waitFor(() => bot.slack.botMessages(ada.dmChannel).length > 1);
  const messages = await reads(bot, { channel: ada.dmChannel }, 'So it is.');
  expect(messages).toHaveLength(1);
});

describe.concurrent('the file with the rest of an answer', () => {
  const PARAGRAPHS = Array.from({ length: 30 }, (_, index) => `${index} ${'words '.repeat(170)}\n\n`);

  it('is under the last message where Slack takes it', async () => {
    await using bot = await startSlackBot();
    await sets(bot, 'mostParts', '1');
    bot.model.respond(slowly(PARAGRAPHS, 10));
    const thread = asks(bot, 'ada', 'go');
    const file = await bot.slack.waitFor(
      () => bot.slack.botMessages('general', thread).flatMap(({ files }) => files)[0],
    );
    const [message] = bot.slack.botMessages('general', thread);
    expect(bare(`${message?.shown}${file.text}`)).toBe(bare(PARAGRAPHS.join('')));
  });

  it.each([
    { method: 'files.getUploadURLExternal', fault: 'missing_scope' },
    { method: 'files.getUploadURLExternal', fault: 'file_uploads_disabled' },
    { method: 'files.completeUploadExternal', fault: 'posting_to_channel_denied' },
    { method: 'files.completeUploadExternal', fault: 'storage_limit_reached' },
    { method: 'files.completeUploadExternal', fault: 'status500' },
  ])('comes as messages where $method says $fault', async ({ method, fault }) => {
    await using bot = await startSlackBot();
    await sets(bot, 'mostParts', '1');
    always(bot, method, fault);
    bot.model.respond(slowly(PARAGRAPHS, 10));
    const thread = asks(bot, 'ada', 'go');
    const messages = await reads(bot, { thread }, PARAGRAPHS.join(''));
    expect(messages.length).toBeGreaterThan(1);
    expect(labels(messages.at(-1) as MessageView)).toEqual(['Regenerate', 'TL;DR', 'Delete']);
  });
});

describe.concurrent('where Parley may not post at all', () => {
  const POSTS = ['chat.startStream', 'chat.postMessage'];

  it.each([
    { code: 'restricted_action_read_only_channel', says: 'not allowed to answer' },
    { code: 'restricted_action_thread_locked', says: 'locked' },
    { code: 'no_permission', says: 'chat:write' },
    { code: 'cant_post_in_broadcast_channel', says: 'not allowed to answer' },
    { code: 'message_limit_exceeded', says: 'not allowed to answer' },
  ])('for $code, the asker alone is told, and no status stays', async ({ code, says }) => {
    await using bot = await startSlackBot();
    const { slack } = bot;
    for (const method of POSTS) always(bot, method, code);
    bot.model.respond(slowly());
    const ada = slack.user('ada');
    const thread = asks(bot, 'ada', 'go');
    const [told] = await slack.waitFor(() => slack.ephemeral(ada.id).length > 0 && slack.ephemeral(ada.id));
    expect(told?.text).toContain(says);
    expect(told?.threadTs).toBe(thread);
    await slack.waitFor(() => slack.status('general', thread) === '', { what: 'no status' });
    expect(slack.botMessages('general', thread)).toEqual([]);
    await slack.waitFor(() => bot.parley.log.some((line) => line.includes(`"code":"${code}"`)));
  });

  it.each([
    { title: 'an archived channel', changes: { archived: true }, says: 'archived' },
    { title: 'a channel that it was removed from', changes: { joined: false }, says: 'Invite me' },
  ])('because of $title, the asker is told in direct messages', async ({ changes, says }) => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const go = Promise.withResolvers<void>();
    model.respond(streams(after(go.promise), text(WHOLE), finish(), done));
    const ada = slack.user('ada');
    asks(bot, 'ada', 'go');
    await model.received(1);
    slack.changeChannel('general', changes);
    go.resolve();
    const [told] = await slack.waitFor(() => {
      const messages = slack.botMessages(ada.dmChannel);
      return messages.length > 0 && messages;
    });
    expect(told?.shown).toContain(says);
  });

  it('in the middle of a stream, the asker is told, and the model is not paid for more', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(slowly(WORDS, 2_000));
    const ada = slack.user('ada');
    const thread = asks(bot, 'ada', 'go');
    await slack.waitFor(() => slack.botMessages('general', thread).length > 0);
    slack.changeChannel('general', { archived: true });
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    const told = () => slack.botMessages(ada.dmChannel).map(({ shown }) => shown);
    await slack.waitFor(() => told().length > 0);
    expect(told().join()).toContain('archived');
  });

  it('in threads of a channel, it answers beside the thread', async () => {
    await using bot = await startSlackBot({ settings: { streaming: 'unknown_method' } });
    const { slack } = bot;
    slack.faults.next('chat.postMessage', 'restricted_action_non_threadable_channel');
    bot.model.respond(slowly());
    const thread = asks(bot, 'ada', 'go');
    await ended(bot);
    expect(slack.status('general', thread)).toBe('');
    expect(slack.botMessages('general').map(({ shown, threadTs }) => [shown, threadTs])).toEqual([
      [WHOLE, undefined],
    ]);
  });

  it('a refusal that nobody knows is neither silence, a status nor a rule about content', async () => {
    await using bot = await startSlackBot();
    const { slack } = bot;
    for (const method of [...POSTS, 'chat.update']) always(bot, method, 'never_heard_of');
    bot.model.respond(slowly());
    const ada = slack.user('ada');
    const thread = asks(bot, 'ada', 'go');
    const [told] = await slack.waitFor(() => slack.ephemeral(ada.id).length > 0 && slack.ephemeral(ada.id));
    expect(told?.text).not.toContain(en.notices.blocked);
    expect(calls(bot, 'chat.postMessage').length).toBeLessThan(30);
    await slack.waitFor(() => slack.status('general', thread) === '', { what: 'no status' });
  });
});
