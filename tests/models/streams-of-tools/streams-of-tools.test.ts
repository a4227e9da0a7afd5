/** Must show 3 of issue 16: the calls in the streams of servers as they are, wherever their bytes are cut. */
import fc from 'fast-check';
import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import type { ModelChunk } from '../../../src/core/models/model.ts';
import { createThinkFilter } from '../../../src/core/models/thoughts/think.ts';
import { streamChat } from '../../../src/core/models/wire/chat/chat.ts';
import { streamResponses } from '../../../src/core/models/wire/responses/responses.ts';
import type { DriverChunk } from '../../../src/core/models/wire/wire.ts';
import { offer, withTools } from '../tools/ask-tools.ts';
import { GEMINI } from './servers/gemini.ts';
import { PROVIDERS } from './servers/hosted.ts';
import { LLAMA_CPP } from './servers/llama-cpp.ts';
import { OLLAMA } from './servers/ollama.ts';
import { OPENAI } from './servers/openai.ts';
import { PROXIES } from './servers/proxies.ts';
import { RESPONSES } from './servers/responses.ts';
import { VLLM } from './servers/vllm.ts';
import type { ToolStream } from './tool-stream.ts';

const STREAMS = [OPENAI, OLLAMA, VLLM, LLAMA_CPP, GEMINI, PROVIDERS, PROXIES, RESPONSES].flat();

/** The body as the server sends it. */
function bytesOf({ events, isWhole, isResponses, isWithoutDone }: ToolStream): Uint8Array {
  if (isWhole) return new TextEncoder().encode(JSON.stringify(events[0]));
  const lines = events.map((event) => (typeof event === 'string' ? event : `data: ${JSON.stringify(event)}`));
  const end = isResponses || isWithoutDone ? [] : ['data: [DONE]'];
  return new TextEncoder().encode([...lines, ...end].map((line) => `${line}\n\n`).join(''));
}

/** A body that arrives in pieces. @param cuts where it is cut, as fractions of its length */
function arriving(bytes: Uint8Array, cuts: number[]): ReadableStream<Uint8Array> {
  const at = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((a, b) => a - b);
  const parts = at
    .map((to, index) => bytes.subarray(at[index - 1] ?? 0, to))
    .filter(({ length }) => length > 0);
  return new ReadableStream({
    pull(controller) {
      const part = parts.shift();
      if (part) controller.enqueue(part);
      else controller.close();
    },
  });
}

interface Read {
  calls: unknown[];
  ids: string[];
  text: string;
  thought: string;
  sent: unknown;
  end: string | undefined;
}

async function read(stream: ToolStream, cuts: number[] = []): Promise<Read> {
  const type = stream.isWhole ? 'application/json' : 'text/event-stream';
  const response = new Response(arriving(bytesOf(stream), cuts), { headers: { 'content-type': type } });
  // The driver needs no more of the client than this.
  const client = {
    baseURL: 'https://models.example/v1',
    post: () => ({ asResponse: async () => response }),
  } as unknown as OpenAI;
  const features = new Set(['tools', 'system', 'sent', 'past_calls', ...(stream.isWhole ? [] : ['stream'])]);
  const request = withTools(offer(stream.offered ?? ['read_page', 'web_search']));
  const driver = stream.isResponses ? streamResponses : streamChat;
  const chunks: DriverChunk[] = [];
  for await (const chunk of driver(
    client,
    { model: 'model', request, features, by: 'test' },
    AbortSignal.timeout(60_000),
  ))
    chunks.push(chunk);
  return readFrom(chunks);
}

function readFrom(chunks: DriverChunk[]): Read {
  const of = <Type extends ModelChunk['type']>(type: Type) =>
    chunks.filter((chunk): chunk is Extract<DriverChunk, { type: Type }> => chunk.type === type);
  const think = createThinkFilter({ beganInside: false, isSentApart: () => false });
  const pieces = [...of('text').flatMap(({ text }) => think.push(text)), ...think.end(true)];
  const told = (type: string) =>
    pieces.flatMap((piece) => (piece.type === type && 'text' in piece ? [piece.text] : [])).join('');
  const calls = of('call').map(({ call }) => call);
  const [end] = of('end');
  return {
    calls: calls.map(({ name, arguments: input }) => [name, input]),
    ids: calls.map(({ id }) => id),
    text: told('text'),
    thought:
      of('thought')
        .map(({ text }) => text)
        .join('') + told('thought'),
    sent: end?.sent?.items,
    end: end?.end,
  };
}

/** Ids that Parley made differ from time to time. */
function expected({ calls, text = '', thought = '' }: ToolStream) {
  return {
    calls: calls.map(([name, input]) => [
      name,
      typeof input === 'string' ? input : expect.toSatisfy((json: string) => isJsonOf(json, input)),
    ]),
    text,
    thought: expect.toSatisfy((told: string) => told.trim() === thought.trim()),
  };
}

const isJsonOf = (json: string, value: unknown) => JSON.stringify(JSON.parse(json)) === JSON.stringify(value);

describe('streams of compatible servers with calls', () => {
  it('are many, and each names where it was seen', () => {
    expect(STREAMS.length).toBeGreaterThanOrEqual(40);
    expect(new Set(STREAMS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(STREAMS.length - 1);
    for (const { from } of STREAMS) expect(from.length).toBeGreaterThan(10);
  });

  it.each(STREAMS.map((stream) => [stream.name, stream] as const))('%s', async (_, stream) => {
    const told = await read(stream);
    expect(told).toMatchObject(expected(stream));
    for (const [index, [, , id]] of stream.calls.entries())
      if (id !== undefined) expect(told.ids[index]).toBe(id);
      else expect(told.ids[index]).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect(new Set(told.ids).size).toBe(told.ids.length);
    if (stream.beside) expect(told.sent).toMatchObject([stream.beside]);
  });

  it('give the same calls wherever their bytes are cut', async () => {
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...STREAMS), cuts, async (stream, at) => {
        expect(await read(stream, at)).toMatchObject(expected(stream));
      }),
      { numRuns: 400 },
    );
  });

  it('call nothing where they break off before their end', async () => {
    const cut = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    const streams = STREAMS.filter(({ isWhole, isWithoutDone }) => !isWhole && !isWithoutDone);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...streams), cut, async (stream, at) => {
        const lines = stream.events.slice(0, Math.floor(stream.events.length * at));
        const told = await read({ ...stream, events: lines, isWithoutDone: true }).catch(() => undefined);
        // A finish reason that came early may end an answer without calls.
        const calls = told?.calls ?? [];
        expect(calls.length === 0 || told?.end === 'stop').toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
