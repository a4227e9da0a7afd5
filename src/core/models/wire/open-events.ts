/** Reads the events that answer a request of the openai client, in all forms that servers send. */
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as pause } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { APIPromise } from 'openai';
import { refuseErrorLine } from '../failures/failures.ts';
import { ModelError } from '../model.ts';
import { MOST_JSON, parseJson } from './json.ts';

/** Most lines of an answer in one piece that has a JSON text on each line. */
const MOST_LINES = 50_000;
/** Most lines without an event. The parser joins the lines of one event, and each takes memory of its own. */
const MOST_EVENT_LINES = 2 ** 16;
/** Most that is read before other work goes on. A flood of small events would hold up other work for long. */
const MOST_AT_ONCE = { bytes: 131_072, events: 2_000, ms: 10 };
/** Most white space before an answer in one piece, which keeps the connection alive (DeepSeek API docs: Rate Limit). */
const MOST_BLANK = 65_536;
/** Time for the server to close after its last event, ms. */
const REST_MS = 2_000;
/** Bytes that are read of a rest that nobody wants. */
const MOST_REST_BYTES = 65_536;
/** Names of heartbeat events, whose data may be anything. */
const HEARTBEAT = /^(?:ping|heartbeat|keep-?alive)$/i;

type Reader = ReadableStreamDefaultReader<Uint8Array>;

/** `undefined` is a sign of life: a comment, an empty line, or a part of a long event. */
export interface Events<Event> extends AsyncIterable<Event | undefined> {
  /** Whether the response says of itself that it is an event stream, which not every server does. */
  readonly isDeclared: boolean;
  /** Whether the server marked the end: by `[DONE]`, or by ending an answer in one piece. */
  readonly isOver: boolean;
  /**
   * Call when the answer seems complete: the events end after this time, unless `goOn` is called before.
   * Leaving the loop earlier aborts the request. Leaving it afterwards reads the rest in the background, since
   * a connection can be used again only after its response was read to the end.
   */
  conclude(ms: number): void;
  goOn(): void;
}

/**
 * Checks that the response holds events: the web page behind a wrong base URL would look like an answer without text.
 * An answer in one piece is one event.
 * @param most most characters of an event
 * @throws ModelError `not-an-api`, or the failure in the body; also while events are read
 */
export async function openEvents<Event>(
  sent: Pick<APIPromise<unknown>, 'asResponse'>,
  most = MOST_JSON,
): Promise<Events<Event>> {
  // The client's own stream aborts the request at the last event, and its connection with it.
  const { body, headers, status } = await sent.asResponse();
  // Status 204 and 205 have no body.
  if (!body) throw new ModelError({ kind: 'not-an-api', status });
  const reader: Reader = body.getReader();
  const type = headers.get('content-type') ?? '';
  const isDeclared = /^text\/event-stream/i.test(type);
  const ending = createEnding(reader);
  return {
    isDeclared,
    get isOver() {
      return ending.isOver();
    },
    conclude: ending.conclude,
    goOn: ending.goOn,
    [Symbol.asyncIterator]: () => readEvents<Event>({ reader, type, isDeclared, status, ending, most }),
  };
}

/** How the events of a response end. */
interface Ending {
  /** Whether the server marked the end. */
  over(): void;
  isOver(): boolean;
  conclude(ms: number): void;
  goOn(): void;
  /** Call when nobody reads events any more: reads the rest, or aborts the request. */
  leave(): void;
}

function createEnding(reader: Reader): Ending {
  let isOver = false;
  let goodbye: NodeJS.Timeout | undefined;
  return {
    over() {
      isOver = true;
    },
    isOver: () => isOver,
    conclude(ms) {
      clearTimeout(goodbye);
      goodbye = setTimeout(abort, ms, reader);
    },
    goOn() {
      clearTimeout(goodbye);
      goodbye = undefined;
    },
    leave() {
      if (goodbye || isOver) void readRest(reader).finally(() => clearTimeout(goodbye));
      else abort(reader);
    },
  };
}

interface EventResponse {
  reader: Reader;
  /** Its content type; empty where it has none. */
  type: string;
  isDeclared: boolean;
  status: number;
  ending: Ending;
  /** Most characters of an event. */
  most: number;
}

type Parse<Event> = (text: string, isEnd: boolean) => Iterable<Event>;

async function* readEvents<Event>(response: EventResponse): AsyncGenerator<Event | undefined> {
  const { reader, ending } = response;
  const decoder = new StringDecoder('utf8');
  let start = '';
  let parse: Parse<Event> | undefined;
  let [bytes, events] = [0, 0];
  let since = performance.now();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      let text = done ? decoder.end() : decoder.write(value);
      if (!parse) {
        start += text;
        text = start;
        parse = parserFor<Event>(start, done, response);
      }
      let isEmpty = true;
      for (const event of parse?.(text, done) ?? []) {
        isEmpty = false;
        yield event;
        if (++events % MOST_AT_ONCE.events > 0 && performance.now() - since < MOST_AT_ONCE.ms) continue;
        await pause();
        since = performance.now();
      }
      if (done || ending.isOver()) return;
      if (isEmpty) yield undefined;
      bytes += value.length;
      if (bytes >= MOST_AT_ONCE.bytes) {
        bytes = 0;
        await pause();
      }
    }
  } finally {
    ending.leave();
  }
}

/** The parser for a response that begins so; undefined while its form is not known. @throws ModelError `not-an-api` */
function parserFor<Event>(
  start: string,
  isWhole: boolean,
  { type, isDeclared, status, ending, most }: EventResponse,
): Parse<Event> | undefined {
  const form = formOf(start, type, isDeclared || isWhole || start.length > MOST_BLANK);
  if (form === 'none') throw new ModelError({ kind: 'not-an-api', status });
  if (form === 'events') return createStreamParser<Event>(ending, most);
  return form === 'whole' ? createWholeParser<Event>(status, ending, most) : undefined;
}

function createStreamParser<Event>(ending: Ending, most: number): Parse<Event> {
  const messages: EventSourceMessage[] = [];
  // `onError` is not set: the parser would call it for each line with an unknown name.
  const parser = createParser({
    maxBufferSize: most,
    onEvent: (message) => void messages.push(message),
  });
  let linesBefore = 0;

  return function* (text, isEnd) {
    // Not every server writes the blank line after its last event.
    feed(parser, isEnd ? `${text}\n\n` : text);
    linesBefore = messages.length > 0 ? 0 : linesBefore + (text.match(/[\r\n]/g)?.length ?? 0);
    if (linesBefore > MOST_EVENT_LINES) throw new ModelError({ kind: 'too-large' });
    for (const { event: name, data } of messages.splice(0)) {
      if (data.trim() === '[DONE]') {
        ending.over();
        ending.conclude(REST_MS);
        return;
      }
      const event = parseJson(data, most);
      if (event === undefined && (data.trim() === '' || HEARTBEAT.test(name ?? ''))) continue;
      // `undefined` means that parsing failed: JSON has no undefined.
      if (event === undefined) throw new ModelError({ kind: 'cut' });
      for (const one of [event].flat()) {
        refuseErrorLine(one, name);
        yield one as Event;
      }
    }
  };
}

/** Reads one JSON text, or one on each line. */
function createWholeParser<Event>(status: number, ending: Ending, most: number): Parse<Event> {
  let whole = '';
  return function* (text, isEnd) {
    whole += text;
    if (whole.length > most) throw new ModelError({ kind: 'too-large' });
    if (!isEnd) return;
    for (const event of valuesIn(whole, status, most)) {
      refuseErrorLine(event);
      yield event as Event;
    }
    ending.over();
  };
}

/** The form, told by the first character that is not white space; undefined before there is one. */
function formOf(start: string, type: string, isTrusted: boolean): 'events' | 'whole' | 'none' | undefined {
  const [first] = start.replace(/^\ufeff/, '').trimStart();
  if (first === undefined) return isTrusted ? 'events' : undefined;
  if (first === '<') return 'none';
  if (first === '{' || first === '[') return 'whole';
  const isOther = /\b(?:html|json)\b/i.test(type);
  return isOther && !/[:deir]/.test(first) ? 'none' : 'events';
}

/** The values of one JSON text, or of one on each line; those of a list one by one. */
function* valuesIn(text: string, status: number, most: number): Generator<unknown> {
  let lines = 0;
  for (const [line] of text.matchAll(/\S[^\n]*/g)) {
    if (++lines > MOST_LINES) throw new ModelError({ kind: 'too-large' });
    const value = parseJson(line, most);
    if (value !== undefined) {
      yield* [value].flat();
      continue;
    }
    const whole = lines === 1 ? parseJson(text.trim(), most) : undefined;
    if (whole === undefined) throw new ModelError({ kind: lines === 1 ? 'not-an-api' : 'cut', status });
    yield* [whole].flat();
    return;
  }
}

/** @throws ModelError `too-large` where one event is longer than any that a model sends */
function feed(parser: ReturnType<typeof createParser>, text: string): void {
  try {
    parser.feed(text);
  } catch {
    throw new ModelError({ kind: 'too-large' });
  }
}

/** Never rejects. */
async function readRest(reader: Reader): Promise<void> {
  try {
    for (let bytes = 0; bytes < MOST_REST_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      bytes += value.length;
    }
    abort(reader);
  } catch {
    // The response has ended, in one way or another.
  }
}

/** Ends the request, also while a read waits: then that read ends. */
function abort(reader: Reader): void {
  // It rejects if the response had failed before.
  reader.cancel().catch(() => {});
}
