/** The list of conversations on the page, of which only the first pages were read. */
import type { ConversationView, State } from '../../api.ts';

type List = Pick<State, 'conversations' | 'moreConversations'>;

/** Pinned ones first, then the newest: the order of the server's pages. */
export function inOrder(conversations: ConversationView[]): ConversationView[] {
  return conversations.toSorted(
    (a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false) || b.at - a.at || (a.id < b.id ? -1 : 1),
  );
}

/** The newest conversation of the list. */
export function latestOf(conversations: ConversationView[]): ConversationView | undefined {
  const listed = conversations.filter(({ archived }) => !archived);
  return listed.reduce<ConversationView | undefined>(
    (latest, each) => (latest && latest.at >= each.at ? latest : each),
    undefined,
  );
}

/** The list with one more page of it. */
export function withPage(
  { conversations }: Pick<List, 'conversations'>,
  page: { conversations: ConversationView[]; more: string | null },
): List {
  const read = new Set(page.conversations.map(({ id }) => id));
  const others = conversations.filter(({ id }) => !read.has(id));
  return { conversations: inOrder([...others, ...page.conversations]), moreConversations: page.more };
}

/** The list once its first page was read again. Later pages stay, and so do archived conversations and the open one. */
export function refreshed(
  shown: List & { open: { id: string | null } },
  { conversations: read, moreConversations: more }: List,
): List {
  const known = new Set(read.map(({ id }) => id));
  const last = read.at(-1);
  // Direct messages of a platform are on no page: all of them come with the first one.
  const isLater = (each: ConversationView) =>
    each.platform === undefined && more !== null && last !== undefined && inOrder([each, last])[0] === last;
  const kept = shown.conversations.filter(
    (each) => !known.has(each.id) && (each.archived || each.id === shown.open.id || isLater(each)),
  );
  const before = shown.moreConversations;
  // Places sort as their conversations do.
  const isFurther = more !== null && shown.conversations.some(isLater) && (before === null || before > more);
  return { conversations: inOrder([...read, ...kept]), moreConversations: isFurther ? before : more };
}
