/** Sign in with Slack: who is at the browser, the codes and tokens that were given, and the lies that a test wants. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';

/**
 * A lie in the ID token or beside it: a claim that is not true, `signature` of another key, `unsigned` with the
 * algorithm `none`, `no-id-token`, or `other-person`, of whom openid.connect.userInfo tells.
 */
export type SlackLie =
  | 'issuer'
  | 'audience'
  | 'nonce'
  | 'no-nonce'
  | 'expired'
  | 'at-hash'
  | 'signature'
  | 'unsigned'
  | 'no-id-token'
  | 'no-team'
  | 'other-person';

export interface OpenIdGrant {
  workspaceId: string;
  userId: string;
  redirectUri: string;
  nonce: string | undefined;
  /** Code challenge of PKCE, method S256. */
  challenge: string | undefined;
  scopes: string[];
  /** `performance.now()` */
  at: number;
  isUsed: boolean;
}

export interface SlackSignIn {
  /** The id of the user at the browser; null: somebody who says no. Undefined: the first person of the first workspace. */
  person: string | null | undefined;
  lie: SlackLie | undefined;
  /** Addresses of users by their ids; absent: the name at the workspace's domain, verified. */
  addresses: Map<string, { email: string; isVerified: boolean }>;
  /** Lifetime of a code, ms. */
  codeLifetime: number;
  grants: Map<string, OpenIdGrant>;
  /** Grants by their access tokens. A test revokes a token by deleting it. */
  tokens: Map<string, OpenIdGrant>;
  /** Made when first needed, because making one takes a tenth of a second. */
  readonly key: SigningKey;
}

export interface SigningKey {
  id: string;
  private: KeyObject;
  public: KeyObject;
}

/** Ten minutes (docs.slack.dev/authentication/installing-with-oauth, "codes expire 10 minutes after"). */
const CODE_LIFETIME = 600_000;

export function createSignIn(): SlackSignIn {
  let key: SigningKey | undefined;
  return {
    person: undefined,
    lie: undefined,
    addresses: new Map(),
    codeLifetime: CODE_LIFETIME,
    grants: new Map(),
    tokens: new Map(),
    get key() {
      key ??= newKey();
      return key;
    },
  };
}

function newKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { id: 'key-of-the-counterpart', private: privateKey, public: publicKey };
}
