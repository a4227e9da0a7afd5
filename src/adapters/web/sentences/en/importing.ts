/** English sentences of importing conversations from files. */
import { plural } from '../../../../core/sentences/en/plural.ts';

export const TITLE = 'Import';
export const BUTTON = 'Import conversations';
export const HINT =
  'Files of ChatGPT (conversations.json), LibreChat, open-webui or Parley. Texts, times and models come along; of attached files, only the names. The same file twice changes nothing.';
export const STOP = 'Stop the import';
export const PROGRESS = 'Progress of the import';

export const soFar = (conversations: number) =>
  `Importing: ${plural(conversations, { one: 'one conversation', other: `${figure(conversations)} conversations` })} so far…`;
export const stopped = 'Stopped. Choose the file again to go on.';
export const failed = (reason: string) => `${reason} Choose the file again to go on.`;

/** A report has the lines whose number is not 0. */
export const report = {
  added: (count: number) => `${conversations(count)} imported.`,
  nothing: 'Nothing new was imported.',
  grown: (count: number) => `${conversations(count)} had new messages.`,
  known: (count: number) => `${conversations(count)} left as they are: they are here already.`,
  cut: (count: number) => `${conversations(count)} shortened: a text was too long.`,
  tooLarge: (count: number) => `${conversations(count)} left out: too large, or nested too deeply.`,
  unknown: (count: number) =>
    `${plural(count, { one: 'One entry', other: `${figure(count)} entries` })} left out: not a conversation of a program that Parley knows.`,
  empty: (count: number) => `${conversations(count)} left out: nothing was said there.`,
  noRoom: (count: number) =>
    `${conversations(count)} left out: there is no room. Delete some, then choose the file again.`,
  broken: (count: number) =>
    `${plural(count, { one: 'One file is', other: `${figure(count)} files are` })} not JSON, or not to the end. What stands before is imported.`,
};

const conversations = (count: number) =>
  plural(count, { one: 'One conversation', other: `${figure(count)} conversations` });
const figure = (count: number) => count.toLocaleString('en');
