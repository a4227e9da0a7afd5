/** Calls of a service that people sign in at: bounded in size and time, over TLS or on this machine alone. */
import type * as client from 'openid-client';
import { createBoundedFetch } from '../../../../../core/network/bounded-fetch.ts';
import { SignInFailure } from '../provider.ts';
import { isTrustworthy } from '../settings.ts';
import { failureOf } from './failures.ts';

/** Time for one call, seconds. */
export const CALL_SECONDS = 8;
/** Most unpacked bytes of one answer. */
const MOST_BYTES = 512 * 1024;

const send = createBoundedFetch(() => MOST_BYTES);

/** Asks the service. Its keys and tokens come over TLS, or from this machine. */
export const ask: client.CustomFetch = async (url, options) => {
  if (!isTrustworthy(url)) throw new SignInFailure('refused', 'plain-http');
  let response: Response;
  try {
    response = await send(url, { ...options, body: (options.body ?? null) as BodyInit | null });
  } catch {
    throw new SignInFailure('away', 'unreachable');
  }
  if (response.status >= 500) throw new SignInFailure('away', `status-${response.status}`);
  return response;
};

/** Does that while the signal allows it. Each call has a deadline of its own besides. */
export async function within<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new SignInFailure('away', 'timeout'));
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([task(), tooLate]);
  } catch (error) {
    throw failureOf(error);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
