/** A person as the claims of Slack tell of them. All of it is untrusted in its form. */
import { z } from 'zod';
import { seenName } from '../../../../../core/text/unseen.ts';
import { type ServiceIdentity, SignInFailure } from '../provider.ts';

const MOST_CHARACTERS = 300;
const MOST_NAME_CHARACTERS = 80;

const text = z.string().min(1).max(MOST_CHARACTERS).optional().catch(undefined);

/** The claims of docs.slack.dev/reference/methods/openid.connect.token. */
const claims = z.object({
  iss: z.string(),
  'https://slack.com/team_id': z.string().regex(/^[TE][A-Z0-9]{1,63}$/),
  'https://slack.com/user_id': z.string().regex(/^[UW][A-Z0-9]{1,63}$/),
  name: text,
  email: text,
  email_verified: z.boolean().catch(false).default(false),
});

export function identityOf(given: Record<string, unknown>): ServiceIdentity {
  const read = claims.safeParse(given);
  if (!read.success) throw new SignInFailure('refused', 'claims');
  const { iss, name, email, email_verified } = read.data;
  const team = read.data['https://slack.com/team_id'];
  const user = read.data['https://slack.com/user_id'];
  return {
    provider: 'slack',
    issuer: iss,
    // Ids of people hold within their workspace.
    subject: `${team}:${user}`,
    name: seenName(name ?? email ?? user, MOST_NAME_CHARACTERS),
    ...(email !== undefined && { email }),
    isVerified: email_verified,
    groups: [`slack:${team}`],
  };
}
