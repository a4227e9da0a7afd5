/** English sentences of the server about requests of the page that it does not serve. */
import { plural } from '../../../../core/sentences/en/plural.ts';

/** Requests of other sites and programs. */
export const OTHER_SITE = 'This request came from another site.';
export const notThePage = (header: string) =>
  `The API answers only Parley’s own page, which sends the header ${header}.`;

/** More than a session, an address or all together may ask for. */
export const TOO_MUCH_AT_ONCE = 'That was a lot at once. Wait a minute, then go on.';
export const TOO_MANY_UPLOADS = 'That was a lot of files at once. Wait an hour, then go on.';
export const TOO_MANY_BROWSERS = 'Too many browsers came at once. Wait a minute, then reload the page.';
export const TOO_MANY_READERS = 'Too many people read answers right now. This page tries again in a moment.';
export const tooManyWindows = (most: number) =>
  `Parley is open in ${plural(most, { one: 'one place', other: `${most} places` })} at once in this browser. Close some of them.`;

/** Bodies that are not of the form that the API takes. */
export const body = {
  notJson: 'Send JSON, with the content type application/json.',
  malformed: 'The body is not valid JSON.',
  wrongForm: 'The body does not have the expected form.',
  /** @param label of a setting */
  wrongType: (label: string) => `${label} is given as text or as a number.`,
  emptySetting: (label: string) => `${label} is empty. Give null to go back to the usual one.`,
  noVersion: 'Name the version that you have seen, as `seen`.',
};

export const conversations = {
  needsId: 'A conversation needs a UUID as its id.',
  missing: 'There is no such conversation here.',
  deleted: 'This conversation was deleted.',
  elsewhere: 'This conversation is in your direct messages. Do that there.',
  noFiles: 'Files can’t be sent from here into your direct messages yet. Attach them there.',
  off: 'Parley is not connected to that platform now, so this conversation can’t go on.',
  tooMany: 'There are too many conversations. Delete some first.',
  /** The name of a field, as a sentence begins with it. */
  title: 'A title',
  emptyTitle: 'A title needs at least one character.',
};

export const messages = {
  needsId: 'The message needs a UUID as its id.',
  /** The name of a field, as a sentence begins with it. */
  text: 'A message',
  empty: 'The message is empty.',
  tooLong: (most: number) =>
    `A message can have ${plural(most, { one: 'one character', other: `${most} characters` })} at most. Attach longer text as a file.`,
  missing: 'There is no such message here.',
  notLast: 'Only the last answer can be continued.',
  tooManyBranches: 'This conversation has too many versions of its messages. Begin a new one.',
  live: 'This message is being answered already.',
};

export const files = {
  needId: 'Each attachment is named by its id, a UUID.',
  tooMany: (most: number) =>
    `A message can have ${plural(most, { one: 'one file', other: `${most} files` })} at most.`,
  lost: 'An attached file is no longer there. Attach it again.',
  missing: 'There is no such file here.',
  empty: 'This file is empty.',
  wrongType:
    'Parley takes images (PNG, JPEG, GIF, WebP), text files, and documents such as PDF, Word or Excel; this is none of them.',
  tooLarge: (mostMegabytes: number) => `A file can have ${mostMegabytes} MB at most.`,
};

/** Speech that a person dictates. */
export const dictation = {
  WRONG_TYPE: 'Speech is recorded as WebM, MP4 or Ogg.',
  TOO_LONG: 'That was too long to write down. Dictate it in parts.',
  NOTHING_HEARD: 'Nothing was heard. Try again, closer to the microphone.',
  DEMO: 'The built-in demo cannot hear. Add an API key to dictate.',
};

export const exportKinds = (kinds: string) => `Name the kind of file as \`as\`: ${kinds}.`;

export const importing = {
  TOO_LARGE: 'Send fewer conversations at a time.',
  TOO_MUCH:
    'That was a lot to import. Wait an hour, then choose the file again: what is there already stays as it is.',
};

export const personas = {
  nameTaken: (name: string) => `There is a persona “${name}” already. Choose another name.`,
  tooMany: (most: number) => `There are ${most} personas already. Delete one first.`,
};

export const sharing = {
  /** For a link that has ended, and one that never was. */
  MISSING: 'There is nothing behind this link, or no longer.',
  EMPTY: 'There is nothing to share yet. Wait for the first answer.',
  TOO_MANY: 'You have too many links. Stop sharing some first.',
  TOO_OFTEN: 'That were a lot of links at once. Wait an hour, then go on.',
};

export const settings = {
  noModelList: 'The model server does not list its models. Type the name of one.',
  longModelList: 'The model server lists too many models. Type the name of one.',
  savedWithDoubt: (doubt: string) => `Saved. ${doubt}`,
};
