/** Checks Discord for `doctor`, without discord.js, which would connect. */

import { createBoundedFetch } from '../../core/network/bounded-fetch.ts';
import type { Finding } from '../../core/platform.ts';
import { VERSION } from '../../version.ts';
import type { CheckContext } from '../platform.ts';
import type { DiscordConfig } from './config.ts';
import { en } from './sentences/en.ts';

const DEADLINE_MS = 10_000;
const boundedFetch = createBoundedFetch(() => 2 ** 20);
/** Discord: GATEWAY_MESSAGE_CONTENT and GATEWAY_MESSAGE_CONTENT_LIMITED (resources/application.mdx, Application Flags). */
const MESSAGE_CONTENT = (1 << 18) | (1 << 19);

export async function checkDiscord(
  { DISCORD_TOKEN, DISCORD_API_URL, DIRECT_MESSAGES }: DiscordConfig,
  { isOpenTo }: CheckContext,
): Promise<Finding[]> {
  const what = 'discord';
  if (DISCORD_TOKEN === undefined) return [{ what, state: 'note', says: en.doctor.off }];
  const ask = (path: string) => askDiscord(`${DISCORD_API_URL}/v10${path}`, DISCORD_TOKEN);
  const bot = await ask('/users/@me');
  if (typeof bot === 'string') return [{ what, state: 'failed', says: bot }];
  if (!('username' in bot))
    return [{ what, state: 'failed', says: en.doctor.notDiscord(new URL(DISCORD_API_URL).host) }];
  const application = await ask('/applications/@me');
  const { flags, bot_public: isPublic } = typeof application === 'string' ? {} : application;
  const findings: Finding[] = [{ what, state: 'ok', says: en.doctor.botKnown(JSON.stringify(bot.username)) }];
  if (typeof flags === 'number' && (flags & MESSAGE_CONTENT) === 0) findings.push(NO_MESSAGE_CONTENT);
  // Discord may not say whether anybody can add the bot.
  if (isPublic !== false && isOpenTo('server')) findings.push(OPEN_TO_SERVERS);
  // No list of servers says anything of direct messages.
  if (isPublic !== false && DIRECT_MESSAGES === 'on' && isOpenTo('person')) findings.push(OPEN_DIRECTLY);
  return findings;
}

const NO_MESSAGE_CONTENT: Finding = {
  what: 'discord',
  state: 'warning',
  says: en.doctor.contentWithheld,
};
const OPEN_TO_SERVERS: Finding = {
  what: 'limits',
  state: 'warning',
  says: en.doctor.openToServers,
};
const OPEN_DIRECTLY: Finding = {
  what: 'limits',
  state: 'note',
  says: en.doctor.openDirectly,
};

/** Discord's answer, or the sentence that says why there is none. */
async function askDiscord(url: string, token: string): Promise<Record<string, unknown> | string> {
  const { host } = new URL(url);
  try {
    const response = await boundedFetch(url, {
      headers: { authorization: `Bot ${token}`, 'user-agent': `DiscordBot (parley, ${VERSION})` },
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    if (response.status === 401) return en.doctor.tokenRefused(host);
    if (!response.ok) return en.doctor.failing(host, response.status);
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && !Array.isArray(body)
      ? (body as Record<string, unknown>)
      : en.doctor.notDiscord(host);
  } catch (error) {
    return error instanceof SyntaxError ? en.doctor.notDiscord(host) : en.doctor.unreachable(host);
  }
}
