/** Pages besides the Web API: files, uploads, answers to interactions, and the app's installation. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseCall, readBytes } from './api/request.ts';
import type { Context } from './context.ts';
import { useResponseUrl } from './delivery/responses.ts';
import { serveSignIn } from './sign-in/pages.ts';
import { newId } from './world/ids.ts';
import { isExpired } from './world/world.ts';

const LOGIN_PAGE =
  '<!DOCTYPE html><html><head><title>Slack</title></head><body>Sign in to Slack</body></html>';

export async function servePage(
  context: Context,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [first, second, third] = url.pathname.slice(1).split('/');
  if (first === 'files-pri') return serveFile(context, (second ?? '').split('-')[1] ?? '', request, response);
  if (first === 'upload') return takeUpload(context, third ?? '', request, response);
  if (first === 'response') return takeResponse(context, second ?? '', request, response);
  if (url.pathname === '/oauth/v2/authorize') return authorize(context, url, response);
  if (serveSignIn(context, url, response)) return;
  response.writeHead(404, { 'Content-Type': 'text/html' }).end('Page not found');
}

async function serveFile(
  context: Context,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, settings, scopes, downloads } = context;
  const file = world.files.get(id);
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  const known = world.tokens.get(token ?? '');
  const home = world.workspaces.get(file?.workspaceId ?? '');
  const of =
    known?.enterpriseId === undefined
      ? known?.workspaceId === home?.id
      : known.enterpriseId === home?.enterpriseId;
  const allowed = known?.state === 'active' && !isExpired(known) && of && scopes.has('files:read');
  downloads.push({ fileId: id, allowed, at: performance.now() });
  if (settings.fileDelay > 0) await sleep(settings.fileDelay);
  if (settings.redirectFiles !== undefined) {
    const [next, ...rest] = settings.redirectFiles;
    settings.redirectFiles = rest.length > 0 ? rest : undefined;
    response.writeHead(302, { Location: next }).end();
    return;
  }
  // Without permission, Slack sends its sign-in page with a status of success.
  if (!allowed) {
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(LOGIN_PAGE);
    return;
  }
  if (!file || file.mode === 'tombstone') {
    response.writeHead(404).end();
    return;
  }
  response
    .writeHead(200, {
      'Content-Type': file.contentType ?? file.mimetype,
      'Content-Length': file.bytes.length,
    })
    .end(file.bytes);
}

async function takeUpload(
  { world }: Context,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const bytes = await readBytes(request);
  const file = world.files.get(id);
  if (!file || !world.uploads.has(id)) {
    response.writeHead(404).end();
    return;
  }
  const form = request.headers['content-type']?.startsWith('multipart/form-data');
  const uploaded = form ? (await parseCall(request, bytes)).files[0]?.bytes : new Uint8Array(bytes);
  file.bytes = uploaded ?? new Uint8Array();
  response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`OK - ${file.bytes.length}`);
}

async function takeResponse(
  context: Context,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const interaction = context.interactions.all.get(id);
  const { args } = await parseCall(request, await readBytes(request)).catch(() => ({ args: undefined }));
  if (context.settings.delay > 0) await sleep(context.settings.delay);
  const error = interaction && args ? useResponseUrl(context, interaction, args) : 'invalid_url';
  const status = error === undefined ? 200 : /_url$/.test(error) ? 404 : 400;
  if (response.destroyed) return;
  const body = error === undefined ? { ok: true } : { ok: false, error };
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

/** Consents at once, for the workspace `team` or the first one without the app. `cancel` declines. */
function authorize(
  { world, grants, clientId, settings, redirectOrigin }: Context,
  url: URL,
  response: ServerResponse,
): void {
  const { searchParams } = url;
  const refuse = (text: string) => response.writeHead(400, { 'Content-Type': 'text/html' }).end(text);
  if (searchParams.get('client_id') !== clientId) return void refuse('Invalid client_id parameter');
  const scope = searchParams.get('scope') ?? '';
  if (scope === '') return void refuse('No scopes requested');
  const redirectUri = searchParams.get('redirect_uri') ?? settings.redirectUrls?.[0];
  const registered = settings.redirectUrls?.some((one) => redirectUri?.startsWith(one)) ?? true;
  if (!redirectUri || !registered) return void refuse('redirect_uri did not match any configured URIs');
  const all = [...world.workspaces.values()];
  const wanted = searchParams.get('team');
  const workspace = wanted
    ? world.workspaces.get(wanted)
    : (all.find(({ token }) => token === undefined) ?? all[0]);
  if (!workspace) return void refuse('no such workspace');
  const named = new URL(redirectUri);
  const back = redirectOrigin === undefined ? named : new URL(named.pathname + named.search, redirectOrigin);
  const state = searchParams.get('state');
  if (state !== null) back.searchParams.set('state', state);
  if (searchParams.has('cancel')) back.searchParams.set('error', 'access_denied');
  else {
    const code = `${newId('code-')}`;
    const admin = [...workspace.users.values()].find((user) => user.isAdmin || user.isOwner);
    grants.set(code, {
      workspaceId: workspace.id,
      orgWide: searchParams.has('org'),
      userId: searchParams.get('as') ?? admin?.id ?? [...workspace.users.keys()].at(-1) ?? '',
      scope,
      redirectUri,
      at: performance.now(),
      used: false,
    });
    back.searchParams.set('code', code);
  }
  response.writeHead(302, { Location: back.href }).end();
}
