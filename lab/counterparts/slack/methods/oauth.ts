/** oauth.v2.access: a code becomes a workspace's token. */
import { needed, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { orgOf } from '../world/orgs.ts';
import { newToken, type StoredOrg, type StoredWorkspace } from '../world/world.ts';
import type { Methods } from './method.ts';

/** Lifetime of a code: ten minutes, ms. */
const CODE_LIFETIME = 600_000;

export const oauthMethods: Methods = {
  'oauth.v2.access': { token: 'none', handle: access },
};

function access(context: Context, { args }: Call): object {
  const { world, grants, clientId, clientSecret } = context;
  if (needed(args, 'client_id', 'invalid_client_id') !== clientId) throw new SlackError('invalid_client_id');
  if (needed(args, 'client_secret', 'bad_client_secret') !== clientSecret)
    throw new SlackError('bad_client_secret');
  if (text(args, 'grant_type') === 'refresh_token') return refreshed(context, needed(args, 'refresh_token'));
  const grant = grants.get(needed(args, 'code', 'invalid_code'));
  if (!grant) throw new SlackError('invalid_code');
  if (grant.used) throw new SlackError('code_already_used');
  if (performance.now() - grant.at > CODE_LIFETIME) throw new SlackError('code_expired');
  const redirected = text(args, 'redirect_uri');
  if (redirected !== undefined && redirected !== grant.redirectUri) throw new SlackError('bad_redirect_uri');
  grant.used = true;
  const workspace = world.workspaces.get(grant.workspaceId);
  if (!workspace) throw new SlackError('invalid_code');
  // A second installation keeps the token.
  const { enterpriseId } = workspace;
  const into = grant.orgWide && enterpriseId !== null ? orgOf(world, enterpriseId) : workspace;
  return {
    ...tokensOf(context, into),
    app_id: world.appId,
    authed_user: { id: grant.userId },
    scope: grant.scope,
    token_type: 'bot',
    bot_user_id: workspace.bot.userId,
    team: grant.orgWide ? null : { id: workspace.id, name: workspace.name },
    enterprise: enterpriseId === null ? null : { id: enterpriseId, name: enterpriseId },
    is_enterprise_install: grant.orgWide,
  };
}

/** Tokens of an app with token rotation: an expiring token and its refresh token. */
function tokensOf({ world, settings }: Context, into: StoredWorkspace | StoredOrg): object {
  const { tokenLifetime } = settings;
  if (tokenLifetime === undefined) return { access_token: into.token ?? newToken(world, into) };
  const refreshToken = `xoxe-1-${world.refreshTokens.size + 1}-${into.id}-counterpart`;
  world.refreshTokens.set(refreshToken, { of: into, isUsed: false });
  return {
    access_token: newToken(world, into, tokenLifetime),
    refresh_token: refreshToken,
    expires_in: Math.round(tokenLifetime / 1_000),
  };
}

/** A refresh token works once (docs.slack.dev: using token rotation). */
function refreshed(context: Context, given: string): object {
  const known = context.world.refreshTokens.get(given);
  if (!known || known.isUsed || known.of.token === undefined) throw new SlackError('invalid_refresh_token');
  known.isUsed = true;
  const isOrg = !('channels' in known.of);
  return {
    app_id: context.world.appId,
    ...tokensOf(context, known.of),
    token_type: 'bot',
    scope: [...context.scopes].join(','),
    bot_user_id: known.of.bot.userId,
    team: isOrg ? null : { id: known.of.id },
    is_enterprise_install: isOrg,
  };
}
