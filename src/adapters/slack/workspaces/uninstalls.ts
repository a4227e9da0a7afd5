/** Deletes everything of a workspace that Parley was removed from. */
import type { App } from '@slack/bolt';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import { createLanes } from '../../../core/lanes.ts';
import type { TenantId } from '../../../core/types.ts';
import { tenantOf } from '../ids.ts';
import type { WorkspaceSource } from './workspaces.ts';

export interface UninstallsOptions {
  app: App;
  workspaces: WorkspaceSource;
  /** Removes history, settings and key. */
  forget(tenant: TenantId): Promise<void>;
  log: Logger;
}

const MOST_TOLD = 1_000;
const TOLD_MS = 60_000;

/** If a deletion fails, Slack hears of it and sends the event again. */
export function watchUninstalls({ app, workspaces, forget, log }: UninstallsOptions): void {
  // Slack sends both events at once, since removing an app also ends its tokens.
  const lanes = createLanes();
  /** Workspaces whose removal was logged, kept while Slack may send more events of the same removal. */
  const told = new LRUCache<string, true>({ max: MOST_TOLD, ttl: TOLD_MS });

  function remove(
    context: { teamId?: string; enterpriseId?: string; isEnterpriseInstall: boolean },
    at: number,
  ): Promise<void> {
    const { teamId: team, enterpriseId, isEnterpriseInstall } = context;
    const org = isEnterpriseInstall ? enterpriseId : undefined;
    return lanes.run(org ?? team ?? '', () =>
      workspaces.removed({ team, org }, at, async (each) => {
        await forget(tenantOf(each));
        if (told.has(each)) return;
        told.set(each, true);
        log.info({ team: each }, 'forgot a slack workspace that Parley was removed from');
      }),
    );
  }
  app.event('app_uninstalled', ({ context, body }) => remove(context, body.event_time));
  app.event('tokens_revoked', async ({ event, context, body }) => {
    // Parley uses no tokens of people.
    if ((event.tokens.bot ?? []).length > 0) await remove(context, body.event_time);
  });
}
