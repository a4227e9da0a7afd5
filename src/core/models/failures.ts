/** Tells what an error of the openai client means. The error's own text stays here: it can hold keys and ids. */
import { APIConnectionError, APIError } from 'openai';
import { type Failure, ModelError } from './model.ts';

const QUOTA_CODES = new Set([
  'insufficient_quota',
  'credit_balance_exhausted',
  'organization_spend_limit_exceeded',
  'project_spend_limit_exceeded',
  'organization_usage_limit_exceeded',
  'billing_hard_limit_reached',
]);
const REFUSAL_CODES = new Set([
  'content_filter',
  'content_policy_violation',
  'invalid_prompt',
  'responsibleaipolicyviolation',
]);
/** OpenAI says `context_length_exceeded`; llama.cpp `exceed_context_size_error`; vLLM and others say it in words. */
const CONTEXT_TEXT =
  /context_length_exceeded|exceed_context_size|context (?:length|window|size)|max_model_len|prompt is too long|too many (?:input )?tokens/i;
const RATE_CODES = new Set(['rate_limit_exceeded', 'slow_down', 'rate_limited', 'too_many_requests']);
const PARAMETER_CODES = new Set(['unsupported_parameter', 'unsupported_value', 'unknown_parameter']);

export function failureOf(error: unknown): Failure {
  // A refusal of our own can be the cause of what the client throws.
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ModelError) return cause.failure;
  }
  if (error instanceof APIConnectionError) return { kind: isRedirect(error) ? 'not-an-api' : 'unreachable' };
  if (error instanceof APIError) return ofApiError(error);
  // What Node's fetch throws when the connection breaks under a running stream, and what the client throws
  // when an answer in one piece is not JSON.
  if (error instanceof TypeError && error.message === 'terminated') return { kind: 'cut' };
  return { kind: error instanceof SyntaxError ? 'cut' : 'bug' };
}

/** Ends a stream in which a server says that it failed: by the event's name, or in a line like any other. */
export function refuseErrorLine(event: unknown, name?: string): void {
  const line = typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
  if (line.error) throw new ModelError(failureInStream(line.error));
  if (name === 'error' || line.object === 'error') throw new ModelError(failureInStream(event));
}

/** What a provider says inside a stream that began well: its `error` object, or vLLM's line of `object: "error"`. */
export function failureInStream(body: unknown): Failure {
  const { code, type, message } =
    typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const status = Number(code);
  return ofWords(
    Number.isInteger(status) && status >= 400 ? status : undefined,
    [code, type].map((word) => String(word ?? '').toLowerCase()),
    // Some say it under another name than `message`.
    [body, message].find((text) => typeof text === 'string') ?? JSON.stringify(message ?? body) ?? '',
  );
}

function ofApiError(error: APIError): Failure {
  const failure = ofWords(
    error.status,
    [error.code, error.type].map((word) => String(word ?? '').toLowerCase()),
    error.message,
  );
  const retryAfterMs = retryAfter(error.headers);
  if (retryAfterMs !== undefined) failure.retryAfterMs = retryAfterMs;
  const parameter = failure.kind === 'request' ? parameterOf(error) : undefined;
  if (parameter) failure.parameter = parameter;
  return failure;
}

function ofWords(status: number | undefined, words: string[], text: string): Failure {
  const has = (codes: Set<string>) => words.some((word) => codes.has(word));
  const failure = (kind: Failure['kind']): Failure => (status === undefined ? { kind } : { kind, status });
  if (has(QUOTA_CODES) || status === 402) return failure('quota');
  if (has(REFUSAL_CODES)) return failure('refused');
  if (has(RATE_CODES) || status === 429) return failure('rate');
  if (words.some((word) => CONTEXT_TEXT.test(word)) || status === 413) return failure('context');
  if ((status === undefined || status < 500) && CONTEXT_TEXT.test(text)) return failure('context');
  if (status === 401 || words.includes('invalid_api_key')) return failure('key');
  if (status === 403) return failure('forbidden');
  if (status === 404 || status === 405 || words.includes('model_not_found')) return failure('not-found');
  if (status === undefined || status >= 500 || status === 408 || status === 409) return failure('server');
  return failure('request');
}

/**
 * The parameter that a server did not take, by the field OpenAI has for it or, failing that, by its words.
 * Not `store` by words: it may be there for another reason, and without it OpenAI keeps the conversation.
 */
function parameterOf(error: APIError): string | undefined {
  const isNamed = error.param && PARAMETER_CODES.has(String(error.code));
  const name = (
    isNamed
      ? error.param
      : /stream_options|prompt_cache_key|safety_identifier|temperature|reasoning[._]effort/i.exec(
          error.message,
        )?.[0]
  )?.toLowerCase();
  // `reasoning.effort` to one API, `reasoning_effort` to the other.
  return name?.startsWith('reasoning') ? 'reasoning' : name;
}

function retryAfter(headers: Headers | undefined): number | undefined {
  const ms = Number(headers?.get('retry-after-ms') ?? Number.NaN);
  if (ms >= 0) return ms;
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return wait >= 0 ? wait : undefined;
}

function isRedirect(error: APIConnectionError): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes('redirect')) return true;
  }
  return false;
}
