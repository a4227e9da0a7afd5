/**
 * A branch is a conversation of its own in the store, whose transcript goes on from the turns of another one. The trunk
 * is the conversation without a branch. A branch's id is the trunk's, then a UUID.
 */
import type { ConversationId } from '../../types.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** Ids of trunks that have branches end in a UUID, too (the page's). */
const BRANCH = new RegExp(`^(.+:${UUID}):(${UUID})$`, 'i');

/** The trunk of a branch; a trunk itself as it is. */
export const trunkOf = (conversation: ConversationId): ConversationId =>
  BRANCH.exec(conversation)?.[1] ?? conversation;

export const isBranch = (conversation: ConversationId): boolean => BRANCH.test(conversation);

/** @param branch a UUID */
export const branchOf = (trunk: ConversationId, branch: string): ConversationId => `${trunk}:${branch}`;

/** The UUID of a branch; undefined for a trunk. */
export const branchIn = (conversation: ConversationId): string | undefined => BRANCH.exec(conversation)?.[2];
