/** English sentences about settings: the hints of their fields, why a value is not taken, and what saving it showed. */
import { plural } from './plural.ts';
import { days } from './times.ts';

/** Fields of `/settings` and of the page. */
export const fields = {
  /** No channel or role was chosen. */
  all: 'all',
  noneMeansAll: 'None chosen means all.',
  notAmong: (label: string, choices: string) => `${label} is one of: ${choices}.`,
  temperature: 'A number from 0 to 2; empty for the model’s own.',
  mostParts: (most: number) => `Messages before the file, 1 to ${most}; empty for no file.`,
  asMessages: 'as messages, however many',
  restAsFile: (parts: number) =>
    `the rest as a file after ${plural(parts, { one: 'one message', other: `${parts} messages` })}`,
  cachedHours: (most: number) => `Hours, 1 to ${most}; empty: each question is asked anew.`,
  askedAnew: 'asked anew',
  answeredFor: (hours: number) =>
    `answered as before for ${plural(hours, { one: 'an hour', other: `${hours} hours` })}`,
  days,
  untilForgotten: 'until it is forgotten',
  historyDays: (operators: string) => `A number of days; empty for as long as Parley keeps it: ${operators}.`,
  keptNoLonger: (most: number) => `Parley keeps nothing longer than ${days(most)}. Choose fewer.`,
  baseUrl: 'The key that is set goes to no other base URL. Empty for the usual one.',
  usualBaseUrl: (baseUrl: string) => `${baseUrl} (Parley’s own)`,
};

/** The settings as `/settings` and the page list them, and their choices. */
export const listed = {
  replyIn: {
    about: { label: 'Answers in', description: 'The channel, or a thread made from the question' },
    choices: {
      channel: { label: 'the channel' },
      thread: { label: 'a thread of its own' },
    },
  },
  inThreads: {
    about: { label: 'In threads', description: 'What Parley answers in a thread that it takes part in' },
    choices: {
      follow: { label: 'everything said to nobody else' },
      mentions: { label: 'mentions and replies alone' },
    },
  },
  history: {
    about: { label: 'History', description: 'Who shares the conversation of a channel' },
    choices: {
      channel: { label: 'shared by the channel' },
      person: { label: 'each person has their own' },
    },
  },
  whoMayAsk: {
    about: { label: 'Who may ask', description: 'Everyone, or admins alone' },
    choices: {
      everyone: { label: 'everyone' },
      admins: { label: 'admins' },
    },
  },
  whenBusy: {
    about: { label: 'While it answers', description: 'What happens to the next message of the same person' },
    choices: {
      wait: { label: 'it waits its turn', short: 'Waits' },
      collect: { label: 'all that wait are answered together', short: 'Gathered' },
      interrupt: { label: 'it interrupts the answer', short: 'Interrupts' },
    },
  },
  summaries: {
    about: {
      label: 'Long conversations',
      description: 'What the model knows of messages that no longer fit its context',
    },
    choices: {
      on: { label: 'a summary of them, written by the model', short: 'Summarised' },
      off: { label: 'nothing', short: 'Left out' },
    },
  },
  titles: {
    about: {
      label: 'Titles of conversations',
      description: 'Where the title of a new conversation comes from, unless you rename it',
    },
    choices: {
      on: { label: 'written by a model after the first answer', short: 'Written by a model' },
      off: { label: 'the first line of the first message', short: 'The first line' },
    },
  },
  footer: {
    about: { label: 'Under each answer', description: 'A small line about the answer' },
    choices: {
      off: { label: 'nothing', short: 'Nothing' },
      tokens: { label: 'the model and its tokens', short: 'Tokens' },
      cost: { label: 'the model, its tokens and what they cost', short: 'Tokens and cost' },
    },
  },
  effort: {
    about: {
      label: 'Reasoning effort',
      description: 'How long the model thinks before it answers, if it can think',
    },
    choices: {
      unset: { label: 'the model’s own', short: 'The model’s own' },
      minimal: { label: 'minimal', short: 'Minimal' },
      low: { label: 'low', short: 'Low' },
      medium: { label: 'medium', short: 'Medium' },
      high: { label: 'high', short: 'High' },
    },
  },
  temperature: {
    about: {
      label: 'Temperature',
      description: 'How freely the model chooses its words, if that can be set',
    },
  },
  mostParts: {
    about: {
      label: 'Long answers',
      description: 'Messages of an answer before its rest comes as a file',
    },
  },
  cachedHours: {
    about: {
      label: 'The same question',
      noun: 'hours',
      description: 'Hours for which it gets the same answer again, for nothing',
    },
  },
  historyDays: {
    about: {
      label: 'Kept for',
      noun: 'days',
      description: 'Days until what was said here is deleted',
    },
  },
  baseUrl: {
    about: { label: 'Base URL', description: 'Another OpenAI-compatible server, with a key of its own' },
  },
  channels: { about: { label: 'Channels', description: 'Where Parley answers' } },
  roles: { description: 'Who of the members may ask; admins always may' },
};

/** Names of fields, as a sentence begins with them. */
export const names = {
  model: 'A model name',
  baseUrl: 'A base URL',
  persona: 'The persona',
  personaName: 'The name of a persona',
  key: 'An API key',
};

/** Why a value is not taken. */
export const problems = {
  notText: (name: string) => `${name} must be text.`,
  tooLong: (name: string, most: number) => `${name} can have ${most} characters at most.`,
  control: (name: string) => `${name} holds control characters. Remove them, or attach it as a file.`,
  broken: (name: string) => `${name} holds broken characters.`,
  noModel: 'A model needs a name.',
  modelOfLines: 'A model name is one line, without invisible characters.',
  personaName: 'The name of a persona is one word of letters, digits, - and _, such as plain-words.',
  noPersona: 'Write what Parley should be told.',
  shortKey: 'That is too short for an API key.',
  keyCharacters: 'An API key has no spaces and only plain characters.',
  temperature: 'A temperature is a number from 0 to 2, such as 0.7.',
  mostParts: (most: number) => `That is a whole number from 1 to ${most}.`,
  cachedHours: (most: number) => `That is a whole number of hours, from 1 to ${most}.`,
  historyDays: (most: number) => `That is a whole number of days, from 1 to ${most}.`,
  ids: 'Ids have letters, digits and dashes only.',
  tooManyIds: (most: number) => `That is more than ${most}.`,
  other: 'That is not of the form expected.',
};

/** Results of trying a value out. A notice is about the failure. */
export const saving = {
  unknownHost: 'the model',
  notSaved: (notice: string) => `Not saved: ${notice}`,
  keyRefused: (host: string) =>
    `${host} does not accept this key, so it was not stored. Copy it again, whole.`,
  slow: (host: string) =>
    `But ${host} did not answer while I waited. It may only be slow: the first answer will show it.`,
  doubt: (notice: string) => `But: ${notice}`,
  unproven: (notice: string) => `But it could not be checked: ${notice}`,
};
