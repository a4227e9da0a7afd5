/** Applies an edit to a question. */
import type { Attachment, Message } from '../../../core/types.ts';
import { isOfThread } from '../reading/earlier-messages.ts';
import type { SlackFile } from '../reading/slack-message.ts';

/**
 * The edited question; undefined where the model would read the same. The thread before a question is read only
 * once and stays.
 * @param own the files that the question itself had
 */
export function editOf(before: Message, edited: Message, own: SlackFile[]): Message | undefined {
  const ids = new Set([...own.map(({ id }) => id), ...edited.attachments.map(({ id }) => id)]);
  const ofThread = before.attachments.filter(({ id }) => !ids.has(id));
  const attachments = [...edited.attachments, ...ofThread];
  if (edited.text === before.text && idsOf(attachments) === idsOf(before.attachments)) return undefined;
  const quotes = [...(before.quotes ?? []).filter(isOfThread), ...(edited.quotes ?? [])];
  const { conversation, lane, topic } = before;
  return {
    ...edited,
    conversation,
    lane,
    attachments,
    ...(quotes.length > 0 && { quotes }),
    ...(topic !== undefined && { topic }),
  };
}

const idsOf = (attachments: Attachment[]) => attachments.map(({ id }) => id).join(' ');
