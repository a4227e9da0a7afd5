/** Refuses bodies that are too large, so that the refusal arrives. */
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { Refusal } from './refusal.ts';

export function limitBody(mostBytes: number, sentence: string): MiddlewareHandler {
  const refusal = new Refusal(413, 'too-large', sentence);
  const ofUnknownLength = bodyLimit({
    maxSize: mostBytes,
    onError(c) {
      // The rest is not read, so nothing can follow on this connection.
      c.header('connection', 'close');
      throw refusal;
    },
  });
  return (c, next) => {
    const length = c.req.header('content-length');
    // Node rejects a request that names a transfer encoding as well, and lets no body be longer than it says.
    if (length === undefined) return ofUnknownLength(c, next);
    // Nobody has touched the body yet, so Node reads and drops it by itself, and the connection stays good.
    if (Number(length) > mostBytes) throw refusal;
    return next();
  };
}
