/** The environment of the Parleys of a run of limits, and the settings of their servers. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsKey } from '../../../src/store/keys.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Discord } from '../../counterparts/discord/start.ts';
import { MODEL, type OperatorRules, PRICES, type Server } from './cast.ts';
import type { Places } from './people/crowd.ts';

const STALL_SECONDS = 10;
/** So small that conversations get no summary: a killed one is charged only after a quarter of an hour. */
const CONTEXT_TOKENS = 3_000;

interface RunPlace {
  folder: string;
  storeUrl: string;
  modelUrl: string;
  /** The most tokens of an answer. */
  answerTokens: number;
}

export function environmentOf(
  { folder, storeUrl, modelUrl, answerTokens }: RunPlace,
  discord: Discord,
  operator: OperatorRules,
): Record<string, string> {
  const prices = join(folder, 'prices.json');
  writeFileSync(prices, JSON.stringify({ [MODEL]: PRICES }));
  return {
    DISCORD_TOKEN: discord.token,
    DISCORD_API_URL: discord.url,
    OPENAI_BASE_URL: modelUrl,
    OPENAI_API: 'chat',
    OPENAI_API_KEY: 'key-of-the-operator',
    OPENAI_MODEL: MODEL,
    PRICES: prices,
    MODEL_MOST_OUTPUT: String(answerTokens),
    MODEL_CONTEXT: String(CONTEXT_TOKENS),
    MODEL_FIRST_CHUNK_TIMEOUT: String(STALL_SECONDS),
    MODEL_STALL_TIMEOUT: String(STALL_SECONDS),
    PERSON_PER_MINUTE: '10000',
    PERSON_AT_ONCE: '64',
    TENANT_AT_ONCE: '1000',
    MOST_WAITING: '1000',
    SPEND_DAY: String(operator.spendDay),
    SPEND_MONTH: String(operator.spendMonth),
    TENANT_DAY: String(operator.tenantDay),
    PERSON_DAY: String(operator.personDay),
    TIME_ZONE: operator.timeZone,
    STORE_URL: storeUrl,
    MASTER_KEYS: `chaos:${randomBytes(32).toString('base64')}`,
  };
}

/** Stores what the admins of the servers have chosen. */
export async function chooseLimits(storeUrl: string, servers: Server[], places: Places): Promise<void> {
  const store = await openStore(storeUrl);
  await store.write(
    servers.map(({ name, limits, roles, timeZone, history }) => ({
      key: settingsKey(`discord:${places.guild(name)}`),
      value: {
        v: 1,
        keys: {},
        ...limits,
        history,
        summaries: 'off',
        ...(timeZone !== undefined && { timeZone }),
        roleDayLimits: Object.fromEntries(
          Object.entries(roles).map(([role, most]) => [places.role(name, role), most]),
        ),
      },
    })),
  );
  await store.close();
}
