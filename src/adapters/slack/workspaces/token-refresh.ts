/**
 * Refreshes the tokens of an installation at Slack (docs.slack.dev: using token rotation). A refresh token works once:
 * new tokens are stored before they are used, and one process at a time refreshes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Leases } from '../../../core/platform.ts';
import { createRecent } from '../../../core/recent.ts';
import { isSureRefusal, loggable } from '../api/errors.ts';
import { en } from '../sentences/en.ts';

/** The tokens of one installation. */
export interface RotatedTokens {
  token: string;
  /** Absent: the token never expires. */
  refreshToken?: string | undefined;
  /** Seconds since 1970. */
  expiresAt?: number | undefined;
}

/**
 * Refreshes the tokens of an installation. Undefined where that fails; the failure is logged. Never throws.
 * @param stale the token to replace
 */
export type TokenRefresh = (id: string, stale: string) => Promise<RotatedTokens | undefined>;

export interface TokenRefreshOptions {
  clientId: string;
  clientSecret: string;
  /** A client without a token. */
  client: WebClient;
  leases: Leases;
  /** @throws StoreError */
  read(id: string): Promise<RotatedTokens | undefined>;
  /** @throws StoreError */
  write(id: string, tokens: RotatedTokens): Promise<void>;
  log: Logger;
}

/** Interval between checks whether another process has refreshed, ms. */
const LOOK_MS = 200;
const MOST_LOOKS = 50;
/** After a refusal, no refresh is tried for this long, ms. */
const REFUSED_MS = 60_000;
const MOST_REFUSED = 10_000;

export function createTokenRefresh(options: TokenRefreshOptions): TokenRefresh {
  const { leases, read, write, log } = options;
  /** Refreshed tokens that could not be stored yet. */
  const unstored = new Map<string, RotatedTokens>();
  const refused = createRecent<string, true>(MOST_REFUSED, { ttl: REFUSED_MS });

  async function storedOf(id: string): Promise<RotatedTokens | undefined> {
    const kept = unstored.get(id);
    if (!kept) return read(id);
    await write(id, kept);
    unstored.delete(id);
    return kept;
  }

  /** Reads the tokens again first: another process may have refreshed just before this one had the lease. */
  async function replace(id: string, stale: string): Promise<RotatedTokens | undefined> {
    const stored = await read(id);
    if (!stored || stored.token !== stale || stored.refreshToken === undefined) return stored;
    const tokens = await exchange(options, stored.refreshToken);
    if (!tokens) return undefined;
    unstored.set(id, tokens);
    await storedOf(id);
    log.info({ team: id }, 'slack token refreshed');
    return tokens;
  }

  async function refresh(id: string, stale: string): Promise<RotatedTokens | undefined> {
    for (let look = 0; look < MOST_LOOKS; look++) {
      const stored = await storedOf(id);
      if (!stored || stored.token !== stale) return stored;
      if (stored.refreshToken === undefined || refused.has(id)) return undefined;
      const lease = await leases.acquire(`slack-token|${id}`);
      if (lease) {
        try {
          return await replace(id, stale);
        } finally {
          await leases.release(lease).catch(() => {});
        }
      }
      await sleep(LOOK_MS);
    }
    return undefined;
  }

  return async (id, stale) => {
    try {
      return await refresh(id, stale);
    } catch (error) {
      const code = loggable(error);
      if (isSureRefusal(error)) {
        refused.set(id, true);
        log.error({ team: id, code }, en.operator.notRefreshed);
      } else log.warn({ team: id, code }, 'slack token not refreshed');
      return undefined;
    }
  };
}

/** Slack's new tokens for a refresh token. */
async function exchange(
  { client, clientId, clientSecret }: TokenRefreshOptions,
  refreshToken: string,
): Promise<RotatedTokens | undefined> {
  const answer = await client.oauth.v2.access({
    client_id: clientId,
    client_secret: clientSecret,
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
  });
  const { access_token: token, refresh_token, expires_in: seconds = 0 } = answer;
  if (token === undefined) return undefined;
  return { token, refreshToken: refresh_token, expiresAt: secondsNow() + seconds };
}

export const secondsNow = () => Math.floor(Date.now() / 1000);
