import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createStreamPlaces } from '../../../src/adapters/web/answer/stream-places.ts';
import type { Topics } from '../../../src/core/platform.ts';

class Stream extends EventEmitter {
  destroyed = false;
  destroy() {
    this.destroyed = true;
    this.emit('close');
  }
}
const stream = () => new Stream() as unknown as ServerResponse & Stream;

/** Topics of one process. */
function topics(): Topics {
  const listeners = new Set<(topic: string) => void>();
  return {
    tell: (topic) => {
      for (const listener of listeners) listener(topic);
    },
    onTold: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

describe('places for event streams', () => {
  it('are 2,000 in all, however many sessions ask, and free again when streams end', () => {
    const places = createStreamPlaces(topics());
    for (let session = 0; session < 100; session++) {
      for (let i = 0; i < 20; i++) places.take(`session ${session}`, stream());
    }
    expect(() => places.take('one more', stream())).toThrow(expect.objectContaining({ status: 503 }));
    places.end('session 7');
    const outs = Array.from({ length: 20 }, stream);
    for (const out of outs) places.take('one more', out);
    expect(() => places.take('one more', stream())).toThrow(expect.objectContaining({ status: 429 }));
    expect(() => places.take('another', stream())).toThrow(expect.objectContaining({ status: 503 }));
    places.end();
    expect(outs.every(({ destroyed }) => destroyed)).toBe(true);
    places.take('another', stream());
  });

  it('are not taken by who is gone before the stream begins', () => {
    const places = createStreamPlaces(topics());
    for (let i = 0; i < 30; i++) {
      const out = stream();
      out.destroy();
      places.take('one', out);
    }
  });
});
