/** Replaces tokens of installations that expire after some hours (docs.slack.dev: using token rotation). */
import { createRecent } from '../../../core/recent.ts';
import {
  createTokenRefresh,
  type RotatedTokens,
  secondsNow,
  type TokenRefreshOptions,
} from './token-refresh.ts';

export interface TokenRotation {
  /** The given tokens, or newer ones if these are about to expire. @throws StoreError */
  fresh(id: string, tokens: RotatedTokens): Promise<RotatedTokens>;
  /** The newest token of the same installation, as far as this process knows. */
  newest(token: string): string;
  /** Whether the token expires. */
  rotates(token: string): boolean;
  /** A newer token, after Slack called this one expired; undefined where there is none. Never throws. */
  replace(token: string): Promise<string | undefined>;
}

const MOST_TOKENS = 10_000;
/** Tokens live for 12 hours. They are refreshed this long before their end, as Slack's own libraries do, s. */
const EARLY_SECONDS = 2 * 3_600;
/** A token with less time left than this is not used any more, s. */
const LAST_SECONDS = 30;

export function createTokenRotation(options: TokenRefreshOptions): TokenRotation {
  const tokenRefresh = createTokenRefresh(options);
  /** Installation ids by token, expired tokens included. */
  const owners = createRecent<string, string>(MOST_TOKENS);
  const newestOf = createRecent<string, string>(MOST_TOKENS);
  /** Refreshes under way, by installation: there is one at a time. */
  const underWay = new Map<string, Promise<RotatedTokens | undefined>>();

  function learn(id: string, { token, refreshToken }: RotatedTokens): void {
    if (refreshToken === undefined) return;
    owners.set(token, id);
    newestOf.set(id, token);
  }

  async function refreshAndLearn(id: string, stale: string): Promise<RotatedTokens | undefined> {
    const tokens = await tokenRefresh(id, stale);
    if (tokens) learn(id, tokens);
    return tokens;
  }

  function refresh(id: string, stale: string): Promise<RotatedTokens | undefined> {
    const running = underWay.get(id) ?? refreshAndLearn(id, stale).finally(() => underWay.delete(id));
    underWay.set(id, running);
    return running;
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
