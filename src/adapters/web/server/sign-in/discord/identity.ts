/**
 * A person as Discord tells of them, by their own token (developers/resources/user.mdx). Only guilds that the rules of
 * SIGN_IN_ALLOWED and OPERATORS name are looked at and kept.
 */
import { z } from 'zod';
import { seenName } from '../../../../../core/text/unseen.ts';
import { ask, CALL_SECONDS } from '../oidc/calls.ts';
import { type ServiceIdentity, SignInFailure } from '../provider.ts';

/** Guilds by their ids; true: their roles count, too. */
export type NamedGuilds = Map<string, boolean>;

interface Reading {
  apiUrl: string;
  /** The person's access token. */
  token: string;
  named: NamedGuilds;
  signal: AbortSignal;
}

const MOST_NAME_CHARACTERS = 80;
/** Guilds on one page of Get Current User Guilds; nobody can be in more (developers/resources/user.mdx). */
const GUILDS_MOST = 200;
const ROLES_MOST = 500;

const snowflake = z.string().regex(/^\d{1,20}$/);
const name = z.string().min(1).max(300).nullish().catch(undefined);
const user = z.object({ id: snowflake, username: name, global_name: name });
const guilds = z.array(z.object({ id: snowflake })).max(GUILDS_MOST);
const member = z.object({
  roles: z.array(snowflake).max(ROLES_MOST),
  user: z.object({ id: snowflake }).optional(),
});

export async function identityOf(reading: Reading): Promise<ServiceIdentity> {
  const { id, username, global_name } = await read(reading, '/users/@me', user);
  return {
    provider: 'discord',
    issuer: new URL(reading.apiUrl).origin,
    subject: id,
    name: seenName(global_name ?? username ?? id, MOST_NAME_CHARACTERS),
    isVerified: false,
    groups: await groupsOf(reading, id),
  };
}

async function groupsOf(reading: Reading, person: string): Promise<string[]> {
  const { named } = reading;
  if (named.size === 0) return [];
  const own = new Set(
    (await read(reading, `/users/@me/guilds?limit=${GUILDS_MOST}`, guilds)).map(({ id }) => id),
  );
  const groups: string[] = [];
  for (const [guild, hasRoles] of named) {
    if (!own.has(guild)) continue;
    groups.push(`discord:${guild}`);
    if (!hasRoles) continue;
    const { roles, user } = await read(reading, `/users/@me/guilds/${guild}/member`, member);
    if (user !== undefined && user.id !== person) throw new SignInFailure('refused', 'other-member');
    groups.push(...roles.map((role) => `discord:${guild}:${role}`));
  }
  return groups;
}

async function read<T>({ apiUrl, token, signal }: Reading, path: string, form: z.ZodType<T>): Promise<T> {
  const response = await ask(`${apiUrl}${path}`, {
    method: 'GET',
    body: undefined,
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_SECONDS * 1_000)]),
  });
  if (response.status === 429) throw new SignInFailure('away', 'status-429');
  if (!response.ok) throw new SignInFailure('refused', `status-${response.status}`);
  const parsed = form.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new SignInFailure('refused', 'answer');
  return parsed.data;
}
