/** Native streams: closed in the middle, refused, stopped by a person, failing; the answer is whole, once, and ended. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import {
  after,
  answers,
  done,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, isEnded, isLive, labels, settle, WRITES } from './said.ts';

const WORDS = Array.from({ length: 8 }, (_, index) => `Sentence number ${index} has **some** words. `);
const WHOLE = WORDS.join('').trim();
const FIRST = WORDS[0]?.trim();

const slowly = (ms = 350): Behaviour =>
  streams(...WORDS.flatMap((word) => [text(word), pause(ms)]), finish(), done);
const never = new Promise(() => {});
const endless = (): Behaviour => streams(text(WORDS[0] ?? ''), after(never));

async function expectOnce(bot: SlackBot, thread: string): Promise<void> {
  const messages = await ended(bot, { thread });
  expect(messages.map(({ shown }) => shown)).toEqual([WHOLE]);
  expect(labels(messages[0] as never)).toEqual(['Regenerate', 'Delete']);
  await settle();
  expect(bot.slack.botMessages('general', thread)).toHaveLength(1);
}

describe.concurrent('an answer is streamed', () => {
  it('in one message that is only appended to, to whoever asked, and ended', async () => {
    await using bot = await startSlackBot();
    bot.model.respond(slowly());
    const thread = asks(bot, 'ada', 'go');
    await expectOnce(bot, thread);
    const [message] = bot.slack.botMessages('general', thread);
    expect(message?.streaming).toBe('completed');
    expect(message?.appends).toBeGreaterThan(1);
    expect(calls(bot, 'chat.update', 'chat.postMessage')).toEqual([]);
    const [start] = calls(bot, 'chat.startStream');
    expect(start?.args).toMatchObject({
      recipient_user_id: bot.slack.user('ada').id,
      recipient_team_id: bot.slack.id,
      thread_ts: thread,
    });
    expect(bot.slack.sessions.get(`${bot.slack.channel('general')} ${thread}`)?.status).toBe('active');
  });

  it('to a person of another workspace under the id of theirs', async () => {
    await using bot = await startSlackBot();
    bot.model.respond(slowly(50));
    bot.slack.user('cyd', { teamId: 'T0ELSEWHERE' });
    await expectOnce(bot, asks(bot, 'cyd', 'go'));
    expect(calls(bot, 'chat.startStream')[0]?.args).toMatchObject({ recipient_team_id: 'T0ELSEWHERE' });
  });

  it('with a status before its first text and none afterwards', async () => {
    await using bot = await startSlackBot();
    bot.slack.settings.delay = 300;
    bot.model.respond(slowly(100));
    const thread = asks(bot, 'ada', 'go');
    await expectOnce(bot, thread);
    expect(bot.slack.statuses.length).toBeGreaterThan(0);
    expect(bot.slack.status('general', thread)).toBe('');
    const first = calls(bot, 'chat.startStream')[0]?.at ?? 0;
    const late = calls(bot, 'assistant.threads.setStatus').filter(
      ({ at, args }) => at > first && args.status,
    );
    expect(late).toEqual([]);
  });

  it.each([{ ms: 800 }, { characters: 120 }])(
    'and goes on in the same message where Slack closes the stream, %o',
    async (closeStreamsAfter) => {
      await using bot = await startSlackBot({ settings: { closeStreamsAfter } });
      bot.model.respond(slowly());
      await expectOnce(bot, asks(bot, 'ada', 'go'));
      expect(calls(bot, 'chat.startStream')).toHaveLength(1);
      expect(calls(bot, 'chat.postMessage')).toEqual([]);
    },
  );

  it.each(['unknown_method', 'channel_type_not_supported', 'missing_scope'])(
    'by a post and updates where streams are refused: %s',
    async (streaming) => {
      await using bot = await startSlackBot({ settings: { streaming } });
      bot.model.respond(slowly());
      await expectOnce(bot, asks(bot, 'ada', 'go'));
      expect(calls(bot, 'chat.startStream')).toHaveLength(1);
      expect(calls(bot, 'chat.update').length).toBeGreaterThan(1);
      // And it is not tried again at once.
      bot.model.respond(slowly(10));
      await expectOnce(bot, asks(bot, 'ben', 'go'));
      expect(calls(bot, 'chat.startStream')).toHaveLength(1);
    },
  );

  it('by a post and updates in a direct message without threads, where a stream is not even tried', async () => {
    await using bot = await startSlackBot();
    bot.model.respond(slowly());
    const ada = bot.slack.user('ada');
    ada.dm('go');
    const [message] = await ended(bot, { channel: ada.dmChannel });
    expect(message?.shown).toBe(WHOLE);
    expect(calls(bot, 'chat.startStream')).toEqual([]);
  });
});

describe.concurrent('a person stops a stream by Slack’s own button', () => {
  it.each([
    { title: 'which Slack tells of', told: true },
    { title: 'which only the next call tells of', told: false },
  ])(
    '$title: the model is stopped, nothing more is said, and it can be asked for again',
    async ({ told }) => {
      await using bot = await startSlackBot();
      const { slack, model } = bot;
      if (!told) slack.subscribed.delete('agent_session_stopped');
      const more = told ? [after(never)] : WORDS.slice(1).flatMap((word) => [pause(300), text(word)]);
      model.respond(streams(text(WORDS[0] ?? ''), ...more, after(never)), slowly(20));
      const thread = asks(bot, 'ada', 'go');
      const live = await slack.waitFor(() => slack.botMessages('general', thread)[0]);
      slack.user('ada').stopsStream(live);
      await expect(model.requests[0]?.closed).resolves.toBe('gone');
      const [message, ...others] = await ended(bot, { thread });
      expect(others).toEqual([]);
      expect(message?.shown.startsWith(FIRST ?? '')).toBe(true);
      const before = calls(bot, ...WRITES).length;
      await settle(700);
      expect(calls(bot, ...WRITES)).toHaveLength(before);
      await slack.user('ada').clicks(message as never, 'Regenerate');
      await slack.waitFor(() => slack.botMessages('general', thread)[0]?.shown === WHOLE);
      await expectOnce(bot, thread);
    },
  );

  it('before its first text: the model is stopped, nothing is said, and no status stays', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(streams(after(never)));
    const thread = asks(bot, 'ada', 'go');
    await model.received(1);
    await slack.waitFor(() => slack.status('general', thread) !== '');
    slack.user('ada').stopsSession('general', thread);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await slack.waitFor(() => slack.status('general', thread) === '', { what: 'no status' });
    await settle();
    expect(slack.botMessages('general', thread).filter(isLive)).toEqual([]);
  });
});

describe.concurrent('when calls fail', () => {
  const FAULTS = ['ratelimited', 'reset', 'resetAfter', 'status500', 'internal_error'];
  const NAMES = ['ada', 'ben', 'cyd', 'dot', 'eve'];

  it.each([
    { method: 'chat.startStream' },
    { method: 'chat.appendStream' },
    { method: 'chat.stopStream' },
    { method: 'chat.postMessage', streaming: 'unknown_method' },
    { method: 'chat.update', streaming: 'unknown_method' },
  ])('$method: answers are whole, and no message is there twice', async ({ method, streaming }) => {
    await using bot = await startSlackBot({ settings: { streaming: streaming ?? 'allowed' } });
    for (const fault of FAULTS) bot.slack.faults.next(method, fault);
    bot.model.respond(slowly(250));
    const threads = NAMES.map((name) => asks(bot, name, 'go'));
    await Promise.all(threads.map((thread) => expectOnce(bot, thread)));
    expect(bot.slack.stats.injected429).toBe(1);
  });

  it('calls that are never answered: the same, once they are given up', async () => {
    await using bot = await startSlackBot();
    const methods = [
      'chat.startStream',
      'chat.appendStream',
      'chat.stopStream',
      'assistant.threads.setStatus',
    ];
    for (const method of methods) bot.slack.faults.next(method, 'hang');
    bot.model.respond(slowly(150));
    const threads = NAMES.slice(0, 4).map((name) => asks(bot, name, 'go'));
    await Promise.all(threads.map((thread) => expectOnce(bot, thread)));
  });
});

describe('a Parley that stops', () => {
  it('leaves no stream open, and no button that stops, and goes on in the same messages', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(endless());
    for (const name of ['ada', 'ben', 'cyd']) asks(bot, name, 'go');
    await slack.waitFor(() => slack.botMessages('general').length === 3);
    const before = performance.now();
    await bot.restart(() => {
      expect(performance.now() - before).toBeLessThan(20_000);
      expect(slack.botMessages('general').filter(isLive)).toEqual([]);
      const begun = slack.botMessages('general').map(({ shown }) => shown.startsWith(FIRST ?? ''));
      expect(begun).toEqual([true, true, true]);
      expect(slack.botMessages('general').filter(isEnded)).toHaveLength(3);
      expect(model.requests).toHaveLength(3);
      model.respond(answers('Done.'));
    });
    await slack.waitFor(
      () => slack.botMessages('general').filter(({ shown }) => shown === 'Done.').length === 3,
    );
    expect(slack.botMessages('general')).toHaveLength(3);
    expect(slack.botMessages('general').filter(isLive)).toEqual([]);
  });
});
