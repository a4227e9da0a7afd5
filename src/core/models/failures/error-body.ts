/**
 * Reads a server's report of a failure in all known forms: an object, an array (Gemini), `error` as a string
 * (Ollama), `detail` (FastAPI), JSON within a string (OpenRouter's `metadata.raw`, LiteLLM), plain text. The
 * text can hold keys and what people said, so it stays in the model layer.
 */
import { parseJson } from '../wire/json.ts';

export interface ErrorBody {
  /** Codes, types and statuses, in lower case. */
  words: string[];
  /** All sentences together. */
  text: string;
  /** The parameter that the server names as the cause. */
  param?: string;
  /** The wait that the body asks for, ms. */
  retryAfterMs?: number;
}

const WORD_FIELDS = ['code', 'type', 'status', 'reason', 'error_type', 'error_code'];
/** Fields that hold sentences. `input` and `ctx` are left out: in them, FastAPI repeats what a person said. */
const SENTENCE_FIELDS = [
  'message',
  'Message',
  'msg',
  'detail',
  'details',
  'error',
  'errors',
  'error_description',
  'title',
];
const NESTED_FIELDS = ['metadata', 'raw', 'innererror', 'inner_error', 'cause', 'response', 'body', 'data'];
const MOST_DEPTH = 8;
const MOST_ITEMS = 20;
/** Most characters that are read. */
const MOST_TEXT = 16_384;
/** OpenAI and Groq `try again in 1m2.5s`, Azure `retry after 6 seconds`, Gemini `retry in 34.1s`. */
const WAIT = /(?:try again|retry) (?:in|after) ((?:[\d.]{1,12} ?(?:ms|[smhd])[a-z]* ?){1,4})/i;
const WAIT_PART = /([\d.]{1,12}) ?(ms|[smhd])/gi;
const UNIT_MS = new Map(Object.entries({ ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }));
const CODE = /\b[a-z]{2,20}(?:_[a-z]{2,20}){1,5}\b/g;

export function readErrorBody(body: unknown): ErrorBody {
  const words: string[] = [];
  const texts: string[] = [];
  let param: string | undefined;
  let retryAfterMs: number | undefined;

  let left = MOST_TEXT;

  function readText(text: string, depth: number): void {
    if (left <= 0) return;
    const short = text.slice(0, left);
    left -= short.length;
    const inner = jsonWithin(short);
    // Proxies add words around it, such as `litellm.BadRequestError: AnthropicException - `.
    texts.push(short);
    if (inner !== undefined) read(inner, depth + 1);
  }

  function read(value: unknown, depth: number): void {
    if (depth > MOST_DEPTH) return;
    if (typeof value === 'string') readText(value, depth);
    else if (Array.isArray(value)) for (const one of value.slice(0, MOST_ITEMS)) read(one, depth + 1);
    else if (typeof value === 'object' && value !== null) readObject(value as Record<string, unknown>, depth);
  }

  function readObject(fields: Record<string, unknown>, depth: number): void {
    for (const name of WORD_FIELDS) {
      const word = fields[name];
      if (typeof word === 'string' || typeof word === 'number') words.push(String(word).toLowerCase());
      else read(word, depth + 1);
    }
    if (typeof fields.param === 'string') param ??= fields.param;
    // FastAPI: the place in the request, such as ["body", "stream_options"].
    if (Array.isArray(fields.loc)) param ??= pathOf(fields.loc);
    // Hugging Face gives seconds; Google (google.rpc.RetryInfo) a string such as "34s".
    const wait = fields.estimated_time ?? fields.retryDelay ?? fields.retry_after;
    const seconds = typeof wait === 'number' ? wait : Number.parseFloat(typeof wait === 'string' ? wait : '');
    if (seconds >= 0) retryAfterMs ??= seconds * 1_000;
    for (const name of [...SENTENCE_FIELDS, ...NESTED_FIELDS]) read(fields[name], depth + 1);
  }

  read(body, 0);
  const text = texts.join('\n').slice(0, MOST_TEXT);
  retryAfterMs ??= waitIn(text);
  return {
    // Proxies put the code of the server behind them into a sentence of their own.
    words: [...words, ...(text.match(CODE) ?? [])],
    text,
    ...(param !== undefined && { param }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

function pathOf(loc: unknown[]): string {
  return loc.filter((name) => typeof name === 'string' && name !== 'body').join('.');
}

function waitIn(text: string): number | undefined {
  const parts = [...(WAIT.exec(text)?.[1] ?? '').matchAll(WAIT_PART)];
  const ms = parts.map(([, count, unit = '']) => Number(count) * (UNIT_MS.get(unit.toLowerCase()) ?? 0));
  const sum = ms.reduce((all, one) => all + one, 0);
  return sum > 0 ? sum : undefined;
}

function jsonWithin(text: string): unknown {
  const start = text.search(/[{[]/);
  const end = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  if (start < 0 || end <= start) return undefined;
  const value = parseJson(text.slice(start, end + 1));
  return typeof value === 'object' ? (value ?? undefined) : undefined;
}
