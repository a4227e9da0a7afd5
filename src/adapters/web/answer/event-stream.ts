/** Sends turns as server-sent events, from where each reader is (the form is in api.ts, `TurnEvents`). */
import type { ServerResponse } from 'node:http';
import { HEARTBEAT_MS, type SessionEvents, type TurnEvents } from '../api.ts';
import type { Change } from './changes.ts';
import { beginningAt, createReadPosition } from './read-position.ts';
import type { Feed } from './turn-feed.ts';
import { stepView } from './turn-view.ts';

export interface Readers {
  /**
   * Writes an answer as it grows, until its end or until the reader is gone. A slow reader gets larger pieces
   * later; nothing is buffered for it.
   * @param lastEventId of a reader that reconnects
   * @param news sent in between, if the reader wants them
   */
  send(out: ServerResponse, feed: Feed, lastEventId?: string, news?: News): void;
  /** Tells a window of changes in its session, until the window is gone. */
  listen(out: ServerResponse, news: News): void;
  /** Lets go of all readers, after telling them to come back; later readers are told the same. */
  stop(): void;
}

/** A session's changes, for one of its windows. */
export interface News {
  /** The version that the window has seen. */
  seen: string;
  window: string | null;
  version(): string;
  watch(onChange: (change: Change) => void): () => void;
}

/** `flush` writes new events at once; after stopping, nothing is written. */
interface Sending {
  flush(): void;
  stop(): void;
}

/** Text is gathered for this long before it is sent, ms. People see no difference, and a busy server has less to do. */
const GATHER_MS = 100;
/** Most changes that wait for a slow reader. With more, the reader is told that anything may have changed. */
const MOST_UNTOLD = 20;
/** Time after which a reader whose connection broke comes back, ms. */
const COME_BACK_MS = 1_000;
const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
};
const HERE = event('here', {});
const RESTARTING = event('status', { status: 'restarting' });

export function createReaders(): Readers {
  /** Functions that let go of one reader each. */
  const open = new Set<() => void>();
  let isStopped = false;

  function begin(out: ServerResponse, start: () => Sending[]): void {
    // A broken connection concerns only its reader. Without a listener, the error would end the process.
    out.on('error', () => {});
    if (out.destroyed) return;
    out.writeHead(200, HEADERS);
    out.write(`retry: ${COME_BACK_MS}\n\n`);
    if (isStopped) {
      out.end(RESTARTING);
      return;
    }
    const heartbeat = setInterval(() => {
      if (!out.writableNeedDrain && !out.writableEnded) out.write(HERE);
    }, HEARTBEAT_MS);
    const sendings = start();
    const stop = () => {
      clearInterval(heartbeat);
      for (const sending of sendings) sending.stop();
    };
    const letGo = () => {
      for (const sending of sendings) if (!out.writableEnded) sending.flush();
      stop();
      if (!out.writableEnded) out.end(RESTARTING);
    };
    open.add(letGo);
    out.once('close', () => {
      stop();
      open.delete(letGo);
    });
  }

  return {
    send(out, feed, lastEventId, news) {
      begin(out, () => [...(news ? [sendNews(out, news)] : []), sendFeed(out, feed, lastEventId)]);
    },
    listen(out, news) {
      begin(out, () => [sendNews(out, news)]);
    },
    stop() {
      isStopped = true;
      for (const letGo of open) letGo();
    },
  };
}

/** Sends news. A reader with an older version, or one from another process, is told of a change first. */
function sendNews(out: ServerResponse, { seen, window, version, watch }: News): Sending {
  let untold: Change[] = [];
  let draining = false;

  function flush(): void {
    if (out.writableEnded || draining) return;
    for (const { version, conversation, window: by } of untold.splice(0))
      out.write(event('changed', { version, conversation, own: by !== null && by === window }));
    draining = out.writableNeedDrain;
    if (draining) out.once('drain', drained);
  }
  function drained(): void {
    draining = false;
    flush();
  }
  function onChange(change: Change): void {
    untold =
      untold.length < MOST_UNTOLD ? [...untold, change] : [{ ...change, conversation: null, window: null }];
    flush();
  }

  const stopWatching = watch(onChange);
  if (seen !== version()) onChange({ version: version(), conversation: null, window: null });
  return {
    flush,
    stop() {
      out.off('drain', drained);
      stopWatching();
    },
  };
}

function sendFeed(out: ServerResponse, feed: Feed, lastEventId: string | undefined): Sending {
  let position = createReadPosition();
  /** The text that the reader has; undefined if it is not a beginning of the answer. */
  let sent: string | undefined = '';
  let cameWith = lastEventId;
  let sentStatus: Feed['status'] = 'thinking';
  const writeSteps = createStepsWriter(out);
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
    // Until an attempt brings something, the reader's text of the attempt before stays.
    const isSaid = end !== 'gone' && (text !== '' || end !== undefined) && writeText(text);
    if (!isSaid && !end && feed.status !== sentStatus) {
      sentStatus = feed.status;
      out.write(event('status', { status: feed.status }));
    }
    if (!end) {
      writeSteps(feed);
      return;
    }
    stop();
    out.end(end === 'gone' ? event('gone', {}) : event('end', end));
  }

  /** @returns whether there was anything new */
  function writeText(text: string): boolean {
    if (cameWith !== undefined) {
      sent = beginningAt(cameWith, text);
      position.add(sent ?? '');
      cameWith = undefined;
    }
    if (sent === text) return false;
    const from = sent !== undefined && text.startsWith(sent) ? sent.length : 0;
    if (from === 0) position = createReadPosition();
    const more = text.slice(from);
    position.add(more);
    const retracts = from === 0 && (sent ?? '') !== '' && feed.isRetracted === true;
    out.write(event('text', { from, text: more, ...(retracts && { retracts }) }, position.id));
    sent = text;
    return true;
  }

  function onChange(): void {
    if (!draining) timer ??= setTimeout(flush, Math.max(0, flushedAt + GATHER_MS - performance.now()));
  }
  function stop(): void {
    clearTimeout(timer);
    out.off('drain', flush);
    stopWatching();
  }

  const stopWatching = feed.watch(onChange);
  flush();
  return { flush, stop };
}

/** Writes the steps of a feed after each change. */
function createStepsWriter(out: ServerResponse): (feed: Pick<Feed, 'steps' | 'progress'>) => void {
  let sent: Feed['steps'];
  let said = '';
  return ({ steps, progress = '' }) => {
    const isNothing = !sent && progress === '' && (steps?.length ?? 0) === 0;
    if (isNothing || (steps === sent && progress === said)) return;
    sent = steps;
    said = progress;
    out.write(event('steps', { steps: (steps ?? []).map(stepView), progress: progress || null }));
  };
}

type Events = TurnEvents & Pick<SessionEvents, 'changed'>;

function event<Name extends keyof Events>(name: Name, data: Events[Name], id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
