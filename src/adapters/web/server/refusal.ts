/** A request that is not served: its status, a code for programs and a sentence for the person. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { ApiFailure } from '../api.ts';

export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  /** Seconds to wait before it is worth asking again. */
  readonly retryAfter: number | undefined;
  constructor(status: ContentfulStatusCode, code: string, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** Refuses in JSON, for the page's script. */
export function refuse(c: Context, { status, code, message, retryAfter }: Refusal): Response {
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  return c.json<ApiFailure>({ error: { code, message } }, status);
}

/** Refuses in plain text, for a person whose browser shows it as it is. */
export function refuseInWords(c: Context, { status, message, retryAfter }: Refusal): Response {
  if (retryAfter !== undefined) c.header('retry-after', String(retryAfter));
  return c.text(message, status);
}
