/** The settings of the page, and the kind of door that they make. */
import { z } from 'zod';
import { oneOf, SHORTEST_TOKEN } from '../../config-fields.ts';
import type { BaseUrlPolicy } from '../../core/models/base-url.ts';
import type { GivenSettings } from '../platform.ts';
import { readNetworks } from './door/client-address.ts';
import { isOpenPage } from './door/open-page.ts';
import { fromServer } from './sentences/en.ts';
import {
  isSignInSetUp,
  type SignInSettings,
  signInProblems,
  signInSettings,
} from './server/sign-in/settings.ts';

const { values } = fromServer.operator;

export const webSettings = {
  WEB: oneOf(['on', 'off'], 'on', 'Whether Parley serves the page'),
  WEB_TOKEN: z
    .string()
    .trim()
    .min(SHORTEST_TOKEN, values.shortToken(SHORTEST_TOKEN))
    .optional()
    .meta({
      shown: '',
      isSecret: true,
      meaning: `The access token of the page, ${SHORTEST_TOKEN} characters or more. Where the page needs one and none is set, Parley makes one beside the store; with Postgres it must be set`,
    }),
  WEB_OPEN: oneOf(
    ['off', 'on'],
    'off',
    '`on`: the page is open to everyone who reaches it, without the access token and without base URLs of their own. `off`: it is open on loopback alone, and asks for the token once somebody reaches it from elsewhere',
  ),
  TRUSTED_PROXIES: z
    .string()
    .transform((text, context) => {
      const read = readNetworks(text);
      if ('networks' in read) return read.networks;
      context.addIssue(values.notNetworks(read.problem));
      return z.NEVER;
    })
    .default([])
    .meta({
      shown: '',
      meaning:
        'Addresses and networks of the proxies before Parley, separated by commas; Parley believes their X-Forwarded-For and X-Forwarded-Proto',
    }),
  ...signInSettings,
};

/** With the settings that the page shares with the rest of Parley. */
export type WebConfig = z.output<z.ZodObject<typeof webSettings>> &
  SignInSettings & {
    HOST: string;
    PORT: number;
    PUBLIC_URL?: string | undefined;
    TENANT_BASE_URLS: BaseUrlPolicy;
    METRICS_TOKEN?: string | undefined;
  };

/** The kind of door that the settings ask for; `token`: it also opens to people who sign in, if they can. */
export function kindOfDoor(config: WebConfig): 'open' | 'loopback' | 'token' {
  const { HOST, PUBLIC_URL, WEB_OPEN } = config;
  if (WEB_OPEN === 'on') return 'open';
  return isOpenPage(HOST, PUBLIC_URL) && !isSignInSetUp(config) ? 'loopback' : 'token';
}

/** Whether the access token opens the page: always, unless people sign in and the operator set no token. */
export function takesToken(
  config: Pick<WebConfig, 'WEB_TOKEN'> & Parameters<typeof isSignInSetUp>[0],
): boolean {
  return config.WEB_TOKEN !== undefined || !isSignInSetUp(config);
}

/**
 * Reports settings of signing in that do not go together, and a missing access token where several processes share a
 * store: each would make a token of its own.
 */
export function webProblems({ has, config, isShared }: GivenSettings<WebConfig>): string[] {
  const problems = signInProblems(has);
  if (!config || !isShared || config.WEB === 'off') return problems;
  if (kindOfDoor(config) !== 'token' || !takesToken(config) || has('WEB_TOKEN')) return problems;
  return [...problems, values.tokenMissing];
}
