/** Changes a request that failed before any text came, so that a new attempt may succeed. */

import { quotedName } from '../../turn/speech.ts';
import type { Failure, ModelRequest } from '../model.ts';
import { CAPS, capIn, type Features } from '../wire/wire.ts';
import { CAP_PARAMETER } from './error-words.ts';
import { LASTING_MS } from './learned.ts';
import { HOSTED_TOOLS, SOME_HOSTED } from './tool-words.ts';

const RETRIES = 2;
const FIRST_WAIT_MS = 500;
/**
 * Longest wait that Parley makes for a provider. A longer one means that the provider is busy, and the person is
 * told.
 */
const LONGEST_WAIT_MS = 20_000;
/** A 503 that names no shorter wait is tried again until the deadline for the first sign of life, ms. */
const LEAST_INVITED_MS = 500;
const TRANSIENT: Failure['kind'][] = ['rate', 'server', 'unreachable'];
/** Waits (ms) between requests to a model that is loading, until the deadline for its first sign of life. */
const LOADING_WAITS = { first: 1_000, longest: 5_000 };
const HALVINGS = 2;
const TOO_LONG: Failure['kind'][] = ['context', 'allowance'];
/**
 * Failures that pictures may cause. Servers report in many ways, or not at all, that a model takes no pictures.
 * Some proxies break the connection when the body is too large.
 */
const MAYBE_IMAGES: Failure['kind'][] = [
  'request',
  'not-found',
  'forbidden',
  'server',
  'unreachable',
  ...TOO_LONG,
];
/**
 * A model that answers without pictures after one of these failures most likely takes no pictures. Parley believes so
 * for `LIKELY_MS`.
 */
const LIKELY_IMAGES: Failure['kind'][] = ['request', 'not-found'];
const LIKELY_MS = 3_600_000;

/** Parts of a history with calls that a server may refuse without naming them, in the order in which they are left out. */
const MAYBE_HISTORY = ['sent', 'past_calls'];
/** Failures that tools may cause, where a server does not say so. */
const MAYBE_TOOLS: Failure['kind'][] = ['request', 'server'];
/** How long it is remembered that a part of the tools is left out (ms), where the history is at fault: not at all. */
const LASTS: Record<string, number> = { sent: 0, past_calls: 0 };

/** The parameter that is never left out: without `store: false`, OpenAI keeps the conversation. */
const KEPT_PARAMETER = 'store';

export interface MendedRequest {
  request: ModelRequest;
  retries: number;
  halvings: number;
  loadings: number;
  /** Features left out of the request. If the model then answers, each is remembered for so long (ms). */
  without: Map<string, number>;
}

export function firstAttempt(request: ModelRequest): MendedRequest {
  return { request, retries: 0, halvings: 0, loadings: 0, without: new Map() };
}

/**
 * Changes the request for another attempt.
 * @param features optional features that were sent
 * @returns milliseconds to wait before the attempt; undefined: make none
 */
export function mend(failure: Failure, attempt: MendedRequest, features: Features): number | undefined {
  const { kind, parameter } = failure;
  const leaveOut = (feature: string, rememberMs: number) => {
    attempt.without.set(feature, rememberMs);
    return 0;
  };
  const cap = capIn(features);
  // Many servers add the cap to the conversation, which then is too long for them.
  if (cap !== undefined && (parameter === CAP_PARAMETER || TOO_LONG.includes(kind))) {
    return leaveOut(cap, parameter === CAP_PARAMETER ? LASTING_MS : 0);
  }
  if (parameter === 'image' && features.has('images')) return leaveOut('images', 0);
  const tools = withFewerTools(parameter, features);
  if (tools.length > 0) {
    for (const name of tools) leaveOut(name, LASTS[name] ?? LASTING_MS);
    return 0;
  }
  if (parameter !== undefined && parameter !== KEPT_PARAMETER && features.has(parameter)) {
    return leaveOut(parameter, LASTING_MS);
  }
  if (kind === 'loading') {
    const wait = failure.retryAfterMs ?? LOADING_WAITS.first * 2 ** Math.min(attempt.loadings++, 10);
    return Math.min(wait, LOADING_WAITS.longest);
  }
  // The model may be loading without saying so. A server that names a wait is believed.
  const isAway = failure.status === 503 && (failure.retryAfterMs ?? LEAST_INVITED_MS) >= LEAST_INVITED_MS;
  if (TRANSIENT.includes(kind) && (isAway || attempt.retries < RETRIES)) {
    const growing = FIRST_WAIT_MS * 2 ** Math.min(attempt.retries, 10);
    const wait = failure.retryAfterMs ?? Math.min(growing, LOADING_WAITS.longest);
    if (wait > LONGEST_WAIT_MS) return undefined;
    attempt.retries++;
    return wait;
  }
  const { messages } = attempt.request;
  if (TOO_LONG.includes(kind) && attempt.halvings < HALVINGS && messages.length > 1) {
    attempt.halvings++;
    // The conversation was too long without the cap, too.
    for (const name of CAPS) if (attempt.without.get(name) === 0) attempt.without.delete(name);
    attempt.request = { ...attempt.request, messages: newerHalf(messages) };
    return 0;
  }
  const isOdd = kind === 'request';
  const cause = isOdd ? MAYBE_HISTORY.find((name) => features.has(name)) : undefined;
  if (cause !== undefined) return leaveOut(cause, 0);
  const hosted = isOdd ? HOSTED_TOOLS.filter((name) => features.has(name)) : [];
  if (hosted.length > 0) {
    for (const name of hosted) leaveOut(name, LIKELY_MS);
    return 0;
  }
  if (MAYBE_IMAGES.includes(kind) && features.has('images')) {
    return leaveOut('images', LIKELY_IMAGES.includes(kind) ? LIKELY_MS : 0);
  }
  if (MAYBE_TOOLS.includes(kind) && features.has('tools')) return leaveOut('tools', isOdd ? LIKELY_MS : 0);
  return undefined;
}

/** The parts of the tools to leave out where the server refused this parameter. */
function withFewerTools(parameter: string | undefined, features: Features): string[] {
  if (parameter === SOME_HOSTED) {
    const hosted = HOSTED_TOOLS.filter((name) => features.has(name));
    return hosted.length > 0 ? hosted : ['tools'].filter((name) => features.has(name));
  }
  // A model that has to reason takes no `none`.
  if (parameter === 'reasoning' && features.has('no_reasoning')) return ['tools'];
  if (parameter === 'include') return ['include', 'encrypted_content'].filter((name) => features.has(name));
  return parameter !== undefined && parameter in LASTS && features.has(parameter) ? [parameter] : [];
}

/** The newer half, from a message of a person on: what an assistant called stays with the message that it answers. */
function newerHalf(messages: ModelRequest['messages']): ModelRequest['messages'] {
  const middle = Math.ceil(messages.length / 2);
  const isUsers = ({ role }: ModelRequest['messages'][number]) => role === 'user';
  const next = messages.findIndex((message, index) => index >= middle && isUsers(message));
  return messages.slice(next < 0 ? Math.max(0, messages.findLastIndex(isUsers)) : next);
}

export const hasImages = ({ messages }: ModelRequest) => messages.some(({ images }) => images?.length);

/** Replaces pictures by a note that tells the model which pictures it does not see. */
export function withoutImages(request: ModelRequest): ModelRequest {
  return {
    ...request,
    messages: request.messages.map(({ images = [], ...message }) => ({
      ...message,
      text: [message.text, ...images.map(({ name }) => `[image not shown to you: ${quotedName(name)}]`)]
        .filter(Boolean)
        .join('\n'),
    })),
  };
}
