/** The addresses of signing in, and those that a person's own token opens. */
import type { IncomingMessage } from 'node:http';
import type { Context } from '../context.ts';
import { memberPayload, userPayload } from '../world/payloads.ts';
import { authorize, exchange, revoke, type SignInReply } from './oauth.ts';
import type { AuthorizationGrant } from './state.ts';

/** Most guilds in one answer (developers/resources/user.mdx, Get Current User Guilds). */
const GUILDS_MOST = 200;

/** The answer, if the request is about signing in or has a person's token. */
export function answerSignIn(
  context: Context,
  url: URL,
  request: IncomingMessage,
  bytes: Buffer,
): SignInReply | undefined {
  const at = `${request.method} ${url.pathname.replace(/^\/api\/v10/, '/api')}`;
  if (at === 'GET /oauth2/authorize') return authorize(context, url.searchParams);
  if (at === 'POST /api/oauth2/token') return exchange(context, request, bytes);
  if (at === 'POST /api/oauth2/token/revoke') return revoke(context, request, bytes);
  const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (bearer === undefined) return undefined;
  const grant = context.signIn.tokens.get(bearer);
  if (!grant) return refusal(401, 0, '401: Unauthorized');
  if (at === 'GET /api/users/@me') return me(context, grant);
  if (at === 'GET /api/users/@me/guilds') return guilds(context, grant, url.searchParams);
  const guild = /^GET \/api\/users\/@me\/guilds\/(\d+)\/member$/.exec(at)?.[1];
  if (guild !== undefined) return member(context, grant, guild);
  return refusal(403, 20001, 'Bots only can use this endpoint');
}

function me({ world, signIn }: Context, { userId, scopes }: AuthorizationGrant): SignInReply {
  const user = world.users.get(userId);
  if (!user || !scopes.includes('identify')) return missingScope();
  const { id, ...rest } = userPayload(user);
  return { status: 200, body: { ...(signIn.lie !== 'no-id' && { id }), ...rest, locale: 'en-US', flags: 0 } };
}

function guilds(
  { world }: Context,
  { userId, scopes }: AuthorizationGrant,
  query: URLSearchParams,
): SignInReply {
  if (!scopes.includes('guilds')) return missingScope();
  const own = [...world.guilds.values()].filter(({ members }) => members.has(userId));
  const after = query.get('after') ?? '0';
  const page = own.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, GUILDS_MOST);
  return {
    status: 200,
    body: page.map(({ id, name, ownerId }) => ({
      id,
      name,
      icon: null,
      owner: ownerId === userId,
      permissions: '0',
      features: [],
    })),
  };
}

/** Get Current User Guild Member, of the scope guilds.members.read. */
function member(
  { world, signIn }: Context,
  { userId, scopes }: AuthorizationGrant,
  guildId: string,
): SignInReply {
  if (!scopes.includes('guilds.members.read')) return missingScope();
  signIn.membersAsked.push(guildId);
  const guild = world.guilds.get(guildId);
  const found = guild?.members.get(userId);
  const user = world.users.get(userId);
  if (!guild || !found || !user) return refusal(404, 10004, 'Unknown Guild');
  const shown = userPayload(user);
  const other = signIn.lie === 'other-member' ? { ...shown, id: world.bot.id } : shown;
  return { status: 200, body: { ...memberPayload(found), user: other } };
}

function missingScope(): SignInReply {
  return refusal(403, 50026, 'Missing required OAuth2 scope');
}

function refusal(status: number, code: number, message: string): SignInReply {
  return { status, body: { message, code } };
}
