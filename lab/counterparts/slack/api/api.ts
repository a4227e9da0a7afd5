/** The Web API: tokens, scopes, tiers, faults and delay around the methods. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bytesOf } from '../blocks/block-limits.ts';
import type { Context, RequestRecord } from '../context.ts';
import { assistantMethods } from '../methods/assistant.ts';
import { authMethods } from '../methods/auth.ts';
import { chatMethods } from '../methods/chat.ts';
import { conversationMethods } from '../methods/conversations.ts';
import { fileMethods } from '../methods/files.ts';
import type { Method } from '../methods/method.ts';
import { oauthMethods } from '../methods/oauth.ts';
import { reactionMethods } from '../methods/reactions.ts';
import { streamMethods } from '../methods/streams.ts';
import { userGroupMethods } from '../methods/usergroups.ts';
import { userMethods } from '../methods/users.ts';
import { viewMethods } from '../methods/views.ts';
import { signInMethods } from '../sign-in/methods.ts';
import { workspaceOf } from '../world/orgs.ts';
import { isExpired, type StoredWorkspace } from '../world/world.ts';
import { type Args, text } from './args.ts';
import { SlackError } from './errors.ts';
import { type ParsedCall, parseCall, readBytes } from './request.ts';

const METHODS: Record<string, Method> = {
  ...authMethods,
  ...chatMethods,
  ...streamMethods,
  ...assistantMethods,
  ...conversationMethods,
  ...userMethods,
  ...userGroupMethods,
  ...fileMethods,
  ...viewMethods,
  ...reactionMethods,
  ...oauthMethods,
  ...signInMethods,
};

interface Reply {
  status: number;
  headers: Record<string, string>;
  body: { ok?: boolean; error?: string } & Record<string, unknown>;
}

const PAGE = '<!DOCTYPE html><title>page-canary</title>';

/** Answers one call. @param name the method, such as `chat.postMessage` */
export async function answerCall(
  context: Context,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { faults, settings, requests } = context;
  const record: RequestRecord = {
    method: name,
    args: {},
    workspaceId: undefined,
    at: performance.now(),
    status: undefined,
    ok: undefined,
    error: undefined,
  };
  requests.push(record);
  const bytes = await readBytes(request);
  const parsed = await parseCall(request, bytes).catch((error: unknown) => error);
  if (isParsed(parsed)) {
    record.args = withoutSecrets(parsed.args);
    const known = context.world.tokens.get(parsed.token ?? '');
    record.workspaceId = known?.workspaceId ?? known?.enterpriseId;
  }
  const { delay } = settings;
  if (delay > 0) await sleep(delay / 2);
  const fault = faults.take(name);
  if (fault === 'hang') return;
  if (fault === 'page' || fault === 'page502') {
    const status = fault === 'page' ? 200 : 502;
    return void response.writeHead(status, { 'Content-Type': 'text/html' }).end(PAGE);
  }
  if (fault === 'reset') return drop(response);
  const reply = await replyTo(context, name, parsed, fault).catch(refusal);
  if (fault === 'resetAfter') return drop(response);
  if (delay > 0) await sleep(delay / 2);
  record.status = reply.status;
  record.ok = reply.body.ok;
  record.error = reply.body.error;
  if (response.destroyed) return;
  const headers = { ...reply.headers, 'Content-Type': 'application/json; charset=utf-8' };
  response.writeHead(reply.status, headers).end(JSON.stringify(reply.body));
}

async function replyTo(context: Context, name: string, parsed: unknown, fault?: string): Promise<Reply> {
  if (fault === 'status500')
    return { status: 500, headers: {}, body: { ok: false, error: 'internal_error' } };
  if (fault === 'status404') return { status: 404, headers: {}, body: { message: 'not found' } };
  if (fault === 'ratelimited') {
    context.stats.injected429 += 1;
    return limited(context.faults.retryAfter);
  }
  if (fault !== undefined && fault !== 'resetAfter') throw new SlackError(fault);
  const method = METHODS[name];
  if (!method) throw new SlackError('unknown_method', { req_method: name });
  if (!isParsed(parsed)) throw parsed;
  const { args, files, token } = parsed;
  const blocks = typeof args.blocks === 'string' ? args.blocks : JSON.stringify(args.blocks ?? []);
  if (context.settings.refusedBlocks.some((type) => blocks.includes(`"type":"${type}"`)))
    throw new SlackError(context.settings.refusedBlocksError);
  const written = String(args.text ?? args.markdown_text ?? '') + (blocks === '[]' ? '' : blocks);
  if (name.startsWith('chat.') && bytesOf(written) > (context.settings.longest ?? Infinity))
    throw new SlackError('msg_too_long');
  const workspace = authorized(context, method, token, args);
  allowed(context, method);
  const channel = text(args, 'channel') ?? text(args, 'channel_id');
  const retryAfter = context.tiers.take(name, workspace?.id ?? '', channel);
  if (retryAfter !== undefined) {
    const { rateLimited } = context.stats;
    rateLimited[name] = (rateLimited[name] ?? 0) + 1;
    return limited(retryAfter);
  }
  // A method without a token has no workspace and needs none.
  const call = { args, files, token: token ?? '', workspace: workspace as StoredWorkspace };
  const answer = await method.handle(context, call);
  context.twin?.mirror(workspace?.id ?? '', name, args, answer);
  const scopes = {
    'X-OAuth-Scopes': [...context.scopes].join(','),
    'X-Accepted-OAuth-Scopes': method.scope ?? '',
  };
  return { status: 200, headers: scopes, body: { ok: true, ...answer } };
}

function authorized({ appToken, world }: Context, method: Method, token: string | undefined, args: Args) {
  if (method.token === 'none') return undefined;
  if (token === undefined) throw new SlackError('not_authed');
  if (method.token === 'app') {
    if (token === appToken) return undefined;
    throw new SlackError(token.startsWith('xapp-') ? 'invalid_auth' : 'not_allowed_token_type');
  }
  if (token === appToken) throw new SlackError('not_allowed_token_type');
  const known = world.tokens.get(token);
  if (known?.state === 'revoked') throw new SlackError('token_revoked');
  if (known?.state === 'inactive') throw new SlackError('account_inactive');
  if (known && isExpired(known)) throw new SlackError('token_expired');
  if (known?.enterpriseId !== undefined) {
    if (method.team && text(args, 'team_id') === undefined) throw new SlackError('missing_argument');
    return workspaceOf(world, known.enterpriseId, args);
  }
  const workspace = world.workspaces.get(known?.workspaceId ?? '');
  if (!workspace) throw new SlackError('invalid_auth');
  return workspace;
}

function allowed({ scopes }: Context, { scope }: Method): void {
  if (scope === undefined || scopes.has(scope)) return;
  throw new SlackError('missing_scope', { needed: scope, provided: [...scopes].join(',') });
}

function limited(retryAfter: number): Reply {
  return {
    status: 429,
    headers: { 'Retry-After': String(retryAfter) },
    body: { ok: false, error: 'ratelimited' },
  };
}

function refusal(error: unknown): Reply {
  if (error instanceof SlackError) {
    return { status: 200, headers: {}, body: { ok: false, error: error.code, ...error.fields } };
  }
  // A bug of the counterpart must show at once, instead of being retried for half an hour.
  console.error(error);
  return { status: 200, headers: {}, body: { ok: false, error: 'fatal_error', detail: String(error) } };
}

function isParsed(parsed: unknown): parsed is ParsedCall {
  return typeof parsed === 'object' && parsed !== null && 'files' in parsed;
}

function withoutSecrets(args: Args): Args {
  return Object.fromEntries(Object.entries(args).filter(([name]) => !/token|secret/.test(name)));
}

function drop(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
