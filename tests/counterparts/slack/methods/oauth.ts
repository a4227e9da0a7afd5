/** oauth.v2.access: a code becomes a workspace's token. */
import { needed, text } from '../args.ts';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { orgOf } from '../orgs.ts';
import { newToken } from '../world.ts';
import type { Call, Methods } from './method.ts';

/** Ten minutes. */
const CODE_LIFETIME = 600_000;

export interface Grant {
  workspaceId: string;
  /** Whether for the whole organisation. */
  orgWide: boolean;
  userId: string;
  scope: string;
  redirectUri: string;
  at: number;
  used: boolean;
}

export const oauthMethods: Methods = {
  'oauth.v2.access': { token: 'none', handle: access },
};

function access(context: Context, { args }: Call): object {
  const { world, grants, clientId, clientSecret } = context;
  if (needed(args, 'client_id', 'invalid_client_id') !== clientId) throw new SlackError('invalid_client_id');
  if (needed(args, 'client_secret', 'bad_client_secret') !== clientSecret)
    throw new SlackError('bad_client_secret');
  const grant = grants.get(needed(args, 'code', 'invalid_code'));
  if (!grant) throw new SlackError('invalid_code');
  if (grant.used) throw new SlackError('code_already_used');
  if (performance.now() - grant.at > CODE_LIFETIME) throw new SlackError('code_expired');
  const redirected = text(args, 'redirect_uri');
  if (redirected !== undefined && redirected !== grant.redirectUri) throw new SlackError('bad_redirect_uri');
  grant.used = true;
  const workspace = world.workspaces.get(grant.workspaceId);
  if (!workspace) throw new SlackError('invalid_code');
  // Installed again, it keeps its token.
  const { enterpriseId } = workspace;
  const into = grant.orgWide && enterpriseId !== null ? orgOf(world, enterpriseId) : workspace;
  const token = into.token ?? newToken(world, into);
  return {
    app_id: world.appId,
    authed_user: { id: grant.userId },
    scope: grant.scope,
    token_type: 'bot',
    access_token: token,
    bot_user_id: workspace.bot.userId,
    team: grant.orgWide ? null : { id: workspace.id, name: workspace.name },
    enterprise: enterpriseId === null ? null : { id: enterpriseId, name: enterpriseId },
    is_enterprise_install: grant.orgWide,
  };
}
