/** What can be changed about a request that failed before any text came, so that it is worth another attempt. */
import type { Failure, ModelRequest } from './model.ts';

const RETRIES = 2;
const FIRST_WAIT_MS = 500;
/** A provider that wants a longer wait than this is busy for the person, not for a retry. */
const LONGEST_WAIT_MS = 20_000;
const TRANSIENT = new Set<Failure['kind']>(['rate', 'server', 'unreachable']);

/** Not to be done without: OpenAI keeps what is sent without `store: false`. */
const KEPT_EXTRA = 'store';

export interface Attempt {
  request: ModelRequest;
  retries: number;
  halved: boolean;
}

/**
 * Changes what has to change for another attempt.
 * @param extras what was sent that can be left out
 * @returns milliseconds to wait before it, or undefined when there is to be none
 */
export function mend(
  failure: Failure,
  attempt: Attempt,
  extras: ReadonlySet<string>,
  leaveOut: (extra: string) => void,
): number | undefined {
  if (TRANSIENT.has(failure.kind)) {
    const wait = failure.retryAfterMs ?? FIRST_WAIT_MS * 2 ** attempt.retries;
    if (wait > LONGEST_WAIT_MS || attempt.retries >= RETRIES) return undefined;
    attempt.retries++;
    return wait;
  }
  const { messages } = attempt.request;
  if (failure.kind === 'context' && !attempt.halved && messages.length > 1) {
    attempt.halved = true;
    attempt.request = { ...attempt.request, messages: newerHalf(messages) };
    return 0;
  }
  if (
    failure.kind === 'request' &&
    failure.parameter !== undefined &&
    failure.parameter !== KEPT_EXTRA &&
    extras.has(failure.parameter)
  ) {
    leaveOut(failure.parameter);
    return 0;
  }
  // Servers say in many ways, and some not at all, that a model takes no images.
  if (
    (failure.kind === 'request' || failure.kind === 'not-found') &&
    messages.some(({ images }) => images?.length)
  ) {
    attempt.request = withoutImages(attempt.request);
    return 0;
  }
  return undefined;
}

function newerHalf(messages: ModelRequest['messages']): ModelRequest['messages'] {
  const half = messages.slice(Math.ceil(messages.length / 2));
  const firstUser = half.findIndex((message) => message.role === 'user');
  return half.slice(Math.max(0, firstUser));
}

function withoutImages(request: ModelRequest): ModelRequest {
  return {
    ...request,
    messages: request.messages.map(({ role, text, images = [] }) => ({
      role,
      text: [text, ...images.map(({ name }) => `[image not shown to you: ${name}]`)].join('\n'),
    })),
  };
}
