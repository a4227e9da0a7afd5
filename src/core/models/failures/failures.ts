/** Classifies a provider's error. The error's text stays in this layer, since it can hold keys and ids. */
import { APIConnectionError } from 'openai';
import { BodyTooLarge } from '../../network/bounded-fetch.ts';
import { PrivateAddress } from '../../network/public-address.ts';
import { type Failure, type FailureKind, ModelError } from '../model.ts';
import { fieldsOf, parseJson } from '../wire/json.ts';
import { type ErrorBody, readErrorBody } from './error-body.ts';
import {
  CAP_PARAMETER,
  CONTEXT_CODES,
  isCap,
  KEY_CODES,
  NO_MODEL_CODES,
  QUOTA_CODES,
  RATE_CODES,
  RATE_TEXT,
  REFUSAL_CODES,
  REFUSAL_TEXT,
  refusedByWords,
  saysCap,
  saysForbidden,
  saysLoading,
  saysNoCredit,
  saysNoEndpoint,
  saysNoModel,
  saysOverAllowance,
  saysTooLong,
  saysWrongKey,
} from './error-words.ts';
import { refusedOfTools } from './tool-words.ts';

export function failureOf(error: unknown): Failure {
  // A refusal by Parley itself can be the cause of the error that the client throws.
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ModelError) return cause.failure;
    if (cause instanceof PrivateAddress) return { kind: 'private-address' };
    if (cause instanceof BodyTooLarge) return { kind: 'too-large' };
  }
  if (error instanceof APIConnectionError) {
    if (isRedirect(error)) return { kind: 'not-an-api' };
    return { kind: 'unreachable', ...(isBroken(error) && { isSent: true }) };
  }
  // Node's fetch throws the TypeError when the connection breaks under a running stream; the client throws a
  // SyntaxError when an answer in one piece is not JSON.
  if (error instanceof TypeError && error.message === 'terminated') return { kind: 'cut' };
  return { kind: error instanceof SyntaxError ? 'cut' : 'bug' };
}

/** The failure of a response without success. */
export function failureOfResponse(status: number, headers: Headers, text: string): Failure {
  // A proxy's HTML page tells no more than its status.
  const isPage = /^\s*</.test(text);
  const body = readErrorBody(isPage ? '' : (parseJson(text) ?? text));
  const retryAfterMs = retryAfter(headers) ?? body.retryAfterMs;
  return { ...failureIn(status, body), ...waitOf(retryAfterMs) };
}

/** Ends a stream in which a server reports a failure: by the event's name, or in a line like any other. */
export function refuseErrorLine(event: unknown, name?: string): void {
  const line = fieldsOf(event);
  const isError = Boolean(line.error) || name === 'error' || line.object === 'error';
  const isOdd = line.type === undefined && !Array.isArray(line.choices) && !Array.isArray(line.output);
  const isTold = isOdd && (line.detail !== undefined || typeof line.message === 'string');
  if (!isError && !isTold) return;
  const failure = failureInStream(event);
  // Plain text that is no event and names no known failure may mean anything.
  if (isError || failure.kind !== 'server') throw new ModelError(failure);
}

/** The failure inside a stream that began well: an `error` object, or vLLM's line of `object: "error"`. */
export function failureInStream(said: unknown): Failure {
  const { error, code: own } = fieldsOf(said);
  const code = Number(fieldsOf(error).code ?? own);
  const body = readErrorBody(said);
  return { ...failureIn(code >= 400 && code < 600 ? code : undefined, body), ...waitOf(body.retryAfterMs) };
}

function waitOf(ms: number | undefined): Pick<Failure, 'retryAfterMs'> {
  return ms === undefined ? {} : { retryAfterMs: Math.min(ms, LONGEST_WAIT_MS) };
}

/** Longest wait (ms) that is believed when a server asks for it. Quotas are renewed each month at the latest. */
const LONGEST_WAIT_MS = 31 * 24 * 3_600_000;

/** Failures that one part of the request may cause, so the next attempt can leave that part out. */
const OF_THE_REQUEST: FailureKind[] = ['request', 'not-found', 'forbidden', 'server'];
/** Failures that the cap of the answer may cause, where the server adds it to the conversation. */
const OF_THE_LENGTH: FailureKind[] = ['context', 'allowance'];

function failureIn(status: number | undefined, body: ErrorBody): Failure {
  const kind = kindOf(status, body);
  const isOfCap = OF_THE_LENGTH.includes(kind) && saysCap(body.text);
  const parameter = OF_THE_REQUEST.includes(kind)
    ? parameterOf(status, body)
    : isOfCap
      ? CAP_PARAMETER
      : undefined;
  return {
    kind,
    ...(status !== undefined && { status }),
    ...(parameter !== undefined && { parameter }),
  };
}

function kindOf(status: number | undefined, { words, text }: ErrorBody): FailureKind {
  const has = (codes: Set<string>) => words.some((word) => codes.has(word));
  const isServers = isServersOwn(status);
  const isLate = status === undefined || isServers;
  if (has(QUOTA_CODES) || status === 402 || saysNoCredit(text, words)) return 'quota';
  if (has(REFUSAL_CODES) || (!isServers && REFUSAL_TEXT.test(text))) return 'refused';
  if (saysOverAllowance(text)) return 'allowance';
  if (has(CONTEXT_CODES) || status === 413) return 'context';
  if (saysLoading(text) && (isLate || status >= 409)) return 'loading';
  if (has(RATE_CODES) || status === 429 || (isLate && RATE_TEXT.test(text))) return 'rate';
  if (saysTooLong(text, isServers)) return 'context';
  if (saysForbidden(text)) return 'forbidden';
  if (status === 401 || has(KEY_CODES) || (status !== 404 && saysWrongKey(text))) return 'key';
  if (status === 403) return 'forbidden';
  if ([404, 405, 501].includes(status ?? 0) || has(NO_MODEL_CODES)) return 'not-found';
  if (saysNoEndpoint(text) || (!isLate && saysNoModel(text))) return 'not-found';
  if (isLate || status === 408 || status === 409 || status === 425) return 'server';
  return 'request';
}

/** The request's part that the server refused, by the field it names or by its words. */
function parameterOf(status: number | undefined, { text, param = '' }: ErrorBody): string | undefined {
  const named = param.toLowerCase();
  if (isCap(named)) return CAP_PARAMETER;
  const ofTools = refusedOfTools(text, named, isServersOwn(status));
  if (ofTools) return ofTools;
  const name = refusedByWords(text, named, isServersOwn(status)) ?? (named || undefined);
  if (name !== undefined && isCap(name)) return CAP_PARAMETER;
  // `reasoning.effort` to one API, `reasoning_effort` to the other.
  return name?.startsWith('reasoning') ? 'reasoning' : name;
}

/** Among the 5xx, only 501 (not implemented) is about the request. */
const isServersOwn = (status = 0) => status >= 500 && status !== 501;

function retryAfter(headers: Headers): number | undefined {
  const ms = Number(headers.get('retry-after-ms') ?? Number.NaN);
  if (ms >= 0) return ms;
  const value = headers.get('retry-after');
  if (!value) return undefined;
  const seconds = Number(value);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return wait >= 0 ? wait : undefined;
}

const isRedirect = (error: APIConnectionError) =>
  hasCause(error, ({ message }) => message.includes('redirect'));

/** Codes of a connection that stood and broke (Node.js errors; undici, docs/api/Errors.md). */
const BROKEN = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT']);

const isBroken = (error: APIConnectionError) =>
  hasCause(error, (cause) => 'code' in cause && typeof cause.code === 'string' && BROKEN.has(cause.code));

function hasCause(error: Error, isMeant: (cause: Error) => boolean): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (isMeant(cause)) return true;
  return false;
}

/** Refusals that come before a model has read anything. OpenAI reports a rate limit and more within a stream. */
const BEFORE_WORK: ReadonlySet<FailureKind> = new Set<FailureKind>([
  'private-address',
  'key',
  'forbidden',
  'not-found',
  'quota',
  'rate',
  'context',
  'allowance',
  'loading',
  'request',
]);

/** A gateway gave up waiting, and the provider behind it may have worked (524: Cloudflare). */
const GATEWAY_TIMEOUTS = [504, 524];

/** Whether a provider may bill a request that failed: not if it refused the request, or never got it. */
export function isBilledAfter({ kind, status, isSent }: Failure): boolean {
  if (kind === 'unreachable') return isSent === true;
  if (status !== undefined) return GATEWAY_TIMEOUTS.includes(status);
  return !BEFORE_WORK.has(kind);
}
