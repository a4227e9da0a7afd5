/** Sends one turn as server-sent events, from an offset on (the form is in api.ts, `TurnEvents`). */
import type { ServerResponse } from 'node:http';
import type { End } from '../../core/types.ts';
import type { TurnEvents } from './api.ts';
import type { LiveAnswer } from './live.ts';

/** Text is gathered for so long: a person sees no difference, and a server of many does. */
const GATHER_MS = 100;
/** Keeps proxies from closing a connection on which a model is thinking. */
const HEARTBEAT_MS = 15_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
  'x-content-type-options': 'nosniff',
};

/** Writes an answer that has ended, and closes. */
export function sendEnded(
  out: ServerResponse,
  answer: string,
  offset: number,
  ended: { end: End; notice: string | null },
) {
  out.writeHead(200, HEADERS);
  const text = answer.slice(offset <= answer.length ? offset : 0);
  if (text) out.write(event('text', { text }, answer.length));
  out.end(event('end', ended));
}

/**
 * Writes an answer as it grows, until its end or until the reader is gone. A reader that is slow gets more
 * at a time, later: nothing is buffered for it.
 */
export function sendLive(out: ServerResponse, live: LiveAnswer, offset: number): void {
  const reader = live.read(offset);
  let sentStatus: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let flushedAt = Number.NEGATIVE_INFINITY;
  let draining = false;

  function flush(): void {
    timer = undefined;
    draining = out.writableNeedDrain;
    if (draining) {
      out.once('drain', flush);
      return;
    }
    flushedAt = performance.now();
    const text = reader.take();
    if (text) out.write(event('text', { text }, reader.offset));
    else if (live.status !== sentStatus) {
      sentStatus = live.status;
      out.write(event('status', { status: live.status }));
    }
    if (live.end) {
      // A slow reader takes the end late, and nothing may be written behind it.
      clearInterval(heartbeat);
      out.end(event('end', { end: live.end.end, notice: live.end.notice ?? null }));
    }
  }
  function onChange(): void {
    if (!draining) timer ??= setTimeout(flush, Math.max(0, flushedAt + GATHER_MS - performance.now()));
  }

  out.writeHead(200, HEADERS);
  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(': still here\n\n');
  }, HEARTBEAT_MS);
  const stopWatching = live.watch(onChange);
  // A connection that breaks is the reader's affair; without a listener it would be the process's.
  out.on('error', () => {});
  out.once('close', () => {
    clearInterval(heartbeat);
    clearTimeout(timer);
    stopWatching();
  });
  flush();
}

function event<Name extends keyof TurnEvents>(name: Name, data: TurnEvents[Name], id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
