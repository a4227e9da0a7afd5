/**
 * A model provider of our own: an HTTP server that plays a script, for the shapes that aimock cannot make.
 * One script serves both APIs; the path of a request names the API.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Behaviour, createScript, type ModelScript, type ReceivedRequest } from './model-script.ts';
import { sentMessages } from './model-tools/sent-messages.ts';

export { sentMessages };

export interface ModelServer extends ModelScript, AsyncDisposable {
  /** The base URL with `/v1`. */
  url: string;
  port: number;
  stop(): Promise<void>;
}

/** A word in every error text of the server, which no person may ever read. */
export const CANARY = 'upstream-canary';

/** @param listenOn 0 takes a free port */
export async function startModelServer(listenOn = 0): Promise<ModelServer> {
  const script = createScript({
    reply: answers('Hello.'),
    list: lists('test-model'),
    // Ollama's answer (gin). Other servers send HTML or JSON.
    nothingHere: replies(404, 'text/plain', `404 page not found ${CANARY}`),
    refusesKey: fails(401, { code: 'invalid_api_key' }),
    refusesPicture: (problem) => fails(400, problem),
    refusesRequest: (problem) =>
      fails(400, {
        ...problem,
        message: `${problem.message} ${CANARY}`,
        type: 'invalid_request_error',
        code: null,
      }),
  });
  const server = createServer(async (incoming, response) => {
    const closed = new Promise<'whole' | 'gone'>((resolve) => {
      response.on('close', () => resolve(response.writableFinished ? 'whole' : 'gone'));
    });
    const sent = await readAll(incoming).catch(() => '');
    const request: ReceivedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: incoming.headers['content-type'] === 'application/json' ? JSON.parse(sent) : {},
      sent,
      closed,
    };
    await script.play(request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(listenOn, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  async function stop(): Promise<void> {
    if (!server.listening) return;
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
  const url = `http://127.0.0.1:${port}/v1`;
  return { ...script.controls, url, port, stop, [Symbol.asyncDispose]: stop };
}

// Whole responses

/** A good answer, with one chunk for each text. */
export function answers(...texts: string[]): Behaviour {
  return streams(...texts.map(text), finish(), done);
}

/** An event stream of these steps, which ends cleanly after the last step. */
export function streams(...steps: Behaviour[]): Behaviour {
  return streamsAs({ 'content-type': 'text/event-stream; charset=utf-8' }, ...steps);
}

/** An event stream of these steps under other headers, for example none. */
export function streamsAs(headers: Record<string, string>, ...steps: Behaviour[]): Behaviour {
  return async (exchange) => {
    exchange.response.writeHead(200, headers);
    exchange.response.flushHeaders();
    for (const step of steps) await step(exchange);
    exchange.response.end();
  };
}

export function replies(
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): Behaviour {
  return ({ response }) => {
    response.writeHead(status, { ...headers, 'content-type': type, 'x-request-id': CANARY }).end(body);
  };
}

export function repliesJson(status: number, body: unknown, headers?: Record<string, string>): Behaviour {
  return replies(status, 'application/json', JSON.stringify(body), headers);
}

/** An error in OpenAI's form, on purpose with the key. */
export function fails(
  status: number,
  error: Record<string, unknown> = {},
  headers?: Record<string, string>,
): Behaviour {
  return (exchange) => {
    // OpenAI's own text contains the masked key. Other servers write the whole key.
    const message = `${CANARY}: failed for ${exchange.request.headers.authorization}`;
    return repliesJson(status, { error: { message, ...error } }, headers)(exchange);
  };
}

export function lists(...ids: string[]): Behaviour {
  return repliesJson(200, { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });
}

export function redirects(location: string, status = 307): Behaviour {
  return replies(status, 'text/plain', CANARY, { location });
}

/** Accepts the request and sends nothing until the client leaves. */
export const hangs: Behaviour = async ({ request }) => {
  await request.closed;
};

/** Answers 400 while the request has this parameter. */
export function refusesParameter(name: string, otherwise: Behaviour): Behaviour {
  const refusal = fails(400, {
    message: `Unsupported parameter: '${name}' ${CANARY}`,
    type: 'invalid_request_error',
    code: 'unsupported_parameter',
    param: name,
  });
  return (exchange) => (name in exchange.request.body ? refusal : otherwise)(exchange);
}

/** Refuses requests of this kind. */
export function refusesWhile(
  isSo: (request: ReceivedRequest) => boolean,
  refusal: Behaviour,
  otherwise: Behaviour,
): Behaviour {
  return (exchange) => (isSo(exchange.request) ? refusal : otherwise)(exchange);
}

export const hasSystem = ({ body }: ReceivedRequest) =>
  body.instructions !== undefined ||
  (Array.isArray(body.messages) && body.messages.some(({ role }) => role === 'system'));
export const hasImage = ({ body }: ReceivedRequest) => JSON.stringify(body).includes('base64,');
export const isStreamed = ({ body }: ReceivedRequest) => body.stream !== undefined;

/** An answer in one piece, in the form of the request's API. */
export function answersWhole(content: string, thought = ''): Behaviour {
  return (exchange) =>
    repliesJson(
      200,
      exchange.api === 'chat'
        ? {
            object: 'chat.completion',
            choices: [
              {
                index: 0,
                message: { role: 'assistant', content, ...(thought && { reasoning_content: thought }) },
                finish_reason: 'stop',
              },
            ],
            usage: { prompt_tokens: 7, completion_tokens: 2 },
          }
        : {
            object: 'response',
            status: 'completed',
            output: [
              ...(thought ? [{ type: 'reasoning', summary: [{ type: 'summary_text', text: thought }] }] : []),
              { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: content }] },
            ],
            usage: { input_tokens: 7, output_tokens: 2 },
          },
    )(exchange);
}

/** Answers 400 while the request has more messages than this, not counting the instructions. */
export function readsAtMost(messages: number, otherwise: Behaviour): Behaviour {
  const refusal = fails(400, { code: 'context_length_exceeded', type: 'invalid_request_error' });
  return (exchange) => (sentMessages(exchange.request).length > messages ? refusal : otherwise)(exchange);
}

// Steps of a stream

export function text(content: string): Behaviour {
  return (exchange) =>
    event(
      exchange.api === 'chat'
        ? chatChunk({ content })
        : { type: 'response.output_text.delta', item_id: 'msg_1', delta: content },
    )(exchange);
}

export function refusal(content: string): Behaviour {
  return (exchange) =>
    event(
      exchange.api === 'chat'
        ? chatChunk({ content: null, refusal: content })
        : { type: 'response.refusal.delta', item_id: 'msg_1', delta: content },
    )(exchange);
}

export function thinking(content: string): Behaviour {
  return (exchange) =>
    event(
      exchange.api === 'chat'
        ? chatChunk({ reasoning_content: content })
        : { type: 'response.reasoning_summary_text.delta', delta: content },
    )(exchange);
}

/**
 * The end of an answer: `stop`, `length`, `content_filter`.
 * @param usage in the API's own names
 */
export function finish(reason = 'stop', usage?: Record<string, unknown>): Behaviour {
  return async (exchange) => {
    if (exchange.api === 'chat') {
      await event(chatChunk({}, reason))(exchange);
      if (usage) await event({ ...chatChunk({}), choices: [], usage })(exchange);
      return;
    }
    const why = reason === 'length' ? 'max_output_tokens' : reason;
    const status = reason === 'stop' ? 'completed' : 'incomplete';
    await event({
      type: `response.${status}`,
      response: { status, incomplete_details: reason === 'stop' ? null : { reason: why }, usage },
    })(exchange);
  };
}

/** The last line of Chat Completions. Responses do not have it. */
export const done: Behaviour = (exchange) =>
  exchange.api === 'chat' ? line('data: [DONE]')(exchange) : undefined;

/** Any event. Its `type` becomes its name, as OpenAI does. */
export function event(data: unknown): Behaviour {
  const type = typeof data === 'object' && data !== null && 'type' in data ? `event: ${data.type}\n` : '';
  return line(`${type}data: ${JSON.stringify(data)}`);
}

/** Any line; resolves when the operating system has it. */
export function line(content: string): Behaviour {
  return ({ response }) =>
    new Promise((resolve) => {
      response.write(`${content}\n\n`, () => resolve());
    });
}

/** A comment, with which some servers keep a connection alive. */
export const comment: Behaviour = line(': OPENROUTER PROCESSING');

export function pause(ms: number): Behaviour {
  return async ({ request }) => {
    await Promise.race([sleep(ms), request.closed]);
  };
}

/** Continues when this has happened, for example when the client has read all earlier chunks. */
export function after(happened: Promise<unknown>): Behaviour {
  return async ({ request }) => {
    await Promise.race([happened, request.closed]);
  };
}

/** Sends nothing more until the client leaves. */
export const stall: Behaviour = hangs;

/** Breaks the connection. */
export const reset: Behaviour = async ({ request, response }) => {
  response.destroy();
  await request.closed;
};

export function chatChunk(delta: Record<string, unknown>, finishReason: string | null = null) {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    model: 'test-model',
    choices: [{ index: 0, delta, finish_reason: finishReason }],
  };
}
