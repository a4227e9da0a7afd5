/**
 * A provider of the Responses API with a prompt cache, in this process: it caches the beginning of a prompt in steps of
 * 128 tokens from 1,024 tokens on, and keeps the bill. A token is four bytes of a message's text, and each message has four
 * more. What was cached once stays: in a conversation, the next message comes within the half hour that OpenAI keeps it
 * (guides/prompt-caching).
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readAll } from 'node:stream/consumers';

/** Dollars per million tokens: gpt-6-luna (litellm discussion 42523, September 2026). */
const PRICES = { input: 0.1, cached: 0.01, cacheWrite: 0.125, output: 0.5 };
const STEP = 128;
const LEAST = 1_024;
const TOKEN_BYTES = 4;
const MESSAGE_TOKENS = 4;

export interface WireMessage {
  role: string;
  content: string;
}

interface Body {
  instructions?: string;
  input: WireMessage[];
}

/** One request, as it is billed. */
export interface BilledRequest {
  input: number;
  cached: number;
  cacheWrite: number;
  output: number;
  /** Dollars of all that was read. */
  promptCost: number;
  /** Dollars of all that was written. */
  outputCost: number;
  messages: WireMessage[];
}

export interface CachingProvider {
  /** The base URL with `/v1`. */
  url: string;
  billed: BilledRequest[];
  stop(): Promise<void>;
}

/** @param reply the answer to a request, by its messages */
export async function startCachingProvider(
  reply: (messages: WireMessage[]) => string,
): Promise<CachingProvider> {
  const cache = new Set<string>();
  const billed: BilledRequest[] = [];
  const server = createServer(async (request, response) => {
    const { instructions = '', input } = JSON.parse(await readAll(request)) as Body;
    const text = reply(input);
    const one = bill([{ role: 'developer', content: instructions }, ...input], text, cache);
    billed.push({ ...one, messages: input });
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(answer(text, one));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    billed,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Bills a request, and caches its prompt. */
export function bill(prompt: WireMessage[], written: string, cache: Set<string>) {
  const tokens = prompt.flatMap(tokensOf);
  const steps = stepsOf(tokens);
  const known = steps.findIndex((step) => !cache.has(step));
  const found = (known < 0 ? steps.length : known) * STEP;
  const cached = found < LEAST ? 0 : found;
  const cacheWrite = tokens.length < LEAST ? 0 : steps.length * STEP - cached;
  if (tokens.length >= LEAST) for (const step of steps) cache.add(step);
  const output = Math.ceil(Buffer.byteLength(written) / TOKEN_BYTES);
  const plain = tokens.length - cached - cacheWrite;
  const cost = plain * PRICES.input + cached * PRICES.cached + cacheWrite * PRICES.cacheWrite;
  return {
    input: tokens.length,
    cached,
    cacheWrite,
    output,
    promptCost: cost / 1e6,
    outputCost: (output * PRICES.output) / 1e6,
  };
}

function tokensOf({ role, content }: WireMessage): string[] {
  const bytes = Buffer.from(content);
  const tokens = Array.from({ length: MESSAGE_TOKENS }, (_, i) => `<${role} ${i}>`);
  for (let at = 0; at < bytes.length; at += TOKEN_BYTES)
    tokens.push(bytes.toString('latin1', at, at + TOKEN_BYTES));
  return tokens;
}

/** A hash for each whole step of a prompt, which stands for all of the prompt up to its end. */
function stepsOf(tokens: string[]): string[] {
  const steps: string[] = [];
  let before = '';
  for (let end = STEP; end <= tokens.length; end += STEP) {
    const step = JSON.stringify([before, tokens.slice(end - STEP, end)]);
    before = createHash('sha256').update(step).digest('base64url');
    steps.push(before);
  }
  return steps;
}

function answer(text: string, one: Omit<BilledRequest, 'messages'>): string {
  const usage = {
    input_tokens: one.input,
    input_tokens_details: { cached_tokens: one.cached, cache_write_tokens: one.cacheWrite },
    output_tokens: one.output,
    output_tokens_details: { reasoning_tokens: 0 },
  };
  const events = [
    { type: 'response.output_text.delta', item_id: 'msg_1', delta: text },
    { type: 'response.completed', response: { status: 'completed', usage } },
  ];
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}
