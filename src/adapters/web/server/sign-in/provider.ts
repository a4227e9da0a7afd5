/** The port of a service that people sign in at. */
import type { TenantId } from '../../../../core/types.ts';
import { hash } from '../../sessions/sessions.ts';

/** The way to sign in at one service. */
export interface SignInProvider {
  /** Its name in paths, rows and rules. */
  id: 'oidc' | 'slack' | 'discord';
  /** Its name on the button. */
  name: string;
  /**
   * The address of the service to which the browser goes, with the state, the nonce and the challenge of the login.
   * @throws SignInFailure
   */
  begin(login: Login, signal: AbortSignal): Promise<URL>;
  /**
   * The person who came back.
   * @param returned the address to which the service sent the browser: the redirect address with its parameters
   * @throws SignInFailure
   */
  finish(returned: URL, login: Login, signal: AbortSignal): Promise<ServiceIdentity>;
  /**
   * The address of the service at which people sign out there, too. Undefined: it has none. Absent: the service offers
   * nothing of the kind.
   * @param back the address to which it sends the browser afterwards
   * @throws SignInFailure
   */
  leave?(back: string, signal: AbortSignal): Promise<URL | undefined>;
}

/** A login under way. Only the browser that began it can know its secrets. */
export interface Login {
  /** The address of the callback. */
  redirectUri: string;
  state: string;
  nonce: string;
  /** The code verifier of PKCE (RFC 7636): 43 characters. */
  verifier: string;
}

/** A person as a service knows them. */
export interface ServiceIdentity {
  provider: SignInProvider['id'];
  /** The service itself: the issuer of OpenID Connect, or the address of the service. */
  issuer: string;
  /** The person's id there. The service gives it to nobody else. */
  subject: string;
  name: string;
  email?: string;
  /** Whether the service says that the address is the person's. */
  isVerified: boolean;
  /** As the rules of SIGN_IN_ALLOWED write them, such as `oidc:staff`, `slack:T0123` or `discord:1:2`. */
  groups: string[];
}

/** `away`: the service could not be reached; `declined`: the person said no there; `refused`: it cannot be believed. */
export type SignInFailureKind = 'away' | 'declined' | 'refused';

export class SignInFailure extends Error {
  override name = 'SignInFailure';
  readonly kind: SignInFailureKind;
  /** A code for the log, such as `state` or `audience`; never a value from outside. */
  readonly reason: string;
  constructor(kind: SignInFailureKind, reason: string) {
    super(`sign-in: ${kind} (${reason})`);
    this.kind = kind;
    this.reason = reason;
  }
}

/** The tenant of a person. It stays the same on every device. */
export function tenantOfPerson({
  provider,
  issuer,
  subject,
}: Pick<ServiceIdentity, 'provider' | 'issuer' | 'subject'>): TenantId {
  return `web:${hash(`${provider} ${issuer} ${subject}`)}`;
}
