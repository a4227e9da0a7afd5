/** Tells the first steps, once, to the person who installed Parley in a workspace. */
import type { Logger } from 'pino';
import type { AdapterState } from '../../core/platform.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { TenantId } from '../../core/types.ts';
import { tenantOf } from './ids.ts';
import { whisperOf } from './interactions/whisper.ts';
import type { WorkspaceSource } from './workspaces/workspaces.ts';

export interface Welcome {
  /** Never throws. */
  installed(team: string, installer: string): Promise<void>;
  /** Forgets that the steps were told, so that the next installation is a new one. */
  removed(team: string): Promise<void>;
}

export interface WelcomeOptions {
  workspaces: Pick<WorkspaceSource, 'of'>;
  adapterState: AdapterState;
  text(tenant: TenantId): Promise<string>;
  log: Logger;
}

const NOTE = 'welcome|';

export function createWelcome({ workspaces, adapterState, text, log }: WelcomeOptions): Welcome {
  return {
    async installed(team, installer) {
      try {
        if (await adapterState.read(NOTE + team)) return;
        // This is noted first: if Parley dies here, the person hears nothing rather than the same twice.
        await adapterState.write(NOTE + team, true);
        const client = (await workspaces.of(team))?.client;
        const { channel } = (await client?.conversations.open({ users: installer })) ?? {};
        if (!client || !channel?.id) return;
        await client.chat.postMessage({ channel: channel.id, ...whisperOf(await text(tenantOf(team))) });
      } catch (error) {
        log.warn({ team, error: whereFrom(error) }, 'welcome not said');
      }
    },
    removed: (team) => adapterState.remove(NOTE + team),
  };
}
