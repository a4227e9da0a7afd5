import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createReaders } from '../../../src/adapters/web/answer/event-stream.ts';
import { idAfter } from '../../../src/adapters/web/answer/read-position.ts';
import type { Feed } from '../../../src/adapters/web/answer/turn-feed.ts';
import type { TurnEvents } from '../../../src/adapters/web/api.ts';
import { followed, parseEvents } from '../../harness/web.ts';
import { SlowResponse } from './slow-response.ts';

/** A turn that a test advances. */
function turn() {
  const watchers = new Set<() => void>();
  const feed = {
    status: 'thinking' as Feed['status'],
    text: '',
    isRetracted: false,
    end: undefined as Feed['end'],
    watch(onChange: () => void) {
      watchers.add(onChange);
      return () => watchers.delete(onChange);
    },
  };
  return {
    feed,
    watchers,
    becomes(change: Partial<Pick<Feed, 'status' | 'text' | 'isRetracted' | 'end'>>) {
      Object.assign(feed, change);
      for (const onChange of watchers) onChange();
    },
    grows(text: string) {
      this.becomes({ text: feed.text + text });
    },
  };
}

const END: TurnEvents['end'] = { end: 'stop', notice: null };
const texts = (sent: string) =>
  parseEvents(sent)
    .filter(({ name }) => name === 'text')
    .map(({ data }) => data);

const watching = (lastEventId?: string) => {
  const out = new SlowResponse();
  const readers = createReaders();
  const answer = turn();
  readers.send(out as unknown as ServerResponse, answer.feed, lastEventId);
  return { out, readers, answer, sent: () => out.written.join('') };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a reader of events', () => {
  it('is told where what it has was no answer', () => {
    const { answer, sent } = watching();
    answer.grows('Let me think.');
    vi.advanceTimersByTime(150);
    answer.becomes({ text: '', isRetracted: true });
    vi.advanceTimersByTime(150);
    answer.grows('42');
    vi.advanceTimersByTime(150);
    answer.grows('.');
    vi.advanceTimersByTime(150);
    expect(texts(sent())).toEqual([
      { from: 0, text: 'Let me think.' },
      { from: 0, text: '42', retracts: true },
      { from: 2, text: '.' },
    ]);
  });

  it('gets text gathered, not an event for each piece', () => {
    const { out, answer, sent } = watching();
    for (let i = 0; i < 50; i++) answer.grows(`${i} `);
    vi.advanceTimersByTime(150);
    expect(sent().match(/event: text/g)).toHaveLength(1);
    answer.becomes({ end: END });
    vi.advanceTimersByTime(150);
    expect(out.writableEnded).toBe(true);
  });

  it('that is slow gets more at a time, and nothing twice', () => {
    const { out, answer, sent } = watching();
    out.writableNeedDrain = true;
    for (let i = 0; i < 10; i++) {
      answer.grows(`${i}`);
      vi.advanceTimersByTime(200);
    }
    expect(sent()).not.toContain('event: text');
    out.writableNeedDrain = false;
    out.emit('drain');
    expect(texts(sent())).toEqual([{ from: 0, text: '0123456789' }]);
    expect(out.listenerCount('drain')).toBe(0);
  });

  it('gets nothing behind the end, however late that is taken', () => {
    const { out, readers, answer } = watching();
    answer.becomes({ end: END });
    vi.advanceTimersByTime(100_000);
    readers.stop();
    expect(out.writableEnded).toBe(true);
    expect(out.written.at(-1)).toContain('event: end');
  });

  it('hears that Parley is still there while a model thinks', () => {
    const { sent } = watching();
    vi.advanceTimersByTime(40_000);
    expect(sent().match(/event: here/g)).toHaveLength(2);
  });

  it('hears that a provider is tried again, also when there is text already', () => {
    const { answer, sent } = watching();
    answer.grows('Some');
    vi.advanceTimersByTime(150);
    answer.becomes({ status: 'retrying' });
    vi.advanceTimersByTime(150);
    expect(followed(sent()).events.at(-1)).toMatchObject({ name: 'status', data: { status: 'retrying' } });
  });

  it('that breaks off leaves no timer and no watcher behind', () => {
    const { out, answer } = watching();
    out.emit('error', new Error('broken pipe'));
    out.emit('close');
    answer.grows('x');
    expect(vi.getTimerCount()).toBe(0);
    expect(answer.watchers.size).toBe(0);
  });

  it('that is gone before it was served is not served', () => {
    const out = new SlowResponse();
    out.destroyed = true;
    const answer = turn();
    createReaders().send(out as unknown as ServerResponse, answer.feed);
    expect([answer.watchers.size, vi.getTimerCount()]).toEqual([0, 0]);
  });
});

describe('an answer that is begun anew', () => {
  it('replaces what a reader has, once there is something of it', () => {
    const { answer, sent } = watching();
    answer.grows('Half of it.');
    vi.advanceTimersByTime(150);
    answer.becomes({ text: '' });
    vi.advanceTimersByTime(150);
    expect(followed(sent()).text).toBe('Half of it.');
    answer.grows('All');
    vi.advanceTimersByTime(150);
    answer.grows(' of it.');
    vi.advanceTimersByTime(150);
    expect(texts(sent())).toEqual([
      { from: 0, text: 'Half of it.' },
      { from: 0, text: 'All' },
      { from: 3, text: ' of it.' },
    ]);
    expect(followed(sent()).lastId).toBe(idAfter('All of it.'));
  });

  it('replaces what a reader who comes back has, and goes on where the text is the same', () => {
    const before = { text: 'Half of it.', lastId: idAfter('Half of it.') };
    const same = watching(before.lastId);
    same.answer.becomes({ text: 'Half of it. And the rest.', end: END });
    vi.advanceTimersByTime(150);
    expect(texts(same.sent())).toEqual([{ from: 11, text: ' And the rest.' }]);
    const other = watching(before.lastId);
    other.answer.becomes({ text: 'All of it, and more than before.', end: END });
    vi.advanceTimersByTime(150);
    expect(followed(other.sent(), before).text).toBe('All of it, and more than before.');
  });

  it('takes the text away that it does not have, where nothing came of it', () => {
    const { answer, sent } = watching();
    answer.grows('Half of it.');
    vi.advanceTimersByTime(150);
    answer.becomes({ text: '', end: { end: 'error', notice: 'It failed.' } });
    vi.advanceTimersByTime(150);
    expect(followed(sent())).toMatchObject({ text: '', end: 'error', notice: 'It failed.' });
    const back = watching(idAfter('Half of it.'));
    back.answer.becomes({ text: '', end: END });
    vi.advanceTimersByTime(150);
    expect(texts(back.sent())).toEqual([{ from: 0, text: '' }]);
  });

  it('is put together rightly where a piece ends in the middle of a character', () => {
    const { answer, sent } = watching();
    answer.grows('a\ud83d');
    vi.advanceTimersByTime(150);
    const { lastId } = followed(sent());
    const back = watching(lastId);
    back.answer.becomes({ text: 'a😀b', end: END });
    vi.advanceTimersByTime(150);
    expect(followed(back.sent(), { text: 'a\ud83d', lastId }).text).toBe('a😀b');
    expect(texts(back.sent())).toMatchObject([{ from: 2 }]);
  });
});

describe('a turn that is gone', () => {
  it('is told as such, and nothing of it', () => {
    const { out, answer, sent } = watching();
    answer.becomes({ end: 'gone' });
    vi.advanceTimersByTime(150);
    expect(followed(sent()).events.at(-1)).toEqual({ name: 'gone', data: {} });
    expect(out.writableEnded).toBe(true);
  });
});

describe('readers, when Parley stops,', () => {
  it('are told to come back, and hold up nothing', () => {
    const { out, readers, answer, sent } = watching();
    answer.grows('Half');
    readers.stop();
    expect(out.writableEnded).toBe(true);
    expect(followed(sent()).events.at(-1)).toEqual({ name: 'status', data: { status: 'restarting' } });
    expect([answer.watchers.size, vi.getTimerCount()]).toEqual([0, 0]);
    const late = new SlowResponse();
    readers.send(late as unknown as ServerResponse, answer.feed);
    expect(late.writableEnded).toBe(true);
    expect(answer.watchers.size).toBe(0);
  });
});
