/** English sentences of the commands: what they are called for, what they reply, and their forms. */
import type { Vocabulary } from '../../vocabulary.ts';
import { atHost, type InUse } from './in-use.ts';
import { plural } from './plural.ts';

/** The place that a command is about. */
export const placeNames = { channel: 'this channel and its threads', other: 'this conversation' };

/** A person without a name that can be shown. */
export const SOMEBODY = 'Somebody';

export const ask = {
  description: 'Ask a question',
  prompt: 'What you want to know',
  private: 'Only you see the answer',
  file: 'An image or a text file to go along',
};

export const summarize = {
  description: 'What was said here, in short, with links to the messages',
  span: 'How many messages, or since when: 100, 2h, yesterday, 2026-11-28 (usually 50)',
  post: 'Everybody here sees it',
  wrongSpan:
    'Say how many messages, up to 300, or since when: `100`, `2h`, `3d`, `today`, `yesterday` or `2026-11-28 14:00`.',
  nothing: 'There is nothing here to summarize.',
  title: (count: number) =>
    plural(count, { one: 'Summary of the newest message', other: `Summary of the newest ${count} messages` }),
  posted: 'Here it is, for everybody.',
  refused: {
    'not-allowed': 'You can’t read the earlier messages here, so you get no summary of them.',
    'not-readable':
      'Parley can’t read the earlier messages here. Whoever manages this place has to let it see them first.',
    later: 'The earlier messages can’t be read just now. Try again in a minute.',
  },
};

export const begin = {
  description: 'Begin afresh here: the model sees nothing of what was said before',
  done: ({ command }: Vocabulary) =>
    `This begins afresh: the model sees nothing of what was said here before. Nothing is deleted: ${command('export')} still has it, and ${command('forget')} deletes it.`,
};

export const stop = {
  description: 'Stop what is being answered to you here; admins stop all of it',
  stopped: (answers: number) => plural(answers, { one: 'Stopped.', other: `Stopped ${answers} answers.` }),
};

export const key = {
  set: 'Set the API key that pays for the answers here',
  status: 'Which API key answers here',
  remove: ({ tenant }: Vocabulary) => `Remove the API key of this ${tenant}`,
  title: 'API key',
  hint: (host: string) => `Checked, stored encrypted and used here only, for ${host}.`,
  /** @param last4 characters */
  inUse: (last4: string, host: string) => `The key ends in \`…${last4}\` and is used here only, for ${host}.`,
  others: (hosts: string) => `Another one is kept for ${hosts}.`,
  noneFor: (host: string) => `No key is set here for ${host}.`,
  none: 'No key is set here.',
  removed: 'Removed. It is out of use with the next message.',
  baseUrlChanged: ({ command }: Vocabulary) =>
    `The base URL was changed meanwhile. Use ${command('key set')} again.`,
};

/** Who answers where no key is set. */
export function answersWithoutKey(source: InUse['source'], { changing }: Vocabulary): string {
  switch (source) {
    case 'operator':
      return 'Whoever runs Parley lets it answer here with their own.';
    case 'demo':
      return 'The built-in demo answers.';
    case 'own':
      return 'Questions go there without one.';
    case 'none':
      return `Set one ${changing.key}.`;
  }
}

export const model = {
  description: 'Which model answers here',
  /** @param word stands for the operator's model */
  name: (word: string) => `The model, or \`${word}\` for the one that Parley uses by itself`,
  changed: (name: string) => `From the next message on, \`${name}\` answers.`,
};

export function modelAnswering(inUse: InUse, { changing }: Vocabulary): string {
  const model = `\`${inUse.model}\`${atHost(inUse)}`;
  const isFree = inUse.provider?.key === undefined;
  switch (inUse.source) {
    case 'none':
      return `${model} would answer, but no API key is set here yet. Set one ${changing.key}.`;
    case 'demo':
      return 'The built-in demo answers.';
    case 'operator':
      return `${model} answers, ${isFree ? 'without a key' : 'with the key of whoever runs Parley'}.`;
    case 'own':
      return `${model} answers, ${isFree ? 'without a key' : 'with the key that is set here'}.`;
  }
}

export const persona = {
  description: 'How Parley answers here: its manner, its task, what it should know',
  title: 'Persona',
  label: 'How should Parley answer here?',
  hint: 'Given to the model with every question. Leave it empty for none.',
  placeholder: 'Briefly, in plain words.',
  saved: 'Saved. It counts from the next message on.',
  removed: 'Parley has no persona here now.',
};

export const settings = {
  description: 'Where, how and to whom Parley answers here',
  others: ({ command }: Vocabulary) =>
    `Model, persona, key, limits and tools have commands of their own: ${command('model')}, ${command('persona')}, ${command('key')}, ${command('limits')}, ${command('tools')}.`,
  prompt: 'Change a setting',
  saved: 'Saved.',
  wantsKey: ({ changing }: Vocabulary) => `A key for this base URL is set ${changing.key}.`,
};

export const whose = {
  mine: 'What I said, and what was answered to me',
  all: 'What everybody said here (moderators)',
};

export const forget = {
  description: ({ tenant }: Vocabulary) =>
    `Delete what you said here, what everybody said here, or all that is stored of this ${tenant}`,
  what: 'What to delete; if you choose nothing, what you said here',
  tenant: ({ tenant }: Vocabulary) => `The whole ${tenant}, with settings and key (admins)`,
  allQuestion: (place: string) =>
    `Delete all that Parley remembers of ${place}, whoever said it? It cannot be undone, and people here will see that you did it.`,
  allButton: 'Delete all of it',
  allDeleted: (place: string) => `All of ${place} is deleted. ${REMEMBERS_NOTHING}`,
  allCounted: (place: string, messages: number) =>
    `All of ${place} is deleted: ${withAnswers(messages)}. ${REMEMBERS_NOTHING}`,
  announced: (person: string, place: string) => `${person} deleted all that Parley remembered of ${place}.`,
  nothingOwn: (place: string, rest: string) => `Parley remembers nothing that you said in ${place}. ${rest}`,
  ownDeleted: (place: string, messages: number, rest: string) =>
    `What you said in ${place}, and what was answered to you, is deleted: ${withAnswers(messages)}. ${REMEMBERS_NOTHING} ${rest}`,
  othersStay: ({ moderator }: Vocabulary) =>
    `What other people said stays; ${moderator} can delete all of it.`,
  othersStayForModerators: ({ command }: Vocabulary) =>
    `What other people said stays; ${command('forget conversation')} deletes that too.`,
  adminsOnly: ({ tenant }: Vocabulary) =>
    `Only an admin can delete all of the ${tenant}. You can delete what you said here.`,
  title: ({ tenant }: Vocabulary) => `Delete everything of this ${tenant}`,
  /** @param word has to be typed */
  label: (word: string) => `Type ${word} to delete all of it`,
  hint: 'Every conversation, the settings and the API key. It cannot be undone.',
  wrongWord: (word: string) => `Nothing was deleted: that was not “${word}”.`,
  everything: ({ tenant }: Vocabulary) =>
    `Everything is deleted: all conversations of this ${tenant}, its settings and its API key.`,
  everythingAnnounced: (person: string, { tenant }: Vocabulary) =>
    `${person} deleted all that Parley remembered of this ${tenant}, its settings and its API key.`,
};

const REMEMBERS_NOTHING = 'Parley remembers nothing of it.';

const withAnswers = (messages: number) =>
  plural(messages, { one: 'one message with its answer', other: `${messages} messages with their answers` });

export const exporting = {
  description: 'What you said here and was answered to you, as files: Markdown and JSON',
  what: 'What to export; if you choose nothing, what you said here',
  question: (place: string) =>
    `Export all that Parley remembers of ${place}, whoever said it? People here will see that you did it.`,
  button: 'Export all of it',
  announced: (person: string, place: string) => `${person} exported all that Parley remembers of ${place}.`,
  nothing: (place: string) => `There is nothing in ${place} yet.`,
  nothingOwn: (place: string) => `There is nothing that you said in ${place} yet.`,
  files: (messages: number) =>
    `${plural(messages, { one: 'One message with its answer', other: `${messages} messages with their answers` })}, as Markdown and as JSON.`,
  olderLeftOut: 'Older ones are left out: a file can have 8 MB at most.',
};

export const usage = {
  description: 'What you used here and what it cost; admins see everybody’s',
};

export const about = {
  description: 'Which model answers here, who pays, what is stored and for how long',
};

export const help = {
  description: 'What Parley does and how to talk to it',
  introduction: ({ directMessages }: { directMessages: boolean }) =>
    `I answer with a language model, right here and word by word, and I remember the conversation.

- **Mention me**, or reply to one of my messages.${directMessages ? ' In a direct message, just write.' : ''}
- Files, images, voice messages and the message you reply to go along.
- The buttons under an answer stop it, ask for another one, continue or delete it.`,
};

/** Why a value of an option is not taken. */
export const values = {
  missing: (option: string) => `\`${option}\` is missing.`,
  notBoolean: (option: string) => `\`${option}\` is yes or no.`,
  notText: (option: string) => `\`${option}\` is a text.`,
  notAmong: (option: string, choices: string) => `\`${option}\` is one of: ${choices}.`,
  tooLong: (option: string, longest: number) => `\`${option}\` can have ${longest} characters at most.`,
};
