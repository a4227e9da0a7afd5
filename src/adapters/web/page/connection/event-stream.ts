/**
 * Reads server-sent events as EventSource does: after a break it reconnects with the id of the last event. It uses
 * fetch, since EventSource cannot send the page's own headers.
 */
import { createParser } from 'eventsource-parser';
import { OWN_HEADERS } from './server.ts';

export interface StreamListener {
  /** The connection is open, for the first time or again. */
  opened(): void;
  event(name: string, data: string): void;
  /** The connection broke, and the browser tries again. */
  broken(): void;
  /** The server refused the connection, and is not asked again. */
  refused(): void;
}

/** Reconnection delay until the server names another (`retry`), ms. */
const COME_BACK_MS = 1_000;

/** Returns a function that stops reading. */
export function readStream(url: string, listener: StreamListener): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  let lastId = '';
  let comeBackMs = COME_BACK_MS;

  async function read(): Promise<'broken' | 'refused'> {
    const headers = {
      ...OWN_HEADERS,
      accept: 'text/event-stream',
      ...(lastId && { 'last-event-id': lastId }),
    };
    const response = await fetch(url, { headers, signal, cache: 'no-store' });
    if (response.status !== 200 || !response.body) return 'refused';
    listener.opened();
    const parser = createParser({
      onEvent({ event, data, id }) {
        if (id !== undefined) lastId = id;
        if (!signal.aborted) listener.event(event ?? 'message', data);
      },
      onRetry(ms) {
        comeBackMs = ms;
      },
    });
    const decoder = new TextDecoder();
    // Not `for await`: Safari has no such iterator of a body.
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'broken';
      parser.feed(decoder.decode(value, { stream: true }));
    }
  }

  async function keepReading(): Promise<void> {
    while (!signal.aborted) {
      const outcome = await read().catch(() => 'broken' as const);
      if (signal.aborted) return;
      if (outcome === 'refused') return listener.refused();
      listener.broken();
      await new Promise((resolve) => setTimeout(resolve, comeBackMs));
    }
  }

  keepReading();
  return () => leaving.abort();
}
