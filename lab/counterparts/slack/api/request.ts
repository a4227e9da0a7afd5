/** Arguments and token of a call, in every form that clients send. */
import type { IncomingMessage } from 'node:http';
import type { Args } from './args.ts';
import { SlackError } from './errors.ts';

export interface UploadedFile {
  name: string;
  type: string;
  bytes: Uint8Array;
}

export interface ParsedCall {
  args: Args;
  /** Files of a multipart body. */
  files: UploadedFile[];
  token: string | undefined;
}

export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

export async function parseCall(request: IncomingMessage, bytes: Buffer): Promise<ParsedCall> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const type = request.headers['content-type'] ?? '';
  const args: Args = Object.fromEntries(url.searchParams);
  const files: UploadedFile[] = [];
  if (type.startsWith('application/json')) Object.assign(args, parseJson(bytes.toString()));
  else if (type.startsWith('multipart/form-data')) {
    const form = await new Response(new Uint8Array(bytes), { headers: { 'content-type': type } }).formData();
    for (const [name, value] of form) {
      if (typeof value === 'string') args[name] = value;
      else
        files.push({ name: value.name, type: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
    }
  } else if (bytes.length > 0 && !type.startsWith('application/x-www-form-urlencoded')) {
    throw new SlackError('invalid_post_type');
  } else Object.assign(args, Object.fromEntries(new URLSearchParams(bytes.toString())));
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  // A token in a JSON body is ignored.
  const inForm = type.startsWith('application/json') ? undefined : args.token;
  delete args.token;
  return { args, files, token: bearer ?? (typeof inForm === 'string' ? inForm : undefined) };
}

function parseJson(body: string): Args {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    throw new SlackError('invalid_json');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new SlackError('json_not_object');
  }
  return parsed as Args;
}
