/** A person as the claims of OpenID Connect tell of them. All of it is untrusted in its form. */
import { z } from 'zod';
import { seenName } from '../../../../../core/text/unseen.ts';
import type { ServiceIdentity } from '../provider.ts';

const MOST_GROUPS = 500;
const MOST_CHARACTERS = 300;
const MOST_NAME_CHARACTERS = 80;

const text = z.string().min(1).max(MOST_CHARACTERS).optional().catch(undefined);

const claims = z.object({
  name: text,
  preferred_username: text,
  email: text,
  // Amazon Cognito sends booleans as text.
  email_verified: z
    .union([z.boolean(), z.literal('true').transform(() => true)])
    .catch(false)
    .default(false),
  groups: z
    .union([z.string().transform((group) => [group]), z.array(z.unknown())])
    .transform((groups) => groups.slice(0, MOST_GROUPS).flatMap((group) => text.parse(group) ?? []))
    .catch([])
    .default([]),
});

export type PersonClaims = z.output<typeof claims>;

export function claimsOf(given: Record<string, unknown>): PersonClaims {
  return claims.parse(given);
}

/** @param sources what the ID token says, then what the issuer says when it is asked */
export function identityOf(
  { iss, sub }: { iss: string; sub: string },
  sources: PersonClaims[],
): ServiceIdentity {
  // The address and whether it is verified belong together, so both come from one source.
  const addressed = sources.filter(({ email }) => email !== undefined);
  const address = addressed.find(({ email_verified }) => email_verified) ?? addressed[0];
  const first = (of: (claims: PersonClaims) => string | undefined) => sources.map(of).find(Boolean);
  const name = first(({ name }) => name) ?? first((each) => each.preferred_username) ?? address?.email ?? sub;
  return {
    provider: 'oidc',
    issuer: iss,
    subject: sub,
    name: seenName(name, MOST_NAME_CHARACTERS),
    ...(address?.email !== undefined && { email: address.email }),
    isVerified: address?.email_verified ?? false,
    groups: [...new Set(sources.flatMap(({ groups }) => groups))].map((group) => `oidc:${group}`),
  };
}
