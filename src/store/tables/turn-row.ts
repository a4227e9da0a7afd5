/** A turn as its row holds it, without what the key and the position tell, such as ids that are part of other ids. */

import type { Usage } from '../../core/money/usage.ts';
import type { StoredTurn } from '../../core/storage.ts';
import { type Author, type ConversationId, type Message, type TenantId, tenantIn } from '../../core/types.ts';

/** A message without the fields that have their usual value. Each comment says which value that is. */
interface PackedMessage extends Omit<Message, 'conversation' | 'lane' | 'tenant' | 'author' | 'attachments'> {
  /** The lane's id behind the conversation's. `|` alone: `|` and the author's id. Absent: the lane is the conversation. */
  lane?: string;
  /** Absent: the tenant of the conversation. */
  tenant?: TenantId;
  /** Without an id: the author's id is the tenant's. */
  author: Omit<Author, 'id'> & Partial<Pick<Author, 'id'>>;
  /** Absent: it has none. */
  attachments?: Message['attachments'];
}

export interface PackedTurn extends Omit<StoredTurn, 'seq' | 'message' | 'usage'> {
  message: PackedMessage;
  /** The four figures; the whole usage if it has others. */
  usage?: UsageFigures | Usage;
}

type UsageFigures = [input: number, cached: number, output: number, reasoning: number];

const USAGE_FIGURES = 4;

export function pack(turn: StoredTurn): PackedTurn {
  const { seq: _, message, usage, ...rest } = turn;
  const { conversation, lane, tenant, author, attachments, ...said } = message;
  const { id, ...named } = author;
  return {
    ...rest,
    ...(usage && { usage: figuresOf(usage) }),
    message: {
      ...said,
      ...(lane !== conversation && { lane: laneBehind(conversation, lane, id) }),
      ...(tenant !== tenantIn(conversation) && { tenant }),
      author: id === tenant ? named : author,
      ...(attachments.length > 0 && { attachments }),
    },
  };
}

export function unpack(conversation: ConversationId, seq: number, packed: PackedTurn): StoredTurn {
  const { message, usage, ...rest } = packed;
  const { lane, tenant = tenantIn(conversation), author, attachments = [], ...said } = message;
  const id = author.id ?? tenant;
  return {
    ...rest,
    ...(usage && { usage: usageOf(usage) }),
    message: {
      ...said,
      conversation,
      lane: lane === undefined ? conversation : laneOf(conversation, lane, id),
      tenant,
      author: { ...author, id },
      attachments,
    },
    seq,
  };
}

const BEHIND = '|';

function laneBehind(conversation: ConversationId, lane: string, author: string): string {
  if (lane === `${conversation}${BEHIND}${author}`) return BEHIND;
  return lane.startsWith(conversation + BEHIND) ? lane.slice(conversation.length) : lane;
}

function laneOf(conversation: ConversationId, lane: string, author: string): string {
  if (lane === BEHIND) return `${conversation}${BEHIND}${author}`;
  return lane.startsWith(BEHIND) ? conversation + lane : lane;
}

function figuresOf(usage: Usage): UsageFigures | Usage {
  const { input, cached, output, reasoning } = usage;
  return Object.keys(usage).length === USAGE_FIGURES ? [input, cached, output, reasoning] : usage;
}

function usageOf(usage: UsageFigures | Usage): Usage {
  if (!Array.isArray(usage)) return usage;
  const [input, cached, output, reasoning] = usage;
  return { input, cached, output, reasoning };
}
