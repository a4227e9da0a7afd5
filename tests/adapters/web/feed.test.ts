/** Turns followed in one process and answered in another: two queues on one store. */
import Keyv from 'keyv';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createLiveAnswers } from '../../../src/adapters/web/answer/live-answers.ts';
import { createFeeds, type Feed } from '../../../src/adapters/web/answer/turn-feed.ts';
import { StoreError } from '../../../src/core/errors.ts';
import type { TurnHandler } from '../../../src/core/turn/queue.ts';
import type { Message } from '../../../src/core/types.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createHeartbeats } from '../../../src/store/leases/heartbeats.ts';
import { createSharedLeases } from '../../../src/store/leases/leases.ts';
import type { Store } from '../../../src/store/store.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { messageOf, queueOn } from '../../fixtures.ts';
import { settled } from '../../settled.ts';

const log = pino({ level: 'silent' });
const message = messageOf('1');
const { conversation } = message;

/** A store that counts reads of lanes, and fails on demand. */
function setUp() {
  const stored = createKeyvStore(new Keyv());
  const looks = { count: 0, fail: false };
  const store: Store = {
    ...stored,
    isShared: true,
    async keys(prefix) {
      if (prefix.startsWith('lane|') && prefix.includes(conversation)) looks.count++;
      if (looks.fail) throw new StoreError('down');
      return stored.keys(prefix);
    },
  };
  const transcripts = createTranscripts(store);
  const settings = { read: async () => ({ keys: {} }) };
  const all: (() => Promise<void>)[] = [];
  /** A process on that store. */
  const process = () => {
    const heartbeats = createHeartbeats(store, log);
    const queue = queueOn(store, { leases: createSharedLeases(store, heartbeats) });
    const live = createLiveAnswers();
    all.push(async () => {
      await queue.stop(0);
      await heartbeats.stop();
    });
    return {
      queue,
      live,
      feeds: createFeeds({ live, queue, transcripts, settings, toolbox: { tools: [] }, log }),
    };
  };
  return {
    looks,
    transcripts,
    process,
    async [Symbol.asyncDispose]() {
      looks.fail = false;
      for (const stop of all) await stop();
    },
  };
}

/** Answers on the test's command, as the page's adapter does. */
function answering() {
  const begun: { message: Message; say(text: string): void; end(): void }[] = [];
  const handler: TurnHandler = async (message, run) => {
    let text = '';
    run.draft(() => text);
    await new Promise<void>((resolve) => {
      begun.push({
        message,
        say: (more) => {
          text += more;
        },
        end: resolve,
      });
      run.signal.addEventListener('abort', () => resolve());
    });
    await run.keep({ message, answer: text, end: run.signal.aborted ? 'stopped' : 'stop' });
    return 'done';
  };
  return { handler, begun };
}

/** Follows until the test stops it. */
const watch = (feed: Feed) => ({ feed, stop: feed.watch(() => {}) });
const seen = ({ feed }: { feed: Feed }) => [feed.status, feed.text, feed.end];
const STOPPED = { end: 'stop', notice: null };

describe('a turn that is answered elsewhere', () => {
  it('is followed to its end: waiting, growing, ended', async () => {
    await using shared = setUp();
    const [here, there] = [shared.process(), shared.process()];
    const { handler, begun } = answering();
    there.queue.run(handler);
    await here.queue.accept(messageOf('0'));
    await here.queue.accept(message);
    await there.queue.recover();
    await expect.poll(() => begun.length).toBe(1);
    const following = watch(here.feeds.of(message));
    await expect.poll(() => seen(following)).toEqual(['waiting', '', undefined]);
    begun[0]?.end();
    await expect.poll(() => begun.length).toBe(2);
    await expect.poll(() => seen(following)).toEqual(['thinking', '', undefined]);
    begun[1]?.say('So far');
    await expect.poll(() => seen(following)).toEqual(['thinking', 'So far', undefined]);
    begun[1]?.say(', so good.');
    begun[1]?.end();
    await expect.poll(() => seen(following)).toEqual(['thinking', 'So far, so good.', STOPPED]);
  });

  it('can be stopped from here', async () => {
    await using shared = setUp();
    const [here, there] = [shared.process(), shared.process()];
    const { handler, begun } = answering();
    there.queue.run(handler);
    await there.queue.accept(message);
    await expect.poll(() => begun.length).toBe(1);
    begun[0]?.say('Half');
    const following = watch(here.feeds.of(message));
    expect(await here.queue.cancel(conversation, message.id)).toBe(true);
    await expect.poll(() => following.feed.end).toEqual({ end: 'stopped', notice: null });
    expect(following.feed.text).toBe('Half');
  });

  it('is looked at once for all who follow it, and never for nobody', async () => {
    await using shared = setUp();
    const { queue, feeds } = shared.process();
    await queue.accept(message);
    const { looks } = shared;
    const begun = performance.now();
    const followers = Array.from({ length: 20 }, () => watch(feeds.of(message)));
    await expect.poll(() => looks.count).toBeGreaterThanOrEqual(3);
    // One each 300 ms, and one at the beginning and at the end.
    expect(looks.count).toBeLessThanOrEqual((performance.now() - begun) / 300 + 2);
    for (const { stop } of followers) stop();
    await settled(350);
    const before = looks.count;
    await settled(700);
    expect(looks.count).toBe(before);
    const back = watch(feeds.of(message));
    await expect.poll(() => looks.count).toBeGreaterThan(before);
    back.stop();
  });

  it('is followed on as it grows once it is answered here', async () => {
    await using shared = setUp();
    const { queue, live, feeds } = shared.process();
    await queue.accept(message);
    const following = watch(feeds.of(message));
    await expect.poll(() => shared.looks.count).toBeGreaterThan(0);
    await settled(100);
    const attempt = live.open(message);
    attempt.push({ type: 'text', text: 'Here' });
    expect(seen(following)).toEqual(['thinking', 'Here', undefined]);
    const before = shared.looks.count;
    await settled(700);
    expect(shared.looks.count).toBe(before);
    attempt.push({ type: 'end', end: 'stop' });
    const ended = { ...STOPPED, endedAt: expect.any(Number) };
    expect(seen(following)).toEqual(['thinking', 'Here', ended]);
    attempt.close();
  });

  it('is followed on where it goes next, should this process have to let it go', async () => {
    await using shared = setUp();
    const [here, there] = [shared.process(), shared.process()];
    await here.queue.accept(message);
    const attempt = here.live.open(message);
    attempt.push({ type: 'text', text: 'Half' });
    const following = watch(here.feeds.of(message));
    attempt.close();
    const { handler, begun } = answering();
    there.queue.run(handler);
    await there.queue.recover();
    await expect.poll(() => begun.length).toBe(1);
    begun[0]?.say('Whole');
    begun[0]?.end();
    await expect.poll(() => seen(following)).toEqual(['thinking', 'Whole', STOPPED]);
  });

  it('is followed through a failure of the store', async () => {
    await using shared = setUp();
    const { queue, feeds, live } = shared.process();
    await queue.accept(message);
    shared.looks.fail = true;
    const following = watch(feeds.of(message));
    await settled(700);
    expect(following.feed.end).toBeUndefined();
    shared.looks.fail = false;
    await shared.transcripts.remove(conversation, message.id);
    queue.run(answering().handler);
    await queue.recover();
    await expect.poll(() => following.feed.end).toBe('gone');
    expect(live.get(message)).toBeUndefined();
  });
});

describe('a turn that has ended', () => {
  it('is read as it is kept', async () => {
    await using shared = setUp();
    await shared.transcripts.append(conversation, {
      message,
      answer: 'Kept.',
      end: 'length',
      notice: 'Long.',
    });
    const following = watch(shared.process().feeds.of(message));
    await expect
      .poll(() => seen(following))
      .toEqual(['thinking', 'Kept.', { end: 'length', notice: 'Long.' }]);
  });

  it('is told as interrupted only where it has no end and stands in no lane', async () => {
    await using shared = setUp();
    const { queue, feeds } = shared.process();
    await shared.transcripts.append(conversation, { message, answer: '', end: null });
    await queue.accept(messageOf('2'));
    const [cut, waiting] = [watch(feeds.of(message)), watch(feeds.of(messageOf('2')))];
    await expect
      .poll(() => cut.feed.end)
      .toEqual({ end: 'interrupted', notice: expect.stringMatching(/interrupted .* Try again/) });
    expect(waiting.feed.end).toBeUndefined();
    waiting.stop();
  });

  it('and is answered again is followed anew', async () => {
    await using shared = setUp();
    const { queue, feeds } = shared.process();
    await shared.transcripts.append(conversation, { message, answer: 'Kept.', end: 'stop' });
    const first = watch(feeds.of(message));
    await expect.poll(() => first.feed.end).toEqual(STOPPED);
    expect(await queue.retry(conversation, message.id)).toBe(true);
    const second = watch(feeds.of(message));
    await expect.poll(() => seen(second)).toEqual(['waiting', '', undefined]);
    second.stop();
  });
});

describe('messages that are answered together', () => {
  it('end for who follows one of the first: the turn is gone', async () => {
    await using shared = setUp();
    const { queue, feeds } = shared.process();
    const { handler, begun } = answering();
    queue.run(handler);
    await queue.accept(message, 'collect');
    await expect.poll(() => begun.length).toBe(1);
    await queue.accept(messageOf('2'), 'collect');
    await queue.accept(messageOf('3'), 'collect');
    const [second, third] = [watch(feeds.of(messageOf('2'))), watch(feeds.of(messageOf('3')))];
    begun[0]?.end();
    await expect.poll(() => second.feed.end).toBe('gone');
    expect(third.feed.end).toBeUndefined();
    expect(begun[1]?.message.text).toBe('text 2\n\ntext 3');
    begun[1]?.end();
    await expect.poll(() => third.feed.end).toEqual(STOPPED);
  });
});
