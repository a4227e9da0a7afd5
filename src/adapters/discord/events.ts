/** Hands on each event of Discord's gateway. */
import { GatewayDispatchEvents as Event, type GatewayDispatchPayload, InteractionType } from 'discord.js';
import type { Logger } from 'pino';
import type { Records } from '../../chat/answer/answer-records.ts';
import type { Answering } from '../../chat/answer/answering.ts';
import { forgetChannel } from '../../chat/forget-channel.ts';
import type { Inbox } from '../../chat/inbox/inbox.ts';
import type { ChatAdapterOptions } from '../../chat/options.ts';
import { untilStored } from '../../chat/until-stored.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { Surfaces } from './answer/surfaces.ts';
import { isIn, tenantOf } from './ids.ts';
import type { Update } from './incoming/asked.ts';
import type { IncomingMessage } from './incoming/callers.ts';
import type { DiscordChat } from './incoming/chat-platform.ts';
import type { Deletions } from './incoming/deletions.ts';
import type { Incoming } from './incoming/incoming.ts';
import { createInteractions } from './interactions/interactions.ts';
import { createPresses } from './interactions/presses.ts';
import { createInteractionAnswers } from './interactions/responses.ts';
import type { Directory } from './reading/directory.ts';
import type { RemovedServers } from './removed-servers.ts';
import type { Welcome } from './welcome.ts';

export interface EventParts {
  rest: Parameters<typeof createInteractionAnswers>[0];
  directory: Directory;
  incoming: Incoming;
  records: Records;
  surfaces: Surfaces;
  answering: Answering;
  deletions: Deletions;
  chat: DiscordChat;
  inbox: Inbox<IncomingMessage, Update>;
  removedServers: RemovedServers;
  welcome: Welcome;
}

export function createOnEvent(options: ChatAdapterOptions, parts: EventParts) {
  const { deletions, directory, inbox, chat, removedServers, welcome } = parts;
  const { shutdown, log } = options;
  const guarded = createGuard(log);
  const interactions = createInteractionsOf(options, parts);
  /** Does work that must not be lost while the store is away: Discord sends its event only once. */
  const surely = (what: string, work: () => Promise<void>) =>
    guarded(what, () => untilStored(work, { shutdown }));
  const deleted = (id: string) => void surely('deletion not taken', () => deletions.deleted(id));

  return (event: GatewayDispatchPayload): void => {
    directory.see(event);
    const { t, d } = event;
    switch (t) {
      case Event.MessageCreate: {
        const message = deletions.came(d);
        if (message) void inbox.take(message);
        return;
      }
      case Event.MessageUpdate:
        deletions.edited(d);
        if (!chat.amended(d)) void guarded('edit not taken', () => inbox.edited(d));
        return;
      case Event.MessageDelete:
        deleted(d.id);
        return;
      case Event.MessageDeleteBulk:
        for (const id of d.ids) deleted(id);
        return;
      case Event.InteractionCreate:
        void guarded('interaction not answered', () => interactions(d), { type: InteractionType[d.type] });
        return;
      case Event.ChannelDelete:
      case Event.ThreadDelete: {
        const { guild_id: guild, id } = d;
        if (!guild) return;
        const isGone = (conversation: string) => isIn(conversation, id);
        void surely('channel not forgotten', () => forgetChannel(options, tenantOf(guild, ''), isGone));
        return;
      }
      case Event.GuildCreate:
        void removedServers.joined(d.id).then((isNew) => welcome.came(d, isNew));
        return;
      case Event.GuildDelete:
        if (d.unavailable) return;
        void removedServers.removed(d.id);
        void guarded('welcome not forgotten', () => welcome.left(d.id));
    }
  };
}

function createInteractionsOf(options: ChatAdapterOptions, parts: EventParts) {
  const answers = createInteractionAnswers(parts.rest, options.log);
  const press = createPresses({ ...options, ...parts, answers });
  return createInteractions({ ...options, ...parts, answers, press });
}

/** Does the work of an event. The log has its failure: nobody else hears of it. */
export function createGuard(log: Logger) {
  return async (what: string, work: () => Promise<unknown>, place: object = {}): Promise<void> => {
    try {
      await work();
    } catch (error) {
      log.error({ ...place, error: whereFrom(error) }, what);
    }
  };
}
