/** A request's body: JSON, or a form of `payload_json` and files. */
import type { IncomingMessage } from 'node:http';
import type { CallKind } from '../faults.ts';
import { invalidForm, tooLarge } from './errors.ts';

export interface UploadedFile {
  /** The number in `files[n]`. */
  index: string;
  name: string;
  type: string;
  bytes: Uint8Array;
}

export interface ParsedBody {
  body: Record<string, unknown>;
  files: UploadedFile[];
}

/** Reads the whole body, even if it is too large. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

export async function parseBody(bytes: Buffer, contentType: string | undefined): Promise<ParsedBody> {
  if (bytes.length > BODY_BYTES_MOST) throw tooLarge();
  if (bytes.length === 0) return { body: {}, files: [] };
  if (!contentType?.startsWith('multipart/form-data'))
    return { body: parseJson(bytes.toString()), files: [] };
  const form = await new Response(new Uint8Array(bytes), {
    headers: { 'content-type': contentType },
  }).formData();
  const files: UploadedFile[] = [];
  let body: Record<string, unknown> = {};
  for (const [key, value] of form) {
    if (typeof value === 'string') {
      if (key === 'payload_json') body = parseJson(value);
      else body[key] = value;
      continue;
    }
    const index = /^files\[(\d+)\]$/.exec(key)?.[1] ?? key;
    files.push({
      index,
      name: value.name,
      type: value.type,
      bytes: new Uint8Array(await value.arrayBuffer()),
    });
  }
  return { body, files };
}

function parseJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidForm('_body', 'JSON_INVALID', 'The request body contains invalid JSON.');
  }
}

export interface RequestRecord {
  method: string;
  /** Path without `/api/v10`, with the query. */
  path: string;
  /** The parsed JSON, or the `payload_json` of a form. */
  body: unknown;
  /** Names of uploaded files. */
  files: string[];
  kind: CallKind;
  authorized: boolean;
  /** Time of arrival, by `performance.now()`. */
  at: number;
  /** Undefined until the response, and if the connection was dropped or hangs. */
  status: number | undefined;
}

export const BODY_BYTES_MOST = 25 * 1024 * 1024;
