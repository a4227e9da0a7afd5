/** A request that is not served: its status, a code for programs and a sentence for the person. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Failure } from './api.ts';

export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: ContentfulStatusCode;
  readonly code: string;
  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function refuse(c: Context, { status, code, message }: Refusal): Response {
  return c.json<Failure>({ error: { code, message } }, status);
}
