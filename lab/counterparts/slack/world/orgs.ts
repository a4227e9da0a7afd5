/**
 * Enterprise Grid: an organisation of workspaces, which can install an app as a whole. One token then works in all
 * its workspaces. A call names the workspace by `team_id`, or by ids, which are unique in the organisation.
 */
import { type Args, text } from '../api/args.ts';
import { SlackError } from '../api/errors.ts';
import { newId } from './ids.ts';
import type { StoredOrg, StoredWorkspace, World } from './world.ts';

/** The organisation of this id, created if missing. */
export function orgOf({ orgs }: World, id: string): StoredOrg {
  const known = orgs.get(id);
  if (known) return known;
  const org: StoredOrg = { id, bot: { id: newId('B'), userId: newId('U') }, token: undefined };
  orgs.set(id, org);
  return org;
}

/** The app's installation in a workspace; undefined if there is none. */
export function installationOf(
  { orgs }: World,
  workspace: StoredWorkspace,
): { token: string; orgWide: boolean } | undefined {
  if (workspace.token !== undefined) return { token: workspace.token, orgWide: false };
  const token = orgs.get(workspace.enterpriseId ?? '')?.token;
  return token === undefined ? undefined : { token, orgWide: true };
}

/** The workspace that a call with an organisation's token is about. */
export function workspaceOf({ workspaces }: World, enterpriseId: string, args: Args): StoredWorkspace {
  const ours = [...workspaces.values()].filter((one) => one.enterpriseId === enterpriseId);
  const team = text(args, 'team_id');
  const spoken = ['channel', 'channel_id', 'user', 'user_id', 'users'].map((name) => text(args, name) ?? '');
  const found =
    team === undefined
      ? (ours.find(({ channels, users }) => spoken.some((id) => channels.has(id) || users.has(id))) ??
        ours[0])
      : ours.find(({ id }) => id === team);
  if (!found) throw new SlackError('team_not_found');
  return found;
}
