import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendLive } from '../../src/adapters/web/events.ts';
import { createLiveAnswers } from '../../src/adapters/web/live.ts';

/** A response whose reader takes nothing while `writableNeedDrain`. */
class SlowResponse extends EventEmitter {
  writableNeedDrain = false;
  written: string[] = [];
  ended = false;
  writeHead() {}
  write(text: string) {
    if (this.ended) this.emit('error', new Error('write after end'));
    this.written.push(text);
  }
  end(text: string) {
    this.write(text);
    this.ended = true;
  }
}

const place = { conversation: 'web:a:b', id: '1' };
const watching = () => {
  const out = new SlowResponse();
  const live = createLiveAnswers().open(place);
  sendLive(out as unknown as ServerResponse, live, 0);
  return { out, live, texts: () => out.written.join('') };
};

describe('a reader of events', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('gets text gathered, not an event for each piece', () => {
    const { out, live, texts } = watching();
    for (let i = 0; i < 50; i++) live.push({ type: 'text', text: `${i} ` });
    vi.advanceTimersByTime(150);
    expect(texts().match(/event: text/g)).toHaveLength(1);
    live.push({ type: 'end', end: 'stop' });
    vi.advanceTimersByTime(150);
    expect(out.ended).toBe(true);
  });

  it('that is slow gets more at a time, and nothing twice', () => {
    const { out, live, texts } = watching();
    out.writableNeedDrain = true;
    for (let i = 0; i < 10; i++) {
      live.push({ type: 'text', text: `${i}` });
      vi.advanceTimersByTime(200);
    }
    expect(texts()).not.toContain('event: text');
    out.writableNeedDrain = false;
    out.emit('drain');
    expect(texts()).toContain(JSON.stringify({ text: '0123456789' }));
    expect(out.listenerCount('drain')).toBe(0);
  });

  it('gets nothing behind the end, however late that is taken', () => {
    const { out, live } = watching();
    live.push({ type: 'end', end: 'stop' });
    vi.advanceTimersByTime(100_000);
    expect(out.ended).toBe(true);
    expect(out.written.at(-1)).toContain('event: end');
  });

  it('hears that Parley is still there while a model thinks', () => {
    const { texts } = watching();
    vi.advanceTimersByTime(40_000);
    expect(texts().match(/: still here/g)).toHaveLength(2);
  });

  it('that breaks off leaves no timer and no watcher behind', () => {
    const { out, live } = watching();
    out.emit('error', new Error('broken pipe'));
    out.emit('close');
    live.push({ type: 'text', text: 'x' });
    expect(vi.getTimerCount()).toBe(0);
  });
});
