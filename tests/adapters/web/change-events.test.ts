/** A window hears of the changes of its session, however slow it is. */
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change } from '../../../src/adapters/web/answer/changes.ts';
import { createReaders, type News } from '../../../src/adapters/web/answer/event-stream.ts';
import type { SessionEvents } from '../../../src/adapters/web/api.ts';
import { parseEvents } from '../../harness/web.ts';
import { SlowResponse } from './slow-response.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A session that a test changes. */
function session() {
  let onChange: (change: Change) => void = () => {};
  let count = 0;
  const news: News = {
    seen: 'v0',
    window: 'mine',
    version: () => `v${count}`,
    watch(listener) {
      onChange = listener;
      return () => {
        onChange = () => {};
      };
    },
  };
  return {
    news,
    changes(conversation: string, window = 'other') {
      onChange({ version: `v${++count}`, conversation, window });
    },
  };
}

describe('a window that hears of changes', () => {
  const told = (sent: string) =>
    parseEvents(sent)
      .filter(({ name }) => name === 'changed')
      .map(({ data }) => data as SessionEvents['changed']);

  it('and is slow is told all of them later, and of very many only that there were some', () => {
    const out = new SlowResponse();
    const { news, changes } = session();
    createReaders().listen(out as unknown as ServerResponse, news);
    changes('a');
    out.writableNeedDrain = true;
    changes('b', 'mine');
    for (const each of ['c', 'd']) changes(each);
    out.writableNeedDrain = false;
    out.emit('drain');
    expect(told(out.written.join('')).map(({ conversation, own }) => [conversation, own])).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
      ['d', false],
    ]);
    out.writableNeedDrain = true;
    for (let i = 0; i < 1_000; i++) changes('e');
    out.writableNeedDrain = false;
    out.emit('drain');
    const rest = told(out.written.join('')).slice(4);
    expect(rest.length).toBeLessThanOrEqual(22);
    expect(rest.map(({ conversation }) => conversation)).toContain(null);
    expect(rest.at(-1)?.version).toBe('v1004');
  });

  it('that breaks off leaves no timer and no watcher behind', () => {
    const out = new SlowResponse();
    const { news, changes } = session();
    createReaders().listen(out as unknown as ServerResponse, news);
    out.emit('close');
    changes('a');
    expect(told(out.written.join(''))).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
