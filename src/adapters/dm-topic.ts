/** The topic that tells all processes of a change in a person's direct messages, so that windows of the page learn of it. */
import type { ConversationId } from '../core/types.ts';

export interface DmChange {
  /** The platform's name. */
  platform: string;
  /** The person's id, as the platform's sign-in gives it. */
  subject: string;
  conversation: ConversationId;
}

const KIND = 'dm';

export const dmTopic = ({ platform, subject, conversation }: DmChange): string =>
  [KIND, platform, subject, conversation].join(' ');

/** Undefined: it is a topic of another kind. */
export function readDmTopic(topic: string): DmChange | undefined {
  const [kind, platform = '', subject = '', conversation = ''] = topic.split(' ');
  return kind === KIND ? { platform, subject, conversation } : undefined;
}
