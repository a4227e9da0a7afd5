/** A model that answers at once, so that only Parley's own time is measured. It records when it was asked. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerTo, fromPrompt } from './answers.ts';

export interface InstantModel {
  /** The base URL with `/v1`. */
  url: string;
  /** Arrival of each request by `performance.now()`, under the question's seed. */
  readonly askedAt: ReadonlyMap<number, number>;
  stop(): Promise<void>;
}

interface Body {
  messages: { content: string }[];
}

export async function startInstantModel(): Promise<InstantModel> {
  const askedAt = new Map<number, number>();
  const server = createServer(async (request, response) => {
    const now = performance.now();
    let body = '';
    for await (const part of request) body += part;
    const { messages } = JSON.parse(body) as Body;
    const question = fromPrompt(messages.at(-1)?.content ?? '');
    askedAt.set(question.seed, now);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${answerTo(question).map(event).join('')}${event()}data: [DONE]\n\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    askedAt,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A chunk with text, or the last chunk if there is no text. */
function event(content?: string): string {
  const choice = content === undefined ? { delta: {}, finish_reason: 'stop' } : { delta: { content } };
  const choices = [{ index: 0, finish_reason: null, ...choice }];
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices })}\n\n`;
}
