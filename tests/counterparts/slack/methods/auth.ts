/** Who the bot is, and where; its connections. */

import { needed } from '../args.ts';
import type { Context } from '../context.ts';
import { SlackError } from '../errors.ts';
import { type Call, type Methods, userOf } from './method.ts';

export const authMethods: Methods = {
  'api.test': { token: 'none', handle: (_, { args }) => ({ args }) },
  'apps.connections.open': { token: 'app', handle: ({ socketMode }) => ({ url: socketMode.url() }) },
  'auth.test': {
    handle(_, { workspace }) {
      const { id, name, domain, bot, enterpriseId } = workspace;
      return {
        url: `https://${domain}.slack.com/`,
        team: name,
        user: workspace.users.get(bot.userId)?.name,
        team_id: id,
        user_id: bot.userId,
        bot_id: bot.id,
        is_enterprise_install: false,
        ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
      };
    },
  },
  'auth.revoke': {
    handle({ world }, { token, workspace }) {
      world.tokens.set(token, { workspaceId: workspace.id, state: 'revoked' });
      workspace.token = undefined;
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
