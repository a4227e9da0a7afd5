/** English sentences about the account of a person who signed in: on the page. */
import { plural } from '../../../../core/sentences/en/plural.ts';

export const TITLE = 'Account';
export const MANAGE = 'Manage account';
export const signedIn = (service: string) => `Signed in with ${service}`;
export const OPERATOR = 'You are an operator of this Parley.';
export const LOADING = 'Loading…';

export const sessions = {
  title: 'Where you are signed in',
  isThis: 'this browser',
  /** @param when as text */
  seen: (when: string) => `last used ${when}`,
  end: 'End',
  endOf: (browser: string) => `End the session of ${browser}`,
  ended: 'Ended.',
};

export const exporting = {
  button: 'Download everything',
  hint: 'One file with all your conversations, as Markdown and as JSON.',
};

export const signOut = {
  button: 'Sign out',
  hint: 'Your conversations stay, and are here again when you sign in.',
};

export const deleting = {
  button: 'Delete account',
  question:
    'Delete your account? All your conversations, files, settings and keys are deleted for good, on every device.',
  confirm: 'Delete everything',
  keep: 'Keep',
  /** @param when as text */
  done: (when: string) => `Your account was deleted on ${when}:`,
  conversations: (count: number) =>
    plural(count, { one: 'one conversation', other: `${count} conversations` }),
  messages: (count: number) =>
    plural(count, { one: 'one message with its answer', other: `${count} messages with their answers` }),
  files: (count: number) => plural(count, { one: 'one file', other: `${count} files` }),
  sessions: (count: number) => plural(count, { one: 'one session', other: `${count} sessions` }),
  SETTINGS: 'your settings and keys',
  close: 'Close',
};

export const before = {
  question: (count: number) =>
    plural(count, {
      one: 'This browser has a conversation from before you signed in. Take it along?',
      other: `This browser has ${count} conversations from before you signed in. Take them along?`,
    }),
  take: 'Take along',
  delete: 'Delete for good',
  later: 'Not now',
  taken: 'Taken along.',
  deleted: 'Deleted.',
};

export const signIn = {
  link: (service: string) => `Sign in with ${service}`,
  hint: 'Your conversations are then yours on every device. You can take along what this browser has.',
};
