/** Opens a streamed request of the openai client, making sure that events are what comes back. */
import type { APIPromise } from 'openai';
import type { Stream } from 'openai/streaming';
import { failureInStream } from './failures.ts';
import { ModelError } from './model.ts';

/** How much is read of a 200 that is no event stream, to see whether it is an error. */
const MOST_BODY_BYTES = 65_536;
const NO_CONTENT = 204;

/**
 * `isDeclared`: whether it says of itself that it is an event stream, which not every server does.
 * The client takes any 200 for a stream and finds no events in it; a base URL that leads to a web page or
 * a server that answers in one piece would look like an answer without text.
 * @throws ModelError `not-an-api`, or the failure that the body tells of
 */
export async function openEvents<Event>(
  sent: APIPromise<Stream<unknown>>,
): Promise<{ events: Stream<Event>; isDeclared: boolean }> {
  const { data, response } = await sent.withResponse();
  if (response.status === NO_CONTENT) throw new ModelError({ kind: 'not-an-api', status: NO_CONTENT });
  const type = response.headers.get('content-type') ?? '';
  if (!/\b(?:html|json)\b/i.test(type))
    return { events: data as Stream<Event>, isDeclared: type.startsWith('text/event-stream') };
  const body = /json/i.test(type) ? parse(await readStart(response)) : undefined;
  data.controller.abort();
  if (typeof body === 'object' && body !== null && 'error' in body && body.error) {
    throw new ModelError(failureInStream(body.error));
  }
  throw new ModelError({ kind: 'not-an-api', status: response.status });
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length >= MOST_BODY_BYTES) break;
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
