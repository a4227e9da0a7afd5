/** Slacks that refuse what Slack's pages promise, or fail in ways that nobody lists: an answer is there all the same. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import { done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../../lab/counterparts/slack/people/message-view.ts';
import { readinessOf } from '../../fixtures.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, isLive, labels, settle } from './said.ts';

const WORDS = Array.from({ length: 6 }, (_, index) => `Sentence number ${index} has **some** words. `);
const WHOLE = WORDS.join('').trim();
const slowly = (words = WORDS, ms = 250): Behaviour =>
  streams(...words.flatMap((word) => [text(word), pause(ms)]), finish(), done);
const always = (bot: SlackBot, method: string, fault: string) =>
  bot.slack.faults.rate(method, fault, 1, () => 0);
const countOf = (log: string[], said: string) => log.filter((line) => line.includes(said)).length;

/** Reads a thread, once its messages together say `whole`. */
async function reads(bot: SlackBot, thread: string, whole = WHOLE): Promise<MessageView[]> {
  const own = () => bot.slack.botMessages('general', thread);
  const shown = () =>
    own()
      .map((one) => one.shown)
      .join('')
      .replace(/\s+/g, ' ');
  await bot.slack.waitFor(() => shown() === whole.replace(/\s+/g, ' '), {
    what: () => `all of it in place of ${JSON.stringify(own().map((one) => one.shown))}`,
  });
  await settle(600);
  expect(shown()).toBe(whole.replace(/\s+/g, ' '));
  return own();
}

describe.concurrent('a stream that cannot be begun', () => {
  it.each([
    'status404',
    'not_allowed_token_type',
    'method_deprecated',
    'no_permission',
    'is_inactive',
    'team_access_not_granted',
    'access_denied',
    'restricted_action',
    'not_in_channel',
  ])('for %s is a post at once, the next is not even tried, and the log says why', async (fault) => {
    await using bot = await startSlackBot();
    always(bot, 'chat.startStream', fault);
    bot.model.respond(slowly());
    const thread = asks(bot, 'ada', 'go');
    await bot.slack.waitFor(() => bot.slack.botMessages('general', thread).length > 0);
    expect(calls(bot, 'chat.startStream')).toHaveLength(1);
    await ended(bot, { thread });
    expect(await reads(bot, thread)).toHaveLength(1);
    bot.model.respond(slowly(WORDS, 10));
    const next = asks(bot, 'ben', 'go');
    await ended(bot, { thread: next });
    expect(calls(bot, 'chat.startStream')).toHaveLength(1);
    const log = bot.parley.log;
    expect(countOf(log, 'slack begins no stream here')).toBe(1);
    const said = fault === 'status404' ? 'HTTP 404' : fault;
    expect(log.find((line) => line.includes('begins no stream'))).toContain(`"code":"${said}"`);
  });

  it.each(['never_heard_of', 'msg_too_long', 'invalid_blocks', 'missing_recipient_user_id'])(
    'for %s, which is about this answer, is a post at once, and the next answer is streamed',
    async (fault) => {
      await using bot = await startSlackBot();
      bot.slack.faults.next('chat.startStream', fault);
      bot.model.respond(slowly(WORDS, 50));
      const thread = asks(bot, 'ada', 'go');
      await ended(bot, { thread });
      expect(await reads(bot, thread)).toHaveLength(1);
      expect(calls(bot, 'chat.startStream')).toHaveLength(1);
      bot.model.respond(slowly(WORDS, 50));
      const [next] = await ended(bot, { thread: asks(bot, 'ben', 'go') });
      expect(next?.streaming).toBe('completed');
    },
  );

  it('for invalid_arguments is begun again with text alone, and the next one at once', async () => {
    await using bot = await startSlackBot();
    bot.slack.faults.next('chat.startStream', 'invalid_arguments');
    for (const [name, starts] of [
      ['ada', 2],
      ['ben', 3],
    ] as const) {
      bot.model.respond(slowly(WORDS, 50));
      const [message] = await ended(bot, { thread: asks(bot, name, 'go') });
      expect(message).toMatchObject({ shown: WHOLE, streaming: 'completed' });
      expect(calls(bot, 'chat.startStream')).toHaveLength(starts);
    }
    expect(calls(bot, 'chat.postMessage')).toEqual([]);
  });

  it.each(['page', 'page502', 'status500', 'internal_error'])(
    'because of %s once is begun again, and the next one is a stream, too',
    async (fault) => {
      await using bot = await startSlackBot();
      bot.slack.faults.next('chat.startStream', fault);
      bot.model.respond(slowly(WORDS, 50));
      for (const name of ['ada', 'ben']) {
        const [message] = await ended(bot, { thread: asks(bot, name, 'go') });
        expect(message).toMatchObject({ shown: WHOLE, streaming: 'completed' });
        bot.model.respond(slowly(WORDS, 50));
      }
      expect(calls(bot, 'chat.startStream')).toHaveLength(3);
      expect(bot.parley.log.join()).not.toContain('page-canary');
    },
  );

  it.each(['reset', 'resetAfter', 'status500', 'page'])(
    'for a failure on the way (%s) is tried once more, and then a post; nothing is there twice',
    async (fault) => {
      await using bot = await startSlackBot();
      always(bot, 'chat.startStream', fault);
      bot.model.respond(slowly());
      const thread = asks(bot, 'ada', 'go');
      await ended(bot, { thread });
      expect(await reads(bot, thread)).toHaveLength(1);
      expect(calls(bot, 'chat.startStream')).toHaveLength(fault === 'resetAfter' ? 1 : 2);
    },
  );

  it('in a place that is closed is left to the post, which says so', async () => {
    await using bot = await startSlackBot();
    always(bot, 'chat.startStream', 'is_archived');
    always(bot, 'chat.postMessage', 'is_archived');
    bot.model.respond(slowly());
    asks(bot, 'ada', 'go');
    await bot.slack.waitFor(() => calls(bot, 'chat.postMessage').length > 0);
    await settle();
    expect(calls(bot, 'chat.postMessage')).toHaveLength(1);
  });
});

describe.concurrent('a stream that cannot be ended', () => {
  it('is left open with all of its text, which is there once', async () => {
    await using bot = await startSlackBot();
    always(bot, 'chat.stopStream', 'never_heard_of');
    bot.model.respond(slowly());
    const thread = asks(bot, 'ada', 'go');
    expect(await reads(bot, thread)).toHaveLength(1);
    const before = calls(bot, 'chat.stopStream').length;
    await settle(1_000);
    expect(calls(bot, 'chat.stopStream')).toHaveLength(before);
    expect(countOf(bot.parley.log, 'does not end a stream')).toBe(1);
  });

  it('together with its buttons is ended without, and given them', async () => {
    await using bot = await startSlackBot();
    bot.slack.faults.next('chat.stopStream', 'invalid_blocks');
    bot.model.respond(slowly());
    const thread = asks(bot, 'ada', 'go');
    const [message] = await ended(bot, { thread });
    expect(await reads(bot, thread)).toHaveLength(1);
    expect(labels(message as MessageView)).toEqual(['Regenerate', 'Delete']);
  });

  it('nor appended to any more is gone on with in a further message', async () => {
    await using bot = await startSlackBot();
    bot.model.respond(slowly());
    const thread = asks(bot, 'ada', 'go');
    await bot.slack.waitFor(() => calls(bot, 'chat.appendStream').length > 0);
    always(bot, 'chat.appendStream', 'never_heard_of');
    always(bot, 'chat.stopStream', 'never_heard_of');
    expect(await reads(bot, thread)).toHaveLength(2);
  });
});

describe.concurrent('blocks that are refused cost no text', () => {
  it.each([
    { refusedBlocks: ['context_actions'], left: ['Regenerate', 'Delete'] },
    { refusedBlocks: ['context_actions', 'actions'], left: [] },
    { refusedBlocks: ['context_actions', 'actions', 'markdown'], left: [] },
    { refusedBlocks: ['markdown'], left: [] },
  ])('$refusedBlocks', async ({ refusedBlocks, left }) => {
    await using bot = await startSlackBot({ settings: { refusedBlocks, streaming: 'unknown_method' } });
    bot.model.respond(slowly());
    const [message, ...more] = await reads(bot, asks(bot, 'ada', 'go'));
    expect(more).toEqual([]);
    await bot.slack.waitFor(() => !isLive(message as MessageView));
    expect(labels(message as MessageView)).toEqual(left);
  });

  it('and a text longer than an update may have goes on in a further message', async () => {
    await using bot = await startSlackBot({
      settings: { refusedBlocks: ['markdown'], streaming: 'unknown_method' },
    });
    const words = Array.from({ length: 12 }, (_, index) => `${index} `.padEnd(700, 'word '));
    bot.model.respond(slowly(words));
    expect(await reads(bot, asks(bot, 'ada', 'go'), words.join('').trim())).toHaveLength(3);
  });
});

describe.concurrent('a message that can be edited no more', () => {
  it.each(['edit_window_closed', 'cant_update_message'])(
    'for %s is gone on with in a next one',
    async (code) => {
      await using bot = await startSlackBot({ settings: { streaming: 'unknown_method' } });
      bot.model.respond(slowly());
      const thread = asks(bot, 'ada', 'go');
      await bot.slack.waitFor(() => calls(bot, 'chat.update').length > 0);
      bot.slack.faults.next('chat.update', code);
      expect(await reads(bot, thread)).toHaveLength(2);
      const last = () => bot.slack.botMessages('general', thread).at(-1) as MessageView;
      await bot.slack.waitFor(() => labels(last()).includes('Regenerate'));
    },
  );
});

it('a bot token that is revoked meanwhile is told of, in the log and by what is ready', async () => {
  await using bot = await startSlackBot();
  const known = bot.slack.world.tokens.get(bot.slack.botToken);
  if (known) known.state = 'revoked';
  bot.model.respond(slowly());
  asks(bot, 'ada', 'go');
  const ready = () => readinessOf(bot.parley.app.url);
  await bot.slack.waitFor(async () => (await ready()).code === 503);
  expect((await ready()).reason).toContain('SLACK_BOT_TOKEN is not accepted');
  await bot.slack.waitFor(() => countOf(bot.parley.log, 'answer not shown whole') === 1);
  expect(bot.parley.log.find((line) => line.includes('not shown whole'))).toContain('"code":"token_revoked"');
});

it('a direct message that does not say so is known by its channel', async () => {
  await using bot = await startSlackBot();
  const { slack } = bot;
  bot.model.respond(slowly(WORDS, 10));
  const { id: user, dmChannel: channel } = slack.user('ada');
  const event = { type: 'message', channel, user, text: 'go', ts: '1700000000.000100' };
  const payload = { type: 'event_callback', team_id: slack.id, event_id: 'Ev1', event };
  await slack.socketMode.send({ type: 'events_api', payload });
  const [message] = await ended(bot, { channel });
  expect(message?.shown).toBe(WHOLE);
});

it('who reads without blocks, or hears it read, has the beginning of the answer', async () => {
  await using bot = await startSlackBot({ settings: { streaming: 'unknown_method' } });
  const words = Array.from({ length: 6 }, (_, index) => `${index} `.padEnd(800, 'word '));
  bot.model.respond(slowly(words, 20));
  const thread = asks(bot, 'ada', 'go');
  await ended(bot, { thread });
  const [message] = bot.slack.botMessages('general', thread);
  expect(message?.text).toMatch(/^0 word word/);
  expect(message?.text.length).toBeLessThan(400);
});
