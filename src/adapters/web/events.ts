/** Sends turns as server-sent events, from where each reader is (the form is in api.ts, `TurnEvents`). */
import type { ServerResponse } from 'node:http';
import { HEARTBEAT_MS, type TurnEvents } from './api.ts';
import type { Feed } from './feed.ts';
import { beginningAt, createReached } from './reached.ts';

export interface Readers {
  /**
   * Writes an answer as it grows, until its end or until the reader is gone. A reader that is slow gets more at a time,
   * later: nothing is buffered for it.
   * @param lastEventId of the reader that comes back
   */
  send(out: ServerResponse, feed: Feed, lastEventId?: string): void;
  /** Lets go of all of them, after telling them to come back; whoever comes now is told the same. */
  stop(): void;
}

/** Text is gathered for so long: a person sees no difference, and a server of many does. */
const GATHER_MS = 100;
/** After so long a reader comes back whose connection broke. */
const COME_BACK_MS = 1_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
const HERE = event('here', {});
const RESTARTING = event('status', { status: 'restarting' });

export function createReaders(): Readers {
  /** How to let go of each. */
  const open = new Set<() => void>();
  let isStopped = false;
  return {
    send(out, feed, lastEventId) {
      // A connection that breaks is the reader's affair; without a listener it would be the process's.
      out.on('error', () => {});
      if (out.destroyed) return;
      out.writeHead(200, HEADERS);
      out.write(`retry: ${COME_BACK_MS}\n\n`);
      if (isStopped) {
        out.end(RESTARTING);
        return;
      }
      const { flush, stop } = sendFeed(out, feed, lastEventId);
      const letGo = () => {
        if (!out.writableEnded) flush();
        stop();
        if (!out.writableEnded) out.end(RESTARTING);
      };
      open.add(letGo);
      out.once('close', () => {
        stop();
        open.delete(letGo);
      });
    },
    stop() {
      isStopped = true;
      for (const letGo of open) letGo();
    },
  };
}

/** Returns how to write at once what is new, and how to stop: nothing is written afterwards. */
function sendFeed(out: ServerResponse, feed: Feed, lastEventId: string | undefined) {
  let reached = createReached();
  /** What the reader has; undefined where that is something else than the answer. */
  let sent: string | undefined = '';
  let cameWith = lastEventId;
  let sentStatus: Feed['status'] = 'thinking';
  let timer: NodeJS.Timeout | undefined;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let draining = false;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const waits = draining;
    draining = out.writableNeedDrain;
    if (draining) {
      if (!waits) out.once('drain', flush);
      return;
    }
    flushedAt = performance.now();
    const { text, end } = feed;
    // As long as an attempt brought nothing, what the reader has of the one before stands.
    const isSaid = end !== 'gone' && (text !== '' || end !== undefined) && writeText(text);
    if (!isSaid && !end && feed.status !== sentStatus) {
      sentStatus = feed.status;
      out.write(event('status', { status: feed.status }));
    }
    if (!end) return;
    stop();
    out.end(end === 'gone' ? event('gone', {}) : event('end', end));
  }

  /** @returns whether there was anything new */
  function writeText(text: string): boolean {
    if (cameWith !== undefined) {
      sent = beginningAt(cameWith, text);
      reached.add(sent ?? '');
      cameWith = undefined;
    }
    if (sent === text) return false;
    const from = sent !== undefined && text.startsWith(sent) ? sent.length : 0;
    if (from === 0) reached = createReached();
    const more = text.slice(from);
    reached.add(more);
    out.write(event('text', { from, text: more }, reached.id));
    sent = text;
    return true;
  }

  function onChange(): void {
    if (!draining) timer ??= setTimeout(flush, Math.max(0, flushedAt + GATHER_MS - performance.now()));
  }
  function stop(): void {
    clearInterval(heartbeat);
    clearTimeout(timer);
    out.off('drain', flush);
    stopWatching();
  }

  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(HERE);
  }, HEARTBEAT_MS);
  const stopWatching = feed.watch(onChange);
  flush();
  return { flush, stop };
}

function event<Name extends keyof TurnEvents>(name: Name, data: TurnEvents[Name], id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
