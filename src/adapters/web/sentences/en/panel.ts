/** English sentences of the side panel of the page, without its settings. */
import { labels } from '../../../../core/sentences/en/buttons.ts';

export const NAME = 'Side panel';
export const CLOSE = 'Close panel';
export const SETTINGS = 'Settings';

export const conversations = {
  name: 'Conversations',
  new: 'New conversation',
  untitled: 'Untitled',
  /** @param title as an element, since it may be in another script */
  deleteQuestion: <Title>(title: Title) => ['Delete “', title, '” for good?'],
  deleted: 'Deleted.',
  gone: 'That conversation is not here any more. You can start a new one.',
  more: 'Show more conversations',
  archived: 'Archived',
  noneArchived: 'No archived conversations.',
  /** Headings over the conversations that were last written to then; older ones have their month. */
  ages: {
    pinned: 'Pinned',
    today: 'Today',
    yesterday: 'Yesterday',
    week: 'Last 7 days',
    month: 'Last 30 days',
    unknown: 'At an unknown time',
  },
};

/** Deleting several conversations at once. */
export const selecting = {
  begin: 'Select',
  name: 'Selected conversations',
  select: (title: string) => `Select ${title}`,
  all: 'Select all',
  delete: (count: number) => `Delete ${count}`,
  question: (count: number) =>
    count === 1 ? 'Delete this conversation for good?' : `Delete these ${count} conversations for good?`,
  cancel: 'Cancel',
  deleted: (count: number) => (count === 1 ? 'Deleted a conversation.' : `Deleted ${count} conversations.`),
};

/** Renaming and deleting a conversation. The names of the buttons carry its title, their hints do not. */
export const row = {
  rename: 'Rename',
  renameOf: (title: string) => `Rename ${title}`,
  title: 'Title',
  save: 'Save',
  renamed: 'Renamed.',
  delete: labels.delete,
  deleteOf: (title: string) => `Delete ${title}`,
  keep: 'Keep',
  moreOf: (title: string) => `More for ${title}`,
  pin: 'Pin',
  unpin: 'Unpin',
  archive: 'Archive',
  unarchive: 'Move back to the list',
  pinned: 'Pinned',
  pinnedNow: 'Pinned.',
  unpinned: 'Unpinned.',
  archivedNow: 'Archived.',
  unarchived: 'Back in the list.',
};

export const signOut = {
  button: 'Sign out',
  hint: 'Your conversations open in this browser only. Signing out deletes them.',
  question: 'Sign out? The conversations, the settings and the key of this browser are deleted for good.',
  confirm: 'Sign out and delete',
  stay: 'Stay',
  done: 'Signed out.',
};
