/**
 * What was asked by each message, to tell a person's edit from Discord's own updates: a preview of a link, a thread made
 * from it, a pin, a poll's end. All of them come as the whole message (events/gateway-events.mdx, Message Update).
 */
import type { APIAttachment } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage } from './incoming.ts';

/** An update may leave fields out. */
export type Update = Pick<IncomingMessage, 'id' | 'channel_id'> & Partial<IncomingMessage>;

export interface Asked {
  note(message: IncomingMessage): void;
  /** The message as it was noted last. */
  noted(id: string): IncomingMessage | undefined;
  /** Whether an update says something else than what was asked; undefined where that is not known here. */
  isChanged(update: Update): boolean | undefined;
  /** The message as an update leaves it; undefined where too little of it is known. */
  merged(update: Update): IncomingMessage | undefined;
}

const MOST_NOTED = 2_000;

/** @param text what a message says, as the model reads it */
export function createAsked(text: (message: IncomingMessage) => string): Asked {
  const noted = new LRUCache<string, IncomingMessage>({ max: MOST_NOTED });
  return {
    note(message) {
      noted.set(message.id, message);
    },
    noted: (id) => noted.get(id),
    isChanged(update) {
      const before = noted.get(update.id);
      if (!before) return undefined;
      const { content, attachments, message_reference: reference } = update;
      const isOther = content !== undefined && content !== before.content;
      return (
        (isOther && text({ ...before, ...update }) !== text(before)) ||
        (attachments !== undefined && idsOf(attachments) !== idsOf(before.attachments)) ||
        (reference !== undefined && reference.message_id !== before.message_reference?.message_id)
      );
    },
    merged(update) {
      const before = noted.get(update.id);
      if (before) return { ...before, ...update };
      return isWhole(update) ? update : undefined;
    },
  };
}

function idsOf(attachments: APIAttachment[]): string {
  return attachments.map(({ id }) => id).join(' ');
}

function isWhole(update: Update): update is IncomingMessage {
  const { author, content, attachments, mentions, mention_roles: roles, timestamp, type } = update;
  return [author, content, attachments, mentions, roles, timestamp, type].every((one) => one !== undefined);
}
