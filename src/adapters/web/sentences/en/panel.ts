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
};

export const signOut = {
  button: 'Sign out',
  hint: 'Your conversations open in this browser only. Signing out deletes them.',
  question: 'Sign out? The conversations, the settings and the key of this browser are deleted for good.',
  confirm: 'Sign out and delete',
  stay: 'Stay',
  done: 'Signed out.',
};
