/** Discord as a platform: its settings, ids and check, and how it connects. */
import type { Platform } from '../platform.ts';
import type { DiscordConfig } from './config.ts';
import {
  ownerOf,
  PLATFORM,
  partitionOf,
  personIds,
  personOf,
  roomOf,
  serverIds,
  spaceOf,
  subjectOf,
  tenantOf,
  wantedPerson,
} from './ids.ts';
import { DISCORD_WORDS } from './vocabulary.ts';

const DAY_MS = 24 * 3_600_000;

export const discord: Platform<DiscordConfig> = {
  name: PLATFORM,
  label: 'Discord',
  isOn: ({ DISCORD_TOKEN }) => DISCORD_TOKEN !== undefined,
  isForOthers: ({ DISCORD_TOKEN }) => DISCORD_TOKEN !== undefined,
  personOf: (_, author) => personOf(author),
  partitionOf,
  admission: {
    spaceOf,
    tenantOf: ({ kind, id }) => (kind === 'server' ? tenantOf(id, '') : undefined),
    forms: { server: serverIds, person: personIds },
    idsOfPerson: ({ author }) => [personOf(author.id)],
    lists: ({ ALLOWED_SERVERS: allowed, BLOCKED_SERVERS: blocked }) => ({ server: { allowed, blocked } }),
  },
  wantedPerson,
  directMessages: { ownerOf, roomOf, subjectOf },
  vocabulary: DISCORD_WORDS,
  check: async (...given) => (await import('./doctor.ts')).checkDiscord(...given),
  prepare: ({ DISCORD_TOKEN: token, DISCORD_API_URL: apiUrl, LEFT_SERVER_DAYS: days }, foundation) => ({
    async connect({ queueWithFiles, ...services }) {
      if (token === undefined) return undefined;
      // discord.js takes a quarter of a second to load.
      const { createDiscordAdapter } = await import('./adapter.ts');
      const own = { token, apiUrl, graceMs: days * DAY_MS };
      return { adapter: createDiscordAdapter({ ...foundation, ...services, queue: queueWithFiles, ...own }) };
    },
  }),
};
