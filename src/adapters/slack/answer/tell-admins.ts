/** Tells the admins of a workspace something that nobody asked: in a channel, or one person directly. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { TellAdmins } from '../../../core/money/limit-alerts.ts';
import { loggable } from '../api/errors.ts';
import { teamOf } from '../ids.ts';
import { slackText } from '../markdown/dialect.ts';
import type { Workspaces } from '../workspaces/workspaces.ts';

export function createTellAdmins(workspaces: Pick<Workspaces, 'of'>, log: Logger): TellAdmins {
  return async (tenant, place, text, signal) => {
    try {
      const client = (await workspaces.of(teamOf(tenant)))?.edits;
      if (!client) return false;
      const late = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
      const write = async () => {
        const channel = 'channel' in place ? place.channel : await directChannel(client, place.person);
        await client.chat.postMessage({
          channel,
          text: slackText(text),
          unfurl_links: false,
          unfurl_media: false,
        });
      };
      await Promise.race([write(), late]);
      return true;
    } catch (error) {
      log.info({ tenant, code: loggable(error) }, 'admins not told');
      return false;
    }
  };
}

async function directChannel(client: WebClient, person: string): Promise<string> {
  const { channel } = await client.conversations.open({ users: person });
  return channel?.id ?? '';
}
