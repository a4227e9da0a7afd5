/** Tells the person of a long answer that is done while they look elsewhere. */
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { openConversation } from '../state/open.ts';
import { getState, subscribe } from '../state/state.ts';
import { titleOf } from '../state/title.ts';
import { readNotify } from './notify-choice.ts';

/** An answer that took less is not worth a notification, ms. */
const LONG_MS = 10_000;
/** Windows hear of the same answer within this time, ms: a hidden one looks every ten seconds. */
const TOLD_MS = 30_000;

export function keepNotifying(): void {
  let before = getState().conversations;
  subscribe(() => {
    const { conversations, stage } = getState();
    if (conversations === before) return;
    const known = new Map(before.map((each) => [each.id, each]));
    before = conversations;
    if (document.visibilityState !== 'hidden' || stage !== 'ready') return;
    for (const each of conversations) {
      const earlier = known.get(each.id);
      const isNew = each.unread && earlier && !earlier.unread;
      if (isNew && Date.now() - each.at >= LONG_MS) void tell(each);
    }
  });
}

/** One window of the browser tells: the first one that hears of the answer. */
async function tell(conversation: ConversationView): Promise<void> {
  const choice = readNotify();
  if (choice === 'off') return;
  await navigator.locks.request(`parley.told.${conversation.id}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    show(conversation, choice === 'title');
    await new Promise((resolve) => setTimeout(resolve, TOLD_MS));
  });
}

function show(conversation: ConversationView, withTitle: boolean): void {
  const { id } = conversation;
  const title = withTitle ? titleOf(conversation) : onPage.notifying.SOMEBODY;
  try {
    // A later notification of the conversation takes the place of this one.
    const notification = new Notification(title, { body: onPage.notifying.DONE, tag: `parley ${id}` });
    notification.onclick = () => {
      focus();
      openConversation(id);
      notification.close();
    };
  } catch {
    // Chromium on Android has no notifications of pages.
  }
}
