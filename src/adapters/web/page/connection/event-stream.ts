/**
 * Server-sent events, as EventSource reads them: it comes back by itself where the connection breaks, with the id of
 * the last event. By fetch, since EventSource sends no header of the page's own.
 */
import { createParser } from 'eventsource-parser';
import { OWN_HEADERS } from './server.ts';

export interface StreamListener {
  /** The connection is open, for the first time or again. */
  opened(): void;
  event(name: string, data: string): void;
  /** The connection broke; it is tried again. */
  broken(): void;
  /** The server refused, and is not asked again. */
  refused(): void;
}

/** Until the server names another (`retry`), ms. */
const COME_BACK_MS = 1_000;

/** Returns how to stop. */
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
