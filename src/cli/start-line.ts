/** The log line of each start, for the operator: Parley's version and settings, without secrets. */
import { PLATFORMS } from '../adapters/all.ts';
import type { Config } from '../config.ts';
import { KINDS } from '../core/access/access-lists.ts';
import { OPENAI_BASE_URL } from '../core/models/base-url.ts';
import { accessListsOf } from '../start/operator-limits.ts';
import { isOnServer } from '../store/url.ts';
import { VERSION } from '../version.ts';

export function startLine(config: Config, url: string): string {
  const platforms = PLATFORMS.filter(({ isOn }) => isOn(config)).map(({ label }) => label);
  return [
    `Parley ${VERSION}`,
    `model ${modelOf(config)}`,
    `host ${new URL(url).host}`,
    `store ${isOnServer(config.STORE_URL) ? 'Postgres' : 'SQLite'}`,
    `on ${platforms.join(', ') || 'no platform'}`,
    `limits: ${limitsOf(config).join(', ')}`,
  ].join(' · ');
}

function modelOf({ OPENAI_API_KEY: key, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model }: Config): string {
  if (key === undefined && (baseUrl ?? OPENAI_BASE_URL) === OPENAI_BASE_URL)
    return 'none, the built-in demo answers on the page';
  return `${model} at ${new URL(baseUrl ?? OPENAI_BASE_URL).host}`;
}

function limitsOf(config: Config): string[] {
  const lists = accessListsOf(config);
  return [
    `${config.PERSON_PER_MINUTE} messages a minute from each person`,
    `${config.PERSON_AT_ONCE} answers to each at once, ${config.TENANT_AT_ONCE} in each server or workspace`,
    `${config.MOST_WAITING} messages waiting`,
    `${config.MODEL_CONTEXT} tokens of context`,
    ...(['allowed', 'blocked'] as const).flatMap((which) =>
      KINDS.flatMap((kind) => {
        const { length } = lists[kind][which];
        return length > 0 ? `${length} ${which} ${PLURALS[kind]}` : [];
      }),
    ),
    ...(config.DIRECT_MESSAGES === 'off' ? ['no direct messages'] : []),
    ...(config.OWN_KEY_ONLY === 'on' ? ['own keys only'] : []),
  ];
}

const PLURALS = { server: 'servers', workspace: 'workspaces', person: 'people' };
