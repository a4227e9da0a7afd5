/** The baseline for a message: a server that asks the model, streams its answer and stores nothing. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { serve } from './serve.ts';

const client = new OpenAI({ apiKey: 'none', baseURL: process.argv[2] ?? '' });

const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request) body += part;
  const { text } = JSON.parse(body) as { text: string };
  const stream = await client.chat.completions.create({
    model: 'bench',
    messages: [{ role: 'user', content: text }],
    stream: true,
  });
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  for await (const chunk of stream) response.write(chunk.choices[0]?.delta.content ?? '');
  response.end();
});
server.listen(0, '127.0.0.1', () => {
  serve({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }, () => ({}));
});
