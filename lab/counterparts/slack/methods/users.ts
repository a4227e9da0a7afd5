/** People. */
import { count, text } from '../api/args.ts';
import { userPayload } from '../world/message-payload.ts';
import { type Methods, userOf } from './method.ts';

export const userMethods: Methods = {
  'users.info': {
    scope: 'users:read',
    handle: (_, call) => ({ user: userPayload(userOf(call), call.workspace) }),
  },
  'users.list': {
    scope: 'users:read',
    team: true,
    handle(_, { workspace, args }) {
      const all = [...workspace.users.values()].filter(({ teamId }) => teamId === workspace.id);
      const from = Number(text(args, 'cursor') ?? 0);
      const page = all.slice(from, from + count(args, 'limit', 1000));
      const next = from + page.length;
      return {
        members: page.map((user) => userPayload(user, workspace)),
        cache_ts: Math.floor(Date.now() / 1000),
        response_metadata: { next_cursor: next < all.length ? String(next) : '' },
      };
    },
  },
};
