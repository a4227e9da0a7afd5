/** Reads the events that answer a streamed request of the openai client. */
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as pause } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { APIPromise } from 'openai';
import { failureInStream, refuseErrorLine } from './failures.ts';
import { ModelError } from './model.ts';

/** How much is read of a 200 that is no event stream, to see whether it is an error. */
const MOST_BODY_BYTES = 65_536;
/** Characters of one event, of which the largest holds the whole answer once more; parsed in less than 50 ms. */
const MOST_EVENT = 2 ** 19;
/** How much is read before all else that waits goes on: a flood of small events would hold it up for long. */
const MOST_AT_ONCE_BYTES = 131_072;
/** How long a server may take to send what follows a whole answer, such as the usage, and to end. */
const REST_MS = 2_000;
/** How much is read of what nobody wants any more. */
const MOST_REST_BYTES = 65_536;

type Reader = ReadableStreamDefaultReader<Uint8Array>;

export interface Events<Event> extends AsyncIterable<Event> {
  /** Whether the response says of itself that it is an event stream, which not every server does. */
  isDeclared: boolean;
  /**
   * Call when the answer is whole: the events end within REST_MS then. Who leaves them before that aborts the
   * request; who leaves them after it has the rest read in the background, since only a response that was read
   * to its end leaves its connection to the next request.
   */
  conclude(): void;
}

/**
 * Makes sure that events are what comes back: a base URL that leads to a web page or a server that answers in
 * one piece would look like an answer without text.
 * @throws ModelError `not-an-api`, or the failure that the body tells of
 */
export async function openEvents<Event>(
  sent: Pick<APIPromise<unknown>, 'asResponse'>,
): Promise<Events<Event>> {
  // The client's own stream aborts the request at the last event, and with it the connection.
  const { body, headers, status } = await sent.asResponse();
  // 204 and 205 have none.
  if (!body) throw new ModelError({ kind: 'not-an-api', status });
  const reader: Reader = body.getReader();
  const type = headers.get('content-type') ?? '';
  if (!/\b(?:html|json)\b/i.test(type)) {
    return { ...readEvents<Event>(reader), isDeclared: type.startsWith('text/event-stream') };
  }
  const start = /json/i.test(type) ? parse(await readStart(reader)) : undefined;
  abort(reader);
  if (typeof start === 'object' && start !== null && 'error' in start && start.error) {
    throw new ModelError(failureInStream(start.error));
  }
  throw new ModelError({ kind: 'not-an-api', status });
}

function readEvents<Event>(reader: Reader): Omit<Events<Event>, 'isDeclared'> {
  let goodbye: NodeJS.Timeout | undefined;

  function conclude(): void {
    goodbye ??= setTimeout(abort, REST_MS, reader);
  }

  async function* read(): AsyncGenerator<Event> {
    const messages: EventSourceMessage[] = [];
    // Without `onError`, for which it makes an error of each line that has an unknown name.
    const parser = createParser({
      maxBufferSize: MOST_EVENT,
      onEvent: (message) => void messages.push(message),
    });
    const decoder = new StringDecoder('utf8');
    let bytes = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        // Not every server writes the blank line behind its last event.
        feed(parser, done ? `${decoder.end()}\n\n` : decoder.write(value));
        for (const { event: name, data } of messages) {
          if (data === '[DONE]') return conclude();
          const event = parse(data);
          // JSON has no undefined.
          if (event === undefined) throw new ModelError({ kind: 'cut' });
          refuseErrorLine(event, name);
          yield event as Event;
        }
        messages.length = 0;
        if (done) return;
        bytes += value.length;
        if (bytes >= MOST_AT_ONCE_BYTES) {
          bytes = 0;
          await pause();
        }
      }
    } finally {
      if (goodbye) void readRest(reader).finally(() => clearTimeout(goodbye));
      else abort(reader);
    }
  }
  return { conclude, [Symbol.asyncIterator]: read };
}

/** @throws ModelError `cut` where one event is longer than any that a model sends */
function feed(parser: ReturnType<typeof createParser>, text: string): void {
  try {
    parser.feed(text);
  } catch {
    throw new ModelError({ kind: 'cut' });
  }
}

/** Does not reject. */
async function readRest(reader: Reader): Promise<void> {
  try {
    for (let bytes = 0; bytes < MOST_REST_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
    }
    abort(reader);
  } catch {
    // However it ended, it has.
  }
}

/** Ends the request, also under a read that waits: that comes to an end. */
function abort(reader: Reader): void {
  // It rejects where the response had failed before.
  reader.cancel().catch(() => {});
}

async function readStart(reader: Reader): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  while (text.length < MOST_BODY_BYTES) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  return text;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
