/** The place where a command was used. A modal carries it until it is filled in. */
import type { ConversationId } from '../../../../core/types.ts';
import { conversationOf, tenantOf } from '../../ids.ts';
import { BLOCK_LIMITS } from './block-limits.ts';

/** The place in which a person used a command. */
export interface CommandOrigin {
  team: string;
  conversation: ConversationId;
  /** Absent on App Home. */
  channel?: string;
  thread?: string;
  /** The ts of the message in which the command was typed. Modals do not carry it. */
  at?: string;
}

/** A modal's private metadata. */
export interface Carried extends CommandOrigin {
  /** The id of the form or the panel. */
  id: string;
}

/** The origin of App Home, which belongs to no conversation. */
export function homeOrigin(team: string, user: string): CommandOrigin {
  return { team, conversation: conversationOf(tenantOf(team), { channel: 'home', person: user }) };
}

export function readCarried(metadata: string): Carried | undefined {
  try {
    const read: unknown = JSON.parse(metadata);
    return isCarried(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isCarried(value: unknown): value is Carried {
  if (typeof value !== 'object' || value === null) return false;
  const { id, team, conversation, channel = '', thread = '' } = value as Record<string, unknown>;
  return [id, team, conversation, channel, thread].every((one) => typeof one === 'string');
}

export function metadataOf({ id, team, conversation, channel, thread }: Carried): string {
  const metadata = JSON.stringify({ id, team, conversation, channel, thread });
  if (metadata.length > BLOCK_LIMITS.metadata) throw new RangeError('a modal cannot carry that much');
  return metadata;
}
