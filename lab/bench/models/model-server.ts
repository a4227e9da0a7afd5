/** A Chat Completions server that streams the answer a question asks for, chunk by chunk at its pace. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '../subjects/serve.ts';
import { answerTo, fromPrompt, type Question } from './answers.ts';

interface Body {
  messages: { content: string }[];
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { messages } = JSON.parse(body) as Body;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  stream(fromPrompt(messages.at(-1)?.content ?? ''), response);
});
server.listen(0, '127.0.0.1', () => {
  serve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }, () => ({}));
});

/** Each chunk has its own due time, so a late timer delays no other chunk. Streams are out of step. */
function stream(question: Question, response: ServerResponse): void {
  const pieces = answerTo(question);
  const startAt = performance.now() + Math.random() * question.everyMs;
  let next = 0;

  function send(): void {
    const due = Math.floor((performance.now() - startAt) / question.everyMs) + 1;
    while (next < Math.min(due, pieces.length)) response.write(event({ content: pieces[next++] }, null));
    if (next === pieces.length) response.end(`${event({}, 'stop')}data: [DONE]\n\n`);
    else setTimeout(send, startAt + next * question.everyMs - performance.now());
  }
  response.write(event({ role: 'assistant', content: '', refusal: null }, null));
  send();
}

/** A chunk in OpenAI's form. */
function event(delta: object, finish: string | null): string {
  return `data: ${JSON.stringify({
    id: 'chatcmpl-CQ2wXk0n5vGdYtB3sJ7uLhRz1MpEa',
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: 'bench-2026-11-01',
    service_tier: 'default',
    system_fingerprint: null,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  })}\n\n`;
}
