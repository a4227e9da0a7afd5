/** The platforms there are. Nothing else in Parley names one. */

import type { IdForm, Kind } from '../core/access/access-lists.ts';
import type { Space } from '../core/access/admission.ts';
import type { WantedPerson } from '../core/forgetting/forget-everywhere.ts';
import type { ConversationId, TenantId } from '../core/types.ts';
import type { Vocabulary } from '../core/vocabulary.ts';
import { type DiscordConfig, discordSettings } from './discord/config.ts';
import { discord } from './discord/platform.ts';
import type { Advice, Platform } from './platform.ts';
import { type SlackConfig, slackSettings } from './slack/config.ts';
import { slack } from './slack/platform.ts';
import { type WebConfig, webSettings } from './web/config.ts';
import { web } from './web/platform.ts';

export const PLATFORM_SETTINGS = { ...discordSettings, ...slackSettings, ...webSettings };

export type PlatformConfig = DiscordConfig & SlackConfig & WebConfig;

/** In the order of the start line. The page's routes come last, since they ask everybody for the access token. */
export const PLATFORMS: readonly Platform<PlatformConfig>[] = [discord, slack, web];

/** Advice of all platforms on the settings. */
export const adviceOn = (config: PlatformConfig): Advice[] =>
  PLATFORMS.flatMap(({ advice }) => advice?.(config) ?? []);

/** The forms of the operator's ids, by what they are of. */
export const formsOf = (kind: Kind): IdForm[] =>
  PLATFORMS.flatMap(({ admission }) => admission?.forms[kind] ?? []);

/** The tenant of a server or workspace. */
export function tenantOf(space: Space): TenantId {
  const tenant = first(PLATFORMS.map(({ admission }) => admission?.tenantOf(space)));
  if (tenant === undefined) throw new Error(`No platform has a ${space.kind}`);
  return tenant;
}

/** The person whom the operator names; undefined where the text is no id of a person. */
export const wantedPerson = (text: string): WantedPerson | undefined =>
  first(PLATFORMS.map((platform) => platform.wantedPerson(text)));

function first<T>(found: (T | undefined)[]): T | undefined {
  return found.find((one) => one !== undefined);
}

export const PERSON_FORMS = formsOf('person');

/** The platform of an id; undefined where it is of none. */
export function platformOf(id: ConversationId | TenantId): Platform<PlatformConfig> | undefined {
  return PLATFORMS.find(({ name }) => id.startsWith(`${name}:`));
}

/** Whether a tenant is one person's own: their direct messages, or their browser. */
export const isPersonal = (tenant: TenantId): boolean =>
  platformOf(tenant)?.admission?.spaceOf(tenant) === undefined;

/** Whether a tenant has a list of conversations: people of the page have one. */
export const hasList = (tenant: TenantId): boolean => platformOf(tenant)?.admission === undefined;

/** The words for the operator, who reads them at the page or in a terminal. */
export const OPERATOR_WORDS = web.vocabulary;

export const vocabularyOf = (tenant: TenantId): Vocabulary =>
  platformOf(tenant)?.vocabulary ?? OPERATOR_WORDS;
