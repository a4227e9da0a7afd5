/** User groups, whose members can be mentioned at once. */
import { flag } from '../api/args.ts';
import type { Methods } from './method.ts';

export const userGroupMethods: Methods = {
  'usergroups.list': {
    scope: 'usergroups:read',
    team: true,
    handle(_, { workspace, args }) {
      const gone = flag(args, 'include_disabled') === true;
      const named = [...workspace.userGroups.values()].filter((one) => gone || !one.deleted);
      return {
        usergroups: named.map(({ id, handle, name, users, deleted }) => ({
          id,
          team_id: workspace.id,
          is_usergroup: true,
          handle,
          name,
          description: '',
          date_delete: deleted ? 1_700_000_000 : 0,
          user_count: users.length,
          ...(flag(args, 'include_users') ? { users } : {}),
        })),
      };
    },
  },
};
