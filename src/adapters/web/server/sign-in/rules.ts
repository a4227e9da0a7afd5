/** The rules of SIGN_IN_ALLOWED and OPERATORS: who may sign in, and who is an operator. */
import type { ServiceIdentity } from './provider.ts';

/** A domain of addresses, one address, or a group that a service tells of. */
export interface SignInRule {
  kind: 'domain' | 'address' | 'group';
  /** Domains and addresses in lower case. */
  value: string;
}

const DOMAIN = /^@[^\s@,:]+$/;
/** An address without quotes: exactly one @, so nobody can hide another domain in the first part. */
const ADDRESS = /^[^\s@,:"<>]+@[^\s@,:"<>]+$/;
const GROUP = /^(?:slack:[TE][A-Z0-9]+|discord:\d+(?::\d+)?|oidc:\S(?:.*\S)?)$/;
const MOST_ADDRESS_CHARACTERS = 320;

/** The rules of a list with commas, or the first entry that is none. */
export function readRules(list: string): { rules: SignInRule[] } | { problem: string } {
  const rules: SignInRule[] = [];
  for (const entry of list.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const rule = ruleOf(entry);
    if (!rule) return { problem: entry };
    rules.push(rule);
  }
  return { rules };
}

function ruleOf(entry: string): SignInRule | undefined {
  if (GROUP.test(entry)) return { kind: 'group', value: entry };
  if (DOMAIN.test(entry)) return { kind: 'domain', value: lower(entry.slice(1)) };
  if (ADDRESS.test(entry)) return { kind: 'address', value: lower(entry) };
  return undefined;
}

/** Whether a rule names the person. An address counts only if the service has verified it. */
export function isNamed(
  {
    provider,
    email,
    isVerified,
    groups,
  }: Pick<ServiceIdentity, 'provider' | 'email' | 'isVerified' | 'groups'>,
  rules: readonly SignInRule[],
): boolean {
  const address = isVerified ? verifiedAddress(email) : undefined;
  const domain = address?.slice(address.indexOf('@') + 1);
  // A service can tell only of its own groups.
  const own = new Set(groups.filter((group) => group.startsWith(`${provider}:`)));
  return rules.some(({ kind, value }) => {
    if (kind === 'group') return own.has(value);
    return value === (kind === 'domain' ? domain : address);
  });
}

function verifiedAddress(email = ''): string | undefined {
  if (email.length > MOST_ADDRESS_CHARACTERS || !ADDRESS.test(email)) return undefined;
  return lower(email);
}

/** Lowers Latin letters alone: `toLowerCase` makes a plain k of the Kelvin sign, which is another character. */
function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
