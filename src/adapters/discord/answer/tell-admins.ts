/** Tells the admins of a server something that nobody asked: in a channel of theirs, or one person directly. */
import { type REST, Routes } from 'discord.js';
import type { Logger } from 'pino';
import type { TellAdmins } from '../../../core/money/limit-alerts.ts';
import { PLATFORM } from '../ids.ts';
import type { Directory } from '../reading/directory.ts';
import { loggable } from '../rest/failures.ts';
import { writeDirectly } from './tell-asker.ts';

export function createTellAdmins(rest: REST, directory: Pick<Directory, 'channel'>, log: Logger): TellAdmins {
  /** A form may name any channel, so one of another server gets nothing. */
  async function write(tenant: string, channelId: string, content: string, signal: AbortSignal) {
    const channel = await directory.channel(channelId);
    if (channel?.guild === undefined || `${PLATFORM}:${channel.guild}` !== tenant) return false;
    const body = { content, allowed_mentions: { parse: [] } };
    await rest.post(Routes.channelMessages(channelId), { body, signal });
    return true;
  }

  return async (tenant, place, text, signal) => {
    try {
      if ('channel' in place) return await write(tenant, place.channel, text, signal);
      await writeDirectly(rest, place.person, text, signal);
      return true;
    } catch (error) {
      log.info({ tenant, code: loggable(error) }, 'admins not told');
      return false;
    }
  };
}
