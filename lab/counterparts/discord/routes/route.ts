/** A route of Discord's REST API. */

import type { Context } from '../context.ts';
import type { CallKind } from '../faults.ts';
import type { BucketKind } from '../rest/buckets.ts';
import type { ParsedBody } from '../rest/request.ts';

export interface Call extends ParsedBody {
  params: Record<string, string>;
  query: URLSearchParams;
}

export interface Reply {
  status: number;
  body?: unknown;
}

export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path template, such as `/channels/:channel/messages`. */
  path: string;
  kind: CallKind;
  /** Rate bucket; undefined means no limit. */
  bucket: BucketKind | undefined;
  /** `token`: the token in the path is enough. */
  auth: 'bot' | 'token';
  handle(context: Context, call: Call): Reply;
}
