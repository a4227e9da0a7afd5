/** Reads questions on Slack, and shows people meanwhile that Parley is reading. */
import { randomUUID } from 'node:crypto';
import type { Records } from '../../../chat/answer/answer-records.ts';
import type { ChatPlatform } from '../../../chat/inbox/chat-platform.ts';
import type { Attachment, Message } from '../../../core/types.ts';
import { conversationOf } from '../ids.ts';
import { isOfThread } from '../reading/earlier-messages.ts';
import { fieldsOf, type SlackFile, stringOf } from '../reading/slack-message.ts';
import { filesIn } from '../reading/visible.ts';
import type { Caller } from './callers.ts';
import { type Delivered, idOf, threadKey } from './delivered.ts';
import { type Announced, showEarly } from './early-sign.ts';
import type { Incoming } from './incoming.ts';

export interface OpenQuestionsOptions {
  incoming: Incoming;
  records: Records;
  announced: Announced;
}

export function createOpenQuestions({
  incoming,
  records,
  announced,
}: OpenQuestionsOptions): Pick<ChatPlatform<Delivered, Caller, Delivered>, 'open' | 'edits'> {
  return {
    async open({ message, workspace }, caller) {
      const { channel = '', user = '' } = message;
      const { tenant, location, isDirect } = caller;
      const id = idOf({ message, workspace });
      const sign = showEarly({
        workspace,
        location,
        turn: id,
        takesLong: incoming.takesLong(message),
        announce: () => announced.note(id, conversationOf(tenant, location), user),
      });
      let placeholder: string | undefined;
      return {
        read: () => incoming.messageOf(message, workspace, caller),
        joins:
          location.thread && !isDirect
            ? threadKey(workspace.team, location.channel, location.thread)
            : undefined,
        async destination() {
          placeholder = await sign.handOver();
          return placeholder === undefined ? {} : { placeholder };
        },
        async close(outcome) {
          if (outcome === 'new') return;
          if (outcome === 'seen' || outcome === 'full') {
            if (placeholder === undefined) return;
            // Another process may have taken the question, too. If it found the placeholder, it answers there.
            const { ids = [] } = (await records.read(id)) ?? {};
            if (!ids.includes(placeholder)) await sign.remove();
            return;
          }
          await sign.remove();
          if (outcome !== 'failed') await announced.remove(id, workspace, channel);
        },
      };
    },

    edits: {
      // Slack also reports link previews, reply counts, languages and pins as edits.
      async changed(edit, live) {
        const { message, previous, workspace } = edit;
        const before = await live();
        if (!before) return undefined;
        if (!previous) return { now: edit, before };
        const asked = [message, previous].map((one) => incoming.askedBy(one, workspace));
        const [now, then] = await Promise.all(asked);
        return now === then ? undefined : { now: edit, before };
      },
      async questionOf({ message, previous, workspace }, caller, before) {
        const edited = await incoming.messageOf(message, workspace, caller);
        if (typeof edited === 'string') return undefined;
        return editOf(before, edited, filesIn(previous ?? message));
      },
      // Without the ts of an edit, each report counts as another edit.
      revisionOf: ({ message }) => stringOf(fieldsOf(message.edited).ts) || randomUUID(),
    },
  };
}

/**
 * The edited question. Undefined if the model would read the same. The thread before the question was read once, and
 * stays as it was.
 * @param own the question's own files before the edit
 */
function editOf(before: Message, edited: Message, own: SlackFile[]): Message | undefined {
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
