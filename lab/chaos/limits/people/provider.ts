/**
 * A provider that bills. It counts a call's tokens by a rule of its own, writes at most 500 tokens a second, and bills
 * all that it wrote to the connection, also if nobody read it. An error status costs nothing.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../../counterparts/faults.ts';
import type { Behaviour, Exchange } from '../../../counterparts/model-script.ts';
import {
  done,
  fails,
  finish,
  reset,
  sentMessages,
  startModelServer,
  text,
  thinking,
} from '../../../counterparts/model-server.ts';
import { tokensIn } from '../../people/answers.ts';
import { type BilledUsage, billOf } from '../bill.ts';

/** A call that the provider fails. `cut` breaks it off in the middle, `silent` before it has written any text. */
export type CallFault = 'busy' | 'broken' | 'cut' | 'silent' | 'untold' | 'zeros';

/** One request. Times are in milliseconds since 1970. */
export interface ProviderCall {
  id: number;
  token: string;
  at: number;
  endedAt: number | undefined;
  /** `gone`: the client left before the end. */
  how: 'running' | 'whole' | 'gone' | CallFault;
  /** The most tokens that it may write; undefined: the request has no cap. */
  cap: number | undefined;
  usage: BilledUsage;
  /** Nano-dollars; grows while it writes. */
  bill: number;
}

export interface Provider extends AsyncDisposable {
  /** The base URL with `/v1`. */
  url: string;
  /** Oldest first. */
  calls: ProviderCall[];
}

const CHUNK_MS = 40;
/** Tokens in a chunk at most: 450 in a second, with the time that a chunk takes. */
const CHUNK_TOKENS = 18;
/** Bytes of a token. Parley takes three, to be sure. */
const TOKEN_BYTES = 4;
/** Tokens around each message. */
const MESSAGE_TOKENS = 4;
const WORD = 'abc ';
/** Tokens that it thinks at least if it thinks between two texts. */
const LEAST_THOUGHTS = 200;
const FAULTS: CallFault[] = ['busy', 'broken', 'cut', 'silent', 'untold', 'zeros'];

/**
 * @param faulty share of the calls that fail
 * @param longest about the most tokens of an answer
 */
export async function startProvider(faulty: number, longest: number): Promise<Provider> {
  const server = await startModelServer();
  const calls: ProviderCall[] = [];

  const respond: Behaviour = async (exchange) => {
    const messages = sentMessages(exchange.request);
    server.requests.length = 0;
    const token = tokensIn(JSON.stringify(messages.at(-1) ?? '')).at(-1);
    if (token === undefined) return fails(400)(exchange);
    const before = calls.filter((call) => call.token === token).length;
    const random = seededRandom(numberOf(token) + before * 7919);
    const fault = random() < faulty ? FAULTS[Math.floor(random() * FAULTS.length)] : undefined;
    const call = callOf(exchange, { id: calls.length, token }, random);
    calls.push(call);
    await answer(exchange, call, { fault, random, longest });
    call.endedAt = Date.now();
  };
  server.respond(respond);
  return { url: server.url, calls, [Symbol.asyncDispose]: server.stop };
}

function callOf(
  { request }: Exchange,
  names: Pick<ProviderCall, 'id' | 'token'>,
  random: () => number,
): ProviderCall {
  const { messages, max_completion_tokens: most, max_tokens: older, max_output_tokens: newer } = request.body;
  const texts = Array.isArray(messages) ? messages : [];
  const input = texts.reduce<number>((sum, { content }) => sum + inputOf(content), 0);
  const cached = Math.floor(input * random() * 0.8);
  const cacheWrite = Math.floor((input - cached) * random() * 0.5);
  const cap = most ?? older ?? newer;
  return {
    ...names,
    at: Date.now(),
    endedAt: undefined,
    how: 'running',
    cap: typeof cap === 'number' ? cap : undefined,
    usage: { input, cached, cacheWrite, output: 0, reasoning: 0 },
    bill: 0,
  };
}

const inputOf = (content: unknown) =>
  Math.ceil(
    Buffer.byteLength(typeof content === 'string' ? content : JSON.stringify(content)) / TOKEN_BYTES,
  ) + MESSAGE_TOKENS;

const numberOf = (token: string) =>
  Number.parseInt(token.slice(1, 5), 10) * 65_537 + Number.parseInt(token.slice(6), 16);

interface Way {
  fault: CallFault | undefined;
  random: () => number;
  longest: number;
}

async function answer(
  exchange: Exchange,
  call: ProviderCall,
  { fault, random, longest }: Way,
): Promise<void> {
  const { response } = exchange;
  if (fault === 'busy' || fault === 'broken') {
    call.how = fault;
    return fails(fault === 'busy' ? 429 : 500, {}, fault === 'busy' ? { 'retry-after': '1' } : {})(exchange);
  }
  const writer = createWriter(exchange, call);
  writer.bill();
  // Most think before they write, some also in between, and some of them say so.
  if (random() < 0.5) await writer.think(random() * 400, random() < 0.5);
  if (fault === 'silent') return breakOff(exchange, call, fault);
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  if (random() < 0.3) await writer.think(random() * 400, random() < 0.5);
  const size = 40 + (random() ** 2 * longest) / 2;
  const pauseAt = random() < 0.2 ? size * random() : Number.POSITIVE_INFINITY;
  let hasPaused = false;
  await text(`about-${call.token} `)(exchange);
  for (let written = 0; written < size && writer.isOpen(); written += CHUNK_TOKENS) {
    if (fault === 'cut' && written > size / 2) return breakOff(exchange, call, fault);
    if (!hasPaused && written > pauseAt) {
      hasPaused = true;
      await writer.think(LEAST_THOUGHTS + random() * 600, false);
    }
    await writer.write(Math.min(CHUNK_TOKENS, Math.ceil(size - written)));
  }
  await end(exchange, call, fault, writer.isCapped());
}

/** Counts and bills the tokens that it writes, up to the cap. */
function createWriter(exchange: Exchange, call: ProviderCall) {
  const { usage, cap = Number.POSITIVE_INFINITY } = call;
  let isGone = false;
  void exchange.request.closed.then(() => {
    isGone = true;
  });
  // The name of the question, and the end.
  usage.output = Math.min(cap, 5);
  const bill = () => {
    call.bill = billOf(usage);
  };
  const isOpen = () => !isGone && usage.output < cap;

  async function spend(tokens: number, show: (tokens: number) => void | Promise<void>): Promise<void> {
    if (!isOpen()) return;
    const some = Math.min(tokens, cap - usage.output);
    usage.output += some;
    bill();
    await show(some);
    await Promise.race([sleep(CHUNK_MS), exchange.request.closed]);
  }

  return {
    bill,
    isOpen,
    isCapped: () => usage.output >= cap,
    write: (tokens: number) => spend(tokens, async (some) => text(WORD.repeat(some))(exchange)),
    /** @param isTold whether the thoughts are sent */
    async think(tokens: number, isTold: boolean): Promise<void> {
      for (let left = Math.floor(tokens); left > 0 && isOpen(); left -= CHUNK_TOKENS)
        await spend(Math.min(left, CHUNK_TOKENS), async (some) => {
          usage.reasoning += some;
          if (isTold && exchange.response.headersSent) await thinking(WORD.repeat(some))(exchange);
        });
    },
  };
}

async function breakOff(exchange: Exchange, call: ProviderCall, fault: CallFault): Promise<void> {
  call.how = fault;
  return reset(exchange);
}

async function end(
  exchange: Exchange,
  call: ProviderCall,
  fault: CallFault | undefined,
  isCapped: boolean,
): Promise<void> {
  const { response, request } = exchange;
  if (response.destroyed) {
    call.how = 'gone';
    return;
  }
  const usage = fault === 'zeros' ? NOTHING : wireUsage(call.usage);
  await finish(isCapped ? 'length' : 'stop', fault === 'untold' ? undefined : usage)(exchange);
  await done(exchange);
  response.end();
  const isTold = fault !== 'untold' && fault !== 'zeros';
  call.how = (await request.closed) === 'gone' ? 'gone' : isTold ? 'whole' : fault;
}

const NOTHING = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

const wireUsage = ({ input, cached, cacheWrite, output, reasoning }: BilledUsage) => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
  prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: cacheWrite },
  completion_tokens_details: { reasoning_tokens: reasoning },
});
