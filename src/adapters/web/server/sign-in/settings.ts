/** The settings of signing in. */
import { z } from 'zod';
import { token } from '../../../../config-fields.ts';
import { isLoopback } from '../../../../loopback.ts';
import { fromServer } from '../../sentences/en.ts';
import type { SignInProvider } from './provider.ts';
import { readRules } from './rules.ts';

const { values } = fromServer.operator;

const FORMS =
  '`@domain`, an address, `slack:T…`, `discord:GUILD`, `discord:GUILD:ROLE` or `oidc:GROUP`, separated by commas';

const rules = (meaning: string) =>
  z
    .string()
    .transform((text, context) => {
      const read = readRules(text);
      if ('rules' in read) return read.rules;
      context.addIssue(values.notRules(read.problem));
      return z.NEVER;
    })
    .default([])
    .meta({ shown: '', meaning });

export const signInSettings = {
  OIDC_ISSUER: z
    .url('must be the address of the issuer, such as https://login.example.com')
    .refine(isTrustworthy, 'must begin with https; http is taken on this machine alone')
    .optional()
    .meta({
      shown: '',
      meaning:
        'The issuer of OpenID Connect at which people sign in to the page, such as `https://login.example.com`; needs PUBLIC_URL, and `PUBLIC_URL/sign-in/oidc/callback` as a redirect address there',
    }),
  OIDC_CLIENT_ID: z
    .string()
    .trim()
    .min(1)
    .optional()
    .meta({ shown: '', meaning: 'The client id of Parley at that issuer' }),
  OIDC_CLIENT_SECRET: token('The client secret; needed with OIDC_CLIENT_ID'),
  OIDC_NAME: z
    .string()
    .trim()
    .min(1)
    .max(60, 'must have 60 characters at most')
    .default('your company account')
    .meta({
      shown: 'your company account',
      meaning: 'The name of that issuer on the button “Sign in with …”',
    }),
  SIGN_IN_ALLOWED: rules(
    `People who may use the page when they sign in: ${FORMS}. An address counts only if the service has verified it. Empty: nobody but OPERATORS`,
  ),
  OPERATORS: rules('People who are operators on the page when they sign in, in the same form'),
};

/** With the settings of the platforms whose people can sign in. */
export type SignInSettings = z.output<z.ZodObject<typeof signInSettings>> & {
  PUBLIC_URL?: string | undefined;
  /** Ends with a slash. */
  SLACK_API_URL: string;
  SLACK_CLIENT_ID?: string | undefined;
  SLACK_CLIENT_SECRET?: string | undefined;
  SLACK_STATE_SECRET?: string | undefined;
  /** Without a version and a slash at the end. */
  DISCORD_API_URL: string;
  DISCORD_CLIENT_ID?: string | undefined;
  DISCORD_CLIENT_SECRET?: string | undefined;
};

/** A service whose settings are complete. `name` is on its button. */
export interface SignInService {
  id: SignInProvider['id'];
  name: string;
}

export function servicesOf(config: SignInSettings): SignInService[] {
  const services: SignInService[] = [];
  if (hasOidc(config)) services.push({ id: 'oidc', name: config.OIDC_NAME });
  if (hasSlack(config)) services.push({ id: 'slack', name: 'Slack' });
  if (hasDiscord(config)) services.push({ id: 'discord', name: 'Discord' });
  return services;
}

/** The address of a service, as the settings name it today. Undefined: nobody signs in there. */
export function addressOfService(config: SignInSettings, id: SignInProvider['id']): string | undefined {
  if (!servicesOf(config).some((service) => service.id === id)) return undefined;
  const { OIDC_ISSUER: oidc, SLACK_API_URL: slack, DISCORD_API_URL: discord } = config;
  return { oidc, slack, discord }[id];
}

/** Whether people can sign in: some service is set, and PUBLIC_URL, to which it sends them back. */
export function isSignInSetUp(config: SignInSettings): boolean {
  return config.PUBLIC_URL !== undefined && servicesOf(config).length > 0;
}

/** The names of the services that people can sign in at, as on their buttons. */
export function serviceNames(config: SignInSettings): string[] {
  return isSignInSetUp(config) ? servicesOf(config).map(({ name }) => name) : [];
}

/** The address to which a service sends people back. It must be registered there. */
export function callbackOf(publicUrl: string, id: SignInProvider['id']): string {
  return `${new URL(publicUrl).origin}/sign-in/${id}/callback`;
}

function hasOidc({ OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET }: SignInSettings): boolean {
  return OIDC_ISSUER !== undefined && OIDC_CLIENT_ID !== undefined && OIDC_CLIENT_SECRET !== undefined;
}

/**
 * An app that is installed into many workspaces has these settings anyway. There, nobody signs in until a rule says
 * who may: else an older page would shut out its people.
 */
function hasSlack(config: SignInSettings): boolean {
  const { SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_STATE_SECRET, SIGN_IN_ALLOWED, OPERATORS } = config;
  if (SLACK_CLIENT_ID === undefined || SLACK_CLIENT_SECRET === undefined) return false;
  return SLACK_STATE_SECRET === undefined || SIGN_IN_ALLOWED.length + OPERATORS.length > 0;
}

function hasDiscord({ DISCORD_CLIENT_ID, DISCORD_CLIENT_SECRET }: SignInSettings): boolean {
  return DISCORD_CLIENT_ID !== undefined && DISCORD_CLIENT_SECRET !== undefined;
}

/** Settings of which none or all are given. */
const TOGETHER = [
  ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'],
  ['DISCORD_CLIENT_ID', 'DISCORD_CLIENT_SECRET'],
] as const;

/** Settings that do not go together. */
export function signInProblems(has: (name: keyof SignInSettings) => boolean): string[] {
  return TOGETHER.flatMap((needed) => {
    const missing = needed.filter((name) => !has(name));
    return missing.length === 0 || missing.length === needed.length
      ? []
      : [values.incomplete(needed, missing)];
  });
}

/** Whether nobody on the way can read or change what is said there. */
export function isTrustworthy(text: string): boolean {
  const url = URL.parse(text);
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
}
