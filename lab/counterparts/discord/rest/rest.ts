/** The REST side: authorisation, buckets, faults and delay around the routes; attachments are served here too. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';
import type { Fault, Refusal } from '../faults.ts';
import { applicationRoutes } from '../routes/application.ts';
import { channelRoutes } from '../routes/channels.ts';
import { guildRoutes } from '../routes/guilds.ts';
import { interactionRoutes } from '../routes/interactions.ts';
import { messageRoutes } from '../routes/messages.ts';
import type { Route } from '../routes/route.ts';
import { threadRoutes } from '../routes/threads.ts';
import { answerSignIn } from '../sign-in/serve.ts';
import { ApiError, notFound, unauthorized } from './errors.ts';
import type { RequestRecord } from './request.ts';
import { type ParsedBody, parseBody, readBytes } from './request.ts';

const ROUTES: Route[] = [
  ...applicationRoutes,
  ...messageRoutes,
  ...threadRoutes,
  ...channelRoutes,
  ...guildRoutes,
  ...interactionRoutes,
];

export function createRest(context: Context) {
  const open = new Set<ServerResponse>();

  return {
    handle(request: IncomingMessage, response: ServerResponse): void {
      open.add(response);
      response.on('close', () => open.delete(response));
      answer(context, request, response).catch((error: unknown) => {
        if (!response.headersSent) send(response, 500, {}, { message: String(error), code: 0 });
      });
    },
    close(): void {
      for (const response of open) response.destroy();
    },
  };
}

async function answer(context: Context, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const at = performance.now();
  const url = new URL(request.url ?? '/', 'http://localhost');
  const bytes = await readBytes(request);
  if (url.pathname.startsWith('/attachments/')) return serveAttachment(context, url.pathname, response);
  const signIn = answerSignIn(context, url, request, bytes);
  if (signIn) return send(response, signIn.status, signIn.headers ?? {}, signIn.body);
  const path = /^\/api(?:\/v10)?(\/.*)$/.exec(url.pathname)?.[1];
  if (path === undefined) return send(response, 404, {}, { message: '404: Not Found', code: 0 });
  const found = findRoute(request.method ?? 'GET', path);
  const authorized = request.headers.authorization === `Bot ${context.token}`;
  const record: RequestRecord = {
    method: request.method ?? 'GET',
    path: path + url.search,
    body: undefined,
    files: [],
    kind: found?.route.kind ?? 'other',
    authorized,
    at,
    status: undefined,
  };
  context.requests.push(record);
  const parsed = await parseBody(bytes, request.headers['content-type']).catch((error: unknown) => error);
  if (isParsed(parsed)) {
    record.body = parsed.body;
    record.files = parsed.files.map((file) => file.name);
  }
  const { delay } = context.settings;
  if (delay > 0) await sleep(delay / 2);

  const { settings } = context;
  const fault = settings.refuses?.(record) ?? context.faults.take(record.kind);
  if (fault === 'hang') return;
  if (fault === 'reset') return drop(response);

  let status = 500;
  let body: unknown;
  let headers: Record<string, string> = {};
  try {
    if (fault) injected(context, fault);
    if (!found) throw notFound();
    const { route, params } = found;
    if (route.auth === 'bot' && (!authorized || settings.refusesToken)) throw unauthorized();
    headers = take(context, route, params, response);
    if (response.headersSent) {
      record.status = 429;
      return;
    }
    if (!isParsed(parsed)) throw parsed;
    const reply = route.handle(context, { ...parsed, params, query: url.searchParams });
    ({ status, body } = { body: undefined, ...reply });
    const { method, path: template } = route;
    context.twin?.mirror({ method, template, params, body: parsed.body, id: idOf(context, params, body) });
  } catch (error) {
    if (error instanceof InjectedLimit) {
      status = 429;
      headers = error.headers;
      body = error.body;
    } else if (error instanceof ApiError) {
      ({ status, headers, body } = refusalOf(error, headers));
    } else throw error;
  }
  if (fault === 'resetAfter') return drop(response);
  if (status === 401 || status === 403) context.stats.invalidRequests += 1;
  if (delay > 0) await sleep(delay / 2);
  record.status = status;
  send(response, status, headers, body);
}

/**
 * The refusal as a response. A limit with its own code has its own headers, under the bucket's name (from bug
 * reports: #4413 ◇).
 */
function refusalOf(error: ApiError, counted: Record<string, string>) {
  const { status, code, message, errors, retryAfter, isPage } = error;
  const limited = {
    'Retry-After': String(Math.ceil(retryAfter ?? 0)),
    ...(!isPage && { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset-After': String(retryAfter) }),
  };
  return {
    status,
    headers: { ...counted, ...(retryAfter !== undefined && limited) },
    body: isPage
      ? PAGE
      : {
          message,
          code,
          ...(errors && { errors }),
          ...(retryAfter !== undefined && { retry_after: retryAfter, global: false }),
        },
  };
}

/** A page of Cloudflare, the proxy in front of Discord. */
const PAGE = '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>';

function isParsed(parsed: unknown): parsed is ParsedBody {
  return typeof parsed === 'object' && parsed !== null && 'files' in parsed;
}

/** Counts the request, and answers 429 if the limit is exceeded. */
function take(context: Context, route: Route, params: Record<string, string>, response: ServerResponse) {
  const { buckets, stats } = context;
  if (!route.bucket) return {};
  const major = params.channel ?? params.guild ?? params.token ?? '';
  const global = route.auth === 'bot' ? buckets.takeGlobal() : { headers: {}, retryAfter: undefined };
  const taken =
    global.retryAfter === undefined
      ? buckets.take(route.bucket, `${route.method} ${route.path}`, major)
      : global;
  if (taken.retryAfter !== undefined) {
    stats.rateLimited += 1;
    stats.invalidRequests += 1;
    const body = {
      message: 'You are being rate limited.',
      retry_after: taken.retryAfter,
      global: taken === global,
    };
    send(response, 429, taken.headers, body);
  }
  return taken.headers;
}

/** The id of the message or thread in the response. */
function idOf({ interactions }: Context, params: Record<string, string>, body: unknown): string | undefined {
  if (typeof body === 'object' && body !== null && 'id' in body) return String(body.id);
  const original = interactions.all.get(params.token ?? '')?.original?.id;
  return params.message === '@original' || params.interaction ? original : params.message;
}

class InjectedLimit extends Error {
  readonly headers: Record<string, string>;
  readonly body: object;

  constructor(retryAfter: number) {
    super('injected 429');
    this.headers = { 'Retry-After': String(Math.ceil(retryAfter)), 'X-RateLimit-Scope': 'shared' };
    this.body = { message: 'The resource is being rate limited.', retry_after: retryAfter, global: false };
  }
}

function refuse({ status, code = 0, message = `${status}`, retryAfter, html, errors }: Refusal): never {
  const error = new ApiError(status, code, message, errors);
  error.retryAfter = retryAfter;
  error.isPage = html ?? false;
  throw error;
}

function injected({ faults, stats }: Context, fault: Fault): void {
  if (typeof fault === 'object') refuse(fault);
  switch (fault) {
    case 'status500':
      throw new ApiError(500, 0, '500: Internal Server Error');
    case 'status403':
      throw new ApiError(403, 50013, 'Missing Permissions');
    case 'status404':
      throw new ApiError(404, 10008, 'Unknown Message');
    case 'status429':
      stats.injected429 += 1;
      throw new InjectedLimit(faults.retryAfter);
    default:
  }
}

function findRoute(method: string, path: string) {
  const segments = path.split('/');
  for (const route of ROUTES) {
    if (route.method !== method) continue;
    const params = match(route.path.split('/'), segments);
    if (params) return { route, params };
  }
  return undefined;
}

function match(template: string[], segments: string[]): Record<string, string> | undefined {
  if (template.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = decodeURIComponent(segments[index] ?? '');
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

function drop(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: unknown,
): void {
  if (response.destroyed) return;
  // A 204 with a JSON content type makes discord.js parse nothing.
  if (status === 204 || body === undefined) {
    response.writeHead(status, headers).end();
    return;
  }
  const isPage = typeof body === 'string';
  response
    .writeHead(status, {
      ...headers,
      'Content-Type': isPage ? 'text/html; charset=UTF-8' : 'application/json',
    })
    .end(isPage ? body : JSON.stringify(body));
}

async function serveAttachment(
  { world, settings }: Context,
  path: string,
  response: ServerResponse,
): Promise<void> {
  await sleep(settings.fileDelay);
  const id = path.split('/')[3] ?? '';
  const hung = [...world.messages.values()]
    .filter(({ deleted }) => !deleted)
    .flatMap((one) => one.attachments);
  const file = world.looseFiles.get(id) ?? hung.find((one) => one.id === id);
  if (file) {
    response
      .writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.length })
      .end(file.bytes);
    return;
  }
  response.writeHead(404).end('This content is no longer available.');
}
