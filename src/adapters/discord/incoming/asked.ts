/**
 * Remembers what each message asked, to tell a person's edit from Discord's own updates: a link preview, a
 * thread made from the message, a pin, a poll's end. All of them arrive as the whole message
 * (events/gateway-events.mdx, Message Update).
 */
import type { APIAttachment } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { IncomingMessage } from './callers.ts';

/** An update of a message; it may lack fields. */
export type Update = Pick<IncomingMessage, 'id' | 'channel_id'> & Partial<IncomingMessage>;

export interface Asked {
  note(message: IncomingMessage): void;
  /** The last noted state of the message. */
  noted(id: string): IncomingMessage | undefined;
  /** Whether an update changes what was asked; undefined where the message is unknown. */
  isChanged(update: Update): boolean | undefined;
  /** The message after an update; undefined where too little of it is known. */
  merged(update: Update): IncomingMessage | undefined;
}

const MOST_NOTED = 2_000;

/** @param text returns a message's text as the model reads it */
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
