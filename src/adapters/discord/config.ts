/** The settings of Discord. */
import { z } from 'zod';
import { address, idsOf, token } from '../../config-fields.ts';
import { serverIds } from './ids.ts';

const DISCORD_API_URL = 'https://discord.com/api';

export const discordSettings = {
  DISCORD_TOKEN: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'must have plain characters only; copy the token again, whole')
    .optional()
    .meta({ shown: '', meaning: "The bot's token; turns Discord on", isSecret: true }),
  // People write the address with a version or without.
  DISCORD_API_URL: address(DISCORD_API_URL)
    .transform((url) => url.replace(/(\/api)\/v\d+$/, '$1'))
    .default(DISCORD_API_URL)
    .meta({ shown: DISCORD_API_URL, meaning: "The address of Discord's REST API" }),
  DISCORD_CLIENT_ID: z
    .string()
    .trim()
    .regex(/^\d{1,20}$/, 'must be the client id of the application, a number')
    .optional()
    .meta({
      shown: '',
      meaning:
        'The client id of the Discord application, with which people sign in to the page; needs PUBLIC_URL, and `PUBLIC_URL/sign-in/discord/callback` as a redirect there',
    }),
  DISCORD_CLIENT_SECRET: token('The client secret; needed with DISCORD_CLIENT_ID'),
  ALLOWED_SERVERS: idsOf(
    [serverIds],
    'Discord servers that Parley answers, as ids separated by commas; empty: all',
  ),
  BLOCKED_SERVERS: idsOf(
    [serverIds],
    'Discord servers that Parley does not answer, even if they are in ALLOWED_SERVERS',
  ),
  LEFT_SERVER_DAYS: z.coerce
    .number('must be a number of days')
    .min(0, 'must be a number of days, 0 or more')
    .default(7)
    .meta({
      shown: '7',
      meaning: 'Days until Parley deletes the settings, key and history of a server that it was removed from',
    }),
};

export type DiscordConfig = z.output<z.ZodObject<typeof discordSettings>> & {
  DIRECT_MESSAGES: 'on' | 'off';
};
