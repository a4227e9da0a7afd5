/** The bot's identity, and its connections. */

import { needed } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { endToken } from '../world/world.ts';
import { type Methods, userOf } from './method.ts';

export const authMethods: Methods = {
  'api.test': { token: 'none', handle: (_, { args }) => ({ args }) },
  'apps.connections.open': { token: 'app', handle: ({ socketMode }) => ({ url: socketMode.url() }) },
  'auth.test': {
    handle({ world }, { workspace, token }) {
      const { id, name, domain, bot, enterpriseId } = workspace;
      const org = world.tokens.get(token)?.enterpriseId;
      return {
        url: `https://${domain}.slack.com/`,
        team: org ?? name,
        user: workspace.users.get(bot.userId)?.name,
        team_id: org ?? id,
        user_id: bot.userId,
        bot_id: bot.id,
        is_enterprise_install: org !== undefined,
        ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
      };
    },
  },
  'auth.revoke': {
    handle({ world }, { token, workspace }) {
      endToken(world, world.orgs.get(world.tokens.get(token)?.enterpriseId ?? '') ?? workspace, 'revoked');
      return { revoked: true };
    },
  },
  'team.info': {
    scope: 'team:read',
    handle(_, { workspace }) {
      const { id, name, domain, enterpriseId } = workspace;
      const enterprise = enterpriseId === null ? {} : { enterprise_id: enterpriseId };
      return { team: { id, name, domain, email_domain: '', icon: {}, ...enterprise } };
    },
  },
  'bots.info': { scope: 'users:read', handle: botInfo },
};

function botInfo({ world }: Context, call: Call): object {
  const { bot } = call.workspace;
  if (needed(call.args, 'bot') !== bot.id) throw new SlackError('bot_not_found');
  const { name } = userOf({ ...call, args: { user: bot.userId } });
  return {
    bot: {
      id: bot.id,
      deleted: false,
      name,
      updated: 1_700_000_000,
      app_id: world.appId,
      user_id: bot.userId,
      icons: {},
    },
  };
}
