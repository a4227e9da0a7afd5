/**
 * Installations by OAuth. Each is a sealed record with the token for calls, for one workspace or for a whole
 * organisation of Enterprise Grid.
 */
import type { Installation, InstallationQuery, InstallationStore } from '@slack/oauth';
import type { Secrets } from '../../../core/storage.ts';
import { tenantOf } from '../ids.ts';
import type { InstalledPlace } from './installed.ts';
import type { RotatedTokens } from './token-refresh.ts';
import type { TokenRotation } from './token-rotation.ts';
import type { Bot } from './workspaces.ts';

export interface Installed {
  bot: Bot;
  /** When Parley was installed (ms since 1970). */
  at: number;
  tokens: RotatedTokens;
}

/**
 * Installations by the id of a workspace, or of an organisation. All methods throw StoreError, and VaultError where a
 * record cannot be opened.
 */
export interface Installations extends InstallationStore {
  find(id: string): Promise<Installed | undefined>;
  /** Stores newer tokens of an installation; does nothing if it is gone. */
  renew(id: string, tokens: RotatedTokens): Promise<void>;
  remove(id: string): Promise<void>;
}

interface StoredInstallation {
  v: 1;
  at: number;
  /** The library's record, without the installer's own tokens. */
  installation: Installation;
}

const PURPOSE = 'slack-installation';

/** The id that an installation is kept by: as in Bolt, the organisation's of an org-wide one, else the workspace's. */
function idOf({ isEnterpriseInstall, enterpriseId, teamId }: InstallationQuery<boolean>): string | undefined {
  return isEnterpriseInstall && enterpriseId !== undefined ? enterpriseId : teamId;
}

/** @param onStored called with the place that has a new token, and the id of the person who installed Parley */
export function createInstallations(
  secrets: Secrets,
  onStored: (place: InstalledPlace, installer: string) => Promise<void>,
): Installations {
  async function read(id: string | undefined): Promise<StoredInstallation | undefined> {
    const text = id === undefined ? undefined : await secrets.read(tenantOf(id), PURPOSE);
    return text === undefined ? undefined : (JSON.parse(text) as StoredInstallation);
  }
  const remove = (id: string) => secrets.remove(tenantOf(id), PURPOSE);

  return {
    async find(id) {
      const stored = await read(id);
      const bot = stored?.installation.bot;
      if (!stored || !bot) return undefined;
      const isOrgWide = stored.installation.isEnterpriseInstall === true;
      const { token, refreshToken, expiresAt } = bot;
      return {
        bot: { token, botId: bot.id, botUserId: bot.userId, isOrgWide },
        at: stored.at,
        tokens: { token, refreshToken, expiresAt },
      };
    },
    async renew(id, { token, refreshToken, expiresAt }) {
      const stored = await read(id);
      if (!stored?.installation.bot) return;
      Object.assign(stored.installation.bot, { token, refreshToken, expiresAt });
      await secrets.write(tenantOf(id), PURPOSE, JSON.stringify(stored));
    },
    remove,

    async storeInstallation(installation) {
      if (!installation.bot) throw new Error('Slack gave no bot token');
      const isOrg = installation.isEnterpriseInstall === true;
      const id = idOf({
        isEnterpriseInstall: isOrg,
        enterpriseId: installation.enterprise?.id,
        teamId: installation.team?.id,
      });
      if (id === undefined) throw new Error('Slack did not say where Parley was installed');
      const { user, incomingWebhook: _, ...rest } = installation;
      const kept = { ...rest, user: { id: user.id, token: undefined, scopes: undefined } } as Installation;
      const stored: StoredInstallation = { v: 1, at: Date.now(), installation: kept };
      await secrets.write(tenantOf(id), PURPOSE, JSON.stringify(stored));
      await onStored({ id, isOrg }, user.id);
    },
    async fetchInstallation(query) {
      const stored = await read(idOf(query));
      if (!stored) throw new Error('Parley is not installed there');
      return stored.installation;
    },
    async deleteInstallation(query) {
      const id = idOf(query);
      if (id !== undefined) await remove(id);
    },
  };
}

/** The installations, with tokens refreshed before they expire. */
export function withFreshTokens(
  installations: Installations,
  rotation: Pick<TokenRotation, 'fresh'>,
): Installations {
  return {
    ...installations,
    async find(id) {
      const found = await installations.find(id);
      if (!found) return undefined;
      const tokens = await rotation.fresh(id, found.tokens);
      return { ...found, tokens, bot: { ...found.bot, token: tokens.token } };
    },
  };
}
