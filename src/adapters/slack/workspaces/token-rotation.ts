/**
 * Refreshes tokens of installations that expire after some hours (docs.slack.dev: using token rotation). A
 * refresh token works once: the new tokens are stored before they are used, and one process at a time
 * refreshes.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { Leases } from '../../../core/platform.ts';
import { createRecent } from '../../../core/recent.ts';
import { isSureRefusal, loggable } from '../api/errors.ts';

/** The tokens of one installation. */
export interface RotatedTokens {
  token: string;
  /** Absent: the token never expires. */
  refreshToken?: string | undefined;
  /** Seconds since 1970. */
  expiresAt?: number | undefined;
}

export interface TokenRotation {
  /** The given tokens, or newer ones if these are about to expire. @throws StoreError */
  fresh(id: string, tokens: RotatedTokens): Promise<RotatedTokens>;
  /** The newest token of the same installation, as far as this process knows. */
  newest(token: string): string;
  /** Whether the token expires. */
  rotates(token: string): boolean;
  /** Gets a newer token after Slack called this one expired; undefined where there is none. Never throws. */
  replace(token: string): Promise<string | undefined>;
}

export interface TokenRotationOptions {
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

const MOST_TOKENS = 10_000;
/** Tokens live for 12 hours. They are refreshed this long before their end, as Slack's own libraries do, s. */
const EARLY_SECONDS = 2 * 3_600;
/** A token with less time left than this is not used any more, s. */
const LAST_SECONDS = 30;
/** Interval between checks whether another process has refreshed, ms. */
const LOOK_MS = 200;
const MOST_LOOKS = 50;
/** After a refusal, no refresh is tried for this long, ms. */
const REFUSED_MS = 60_000;

const REFUSED =
  'Slack does not refresh the token of a workspace. An admin of it has to install Parley again by /slack/install.';

export function createTokenRotation(options: TokenRotationOptions): TokenRotation {
  const { clientId, clientSecret, client, leases, read, write, log } = options;
  /** Installation ids by token, expired tokens included. */
  const owners = createRecent<string, string>(MOST_TOKENS);
  const newestOf = createRecent<string, string>(MOST_TOKENS);
  /** Refreshed tokens that could not be stored yet. */
  const unstored = new Map<string, RotatedTokens>();
  const underWay = new Map<string, Promise<RotatedTokens | undefined>>();
  const refused = createRecent<string, true>(MOST_TOKENS, { ttl: REFUSED_MS });

  function learn(id: string, { token, refreshToken }: RotatedTokens): void {
    if (refreshToken === undefined) return;
    owners.set(token, id);
    newestOf.set(id, token);
  }

  /**
   * Refreshes the tokens, one call at a time for each installation. Undefined where it fails; the failure is
   * logged. Never throws.
   * @param stale the token to replace
   */
  function refresh(id: string, stale: string): Promise<RotatedTokens | undefined> {
    const running = underWay.get(id) ?? refreshOrLog(id, stale).finally(() => underWay.delete(id));
    underWay.set(id, running);
    return running;
  }

  async function refreshOrLog(id: string, stale: string): Promise<RotatedTokens | undefined> {
    try {
      const tokens = await refreshNow(id, stale);
      if (tokens) learn(id, tokens);
      return tokens;
    } catch (error) {
      const code = loggable(error);
      if (isSureRefusal(error)) {
        refused.set(id, true);
        log.error({ team: id, code }, REFUSED);
      } else log.warn({ team: id, code }, 'slack token not refreshed');
      return undefined;
    }
  }

  async function refreshNow(id: string, stale: string): Promise<RotatedTokens | undefined> {
    for (let look = 0; look < MOST_LOOKS; look++) {
      const stored = await storedOf(id);
      if (!stored || stored.token !== stale) return stored;
      if (stored.refreshToken === undefined || refused.has(id)) return undefined;
      const lease = await leases.acquire(`slack-token|${id}`);
      if (lease) {
        try {
          return await exchange(id, stale);
        } finally {
          await leases.release(lease).catch(() => {});
        }
      }
      await sleep(LOOK_MS);
    }
    return undefined;
  }

  async function storedOf(id: string): Promise<RotatedTokens | undefined> {
    const kept = unstored.get(id);
    if (!kept) return read(id);
    await write(id, kept);
    unstored.delete(id);
    return kept;
  }

  /** Reads the tokens again first: another process may have refreshed just before it had the lease. */
  async function exchange(id: string, stale: string): Promise<RotatedTokens | undefined> {
    const stored = await read(id);
    if (!stored || stored.token !== stale || stored.refreshToken === undefined) return stored;
    const answer = await client.oauth.v2.access({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: stored.refreshToken,
    });
    const { access_token: token, refresh_token: refreshToken, expires_in: seconds = 0 } = answer;
    if (token === undefined) return undefined;
    const tokens = { token, refreshToken, expiresAt: secondsNow() + seconds };
    unstored.set(id, tokens);
    await storedOf(id);
    log.info({ team: id }, 'slack token refreshed');
    return tokens;
  }

  return {
    async fresh(id, tokens) {
      learn(id, tokens);
      const { token, refreshToken, expiresAt } = tokens;
      if (refreshToken === undefined || expiresAt === undefined) return tokens;
      const left = expiresAt - secondsNow();
      if (left > EARLY_SECONDS) return tokens;
      const refreshing = refresh(id, token);
      // Nobody waits for the refresh while the old token works.
      return left > LAST_SECONDS ? tokens : ((await refreshing) ?? tokens);
    },

    newest: (token) => newestOf.get(owners.get(token) ?? '') ?? token,

    rotates: (token) => owners.has(token),

    async replace(token) {
      const id = owners.get(token);
      const tokens = id === undefined ? undefined : await refresh(id, token);
      if (!tokens || tokens.token === token || id === undefined) return undefined;
      return tokens.token;
    },
  };
}

const secondsNow = () => Math.floor(Date.now() / 1000);
