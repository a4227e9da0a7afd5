/** OAuth2 of Discord: who is at the browser, the codes and tokens that were given, and the lies that a test wants. */
import { randomBytes } from 'node:crypto';

/**
 * A lie of Discord: `scopes` are fewer than were asked for, `no-token` and `no-id` leave out what is needed,
 * `other-member` tells of another person's roles.
 */
export type DiscordLie = 'scopes' | 'no-token' | 'no-id' | 'other-member' | 'token-type';

export interface AuthorizationGrant {
  userId: string;
  redirectUri: string;
  /** Code challenge of PKCE, method S256. */
  challenge: string | undefined;
  scopes: string[];
  /** `performance.now()` */
  at: number;
  isUsed: boolean;
}

export interface DiscordSignIn {
  /** The name of the user at the browser; null: somebody who says no. */
  person: string | null;
  lie: DiscordLie | undefined;
  clientSecret: string;
  /** The redirect addresses that are registered; undefined: any. */
  redirectUrls: string[] | undefined;
  /** Lifetime of a code, ms. Discord does not document it ◇. */
  codeLifetime: number;
  grants: Map<string, AuthorizationGrant>;
  /** Grants by their access tokens. A test revokes a token by deleting it. */
  tokens: Map<string, AuthorizationGrant>;
  /** Tokens that were revoked by the application. */
  revoked: string[];
  /** Guilds whose member was asked for. */
  membersAsked: string[];
}

export function createSignIn(): DiscordSignIn {
  return {
    person: 'ada',
    lie: undefined,
    clientSecret: randomBytes(16).toString('base64url'),
    redirectUrls: undefined,
    codeLifetime: 60_000,
    grants: new Map(),
    tokens: new Map(),
    revoked: [],
    membersAsked: [],
  };
}
