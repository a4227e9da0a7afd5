/**
 * Every setting, each as one entry: how it is shown, asked for and read. The panel of `/settings` and the page are
 * drawn from these entries.
 */
import { type BaseUrlPolicy, checkBaseUrl } from '../models/base-url.ts';
import { en } from '../sentences/en.ts';
import { baseUrlNotice, EFFORT_NOT_OFFERED_NOTICE } from '../sentences/notices.ts';
import {
  BASE_URL_CHARACTERS,
  baseUrl,
  historyDays,
  MOST_PARTS,
  mostParts,
  problemOf,
  temperature,
} from '../settings-fields.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { line, listOf, oneOf, type Setting, UNSET } from './setting.ts';

export interface SettingsPlace {
  /** False at the page. */
  hasChannels: boolean;
  baseUrlPolicy: BaseUrlPolicy;
  /** The operator's days of history; 0: for ever. */
  historyDays: number;
  words: Vocabulary;
}

/** The settings that concern a place, in the order they are shown. */
export function settingsAt({ hasChannels, baseUrlPolicy, historyDays, words }: SettingsPlace): Setting[] {
  const fixed = [...placeSettings(words), ...SETTINGS, historyDaysSetting(historyDays)];
  const all = baseUrlPolicy === 'off' ? fixed : [...fixed, baseUrlSetting(baseUrlPolicy)];
  return all.filter(
    ({ id, concerns }) => (hasChannels || concerns === 'everyone') && !words.hidden.includes(id),
  );
}

/** Where Parley answers, and whom. */
const placeSettings = ({ mention, roles }: Vocabulary): Setting[] => [
  oneOf('replyIn', {
    label: 'Answers in',
    description: 'The channel, or a thread made from the question',
    concerns: 'channels',
    choices: [
      { value: 'channel', label: 'the channel' },
      { value: 'thread', label: 'a thread of its own' },
    ],
  }),
  oneOf('inThreads', {
    label: 'In threads',
    description: 'Of a thread it takes part in, what Parley answers',
    concerns: 'channels',
    choices: [
      { value: 'follow', label: 'everything said to nobody else' },
      { value: 'mentions', label: 'mentions and replies alone' },
    ],
  }),
  oneOf('history', {
    label: 'History',
    description: 'Whose a channel’s conversation is',
    concerns: 'channels',
    choices: [
      { value: 'channel', label: 'shared by the channel' },
      { value: 'person', label: 'each person has their own' },
    ],
  }),
  listOf('channels', mention, { label: 'Channels', description: 'Where Parley answers' }),
  listOf('roles', mention, {
    label: roles.label,
    description: 'Who of the members may ask; admins always may',
  }),
  oneOf('whoMayAsk', {
    label: 'Who may ask',
    description: 'Everyone, or admins alone',
    concerns: 'channels',
    choices: [
      { value: 'everyone', label: 'everyone' },
      { value: 'admins', label: 'admins' },
    ],
  }),
];

export const SETTINGS: Setting[] = [
  oneOf('whenBusy', {
    label: 'While it answers',
    description: 'What happens to the next message of the same person',
    concerns: 'everyone',
    choices: [
      { value: 'wait', label: 'it waits its turn', short: 'Waits' },
      { value: 'collect', label: 'all that wait are answered together', short: 'Gathered' },
      { value: 'interrupt', label: 'it interrupts the answer', short: 'Interrupts' },
    ],
  }),
  {
    id: 'temperature',
    label: 'Temperature',
    description: 'How freely the model chooses its words, where it takes that',
    concerns: 'everyone',
    show: ({ temperature }) => (temperature === undefined ? 'the model’s own' : String(temperature)),
    field: (own) => ({
      ...line('decimal', {
        value: own.temperature === undefined ? '' : String(own.temperature),
        placeholder: '0.7',
        longest: 5,
      }),
      hint: en.settings.fields.temperature,
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { temperature: null } };
      const { data, error } = temperature.safeParse(typed);
      return error ? { problem: problemOf(error) } : { change: { temperature: data } };
    },
  },
  oneOf('effort', {
    label: 'Reasoning effort',
    description: 'How long the model thinks before it answers, where it does',
    concerns: 'everyone',
    choices: [
      { value: UNSET, label: 'the model’s own', short: 'The model’s own' },
      { value: 'minimal', label: 'minimal', short: 'Minimal' },
      { value: 'low', label: 'low', short: 'Low' },
      { value: 'medium', label: 'medium', short: 'Medium' },
      { value: 'high', label: 'high', short: 'High' },
    ],
    notOffered: ({ effort }) => (effort ? undefined : EFFORT_NOT_OFFERED_NOTICE),
  }),
  {
    id: 'mostParts',
    label: 'Long answers',
    description: 'After how many messages the rest of an answer comes as a file',
    concerns: 'channels',
    show: ({ mostParts }) =>
      mostParts === undefined ? en.settings.fields.asMessages : en.settings.fields.restAsFile(mostParts),
    field: (own) => ({
      ...line('numeric', {
        value: own.mostParts === undefined ? '' : String(own.mostParts),
        placeholder: '3',
        longest: 2,
      }),
      hint: en.settings.fields.mostParts(MOST_PARTS),
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { mostParts: null } };
      const { data, error } = mostParts.safeParse(typed);
      return error ? { problem: problemOf(error) } : { change: { mostParts: data } };
    },
  },
];

/** @param most the operator's days, beyond which nothing is kept; 0: for ever */
function historyDaysSetting(most: number): Setting {
  const operators = most > 0 ? en.settings.fields.days(most) : en.settings.fields.untilForgotten;
  return {
    id: 'historyDays',
    label: 'Kept for',
    noun: 'days',
    description: 'After how many days what was said here is deleted',
    concerns: 'everyone',
    show: ({ historyDays: own }) =>
      own === undefined || (most > 0 && own > most) ? operators : en.settings.fields.days(own),
    field: (own) => ({
      ...line('numeric', {
        value: own.historyDays === undefined ? '' : String(own.historyDays),
        placeholder: '30',
        longest: 4,
      }),
      hint: en.settings.fields.historyDays(operators),
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { historyDays: null } };
      const { data, error } = historyDays.safeParse(typed);
      if (error) return { problem: problemOf(error) };
      if (most > 0 && data > most) return { problem: en.settings.fields.keptNoLonger(most) };
      return { change: { historyDays: data } };
    },
  };
}

function baseUrlSetting(policy: BaseUrlPolicy): Setting {
  return {
    id: 'baseUrl',
    label: 'Base URL',
    description: 'Another OpenAI-compatible server, with a key of its own',
    concerns: 'everyone',
    show: (own, { defaultBaseUrl }) => own.baseUrl ?? en.settings.fields.usualBaseUrl(defaultBaseUrl),
    field: (own) => ({
      ...line('url', {
        value: own.baseUrl ?? '',
        placeholder: 'https://openrouter.ai/api/v1',
        longest: BASE_URL_CHARACTERS,
      }),
      hint: en.settings.fields.baseUrl,
    }),
    read([typed = '']) {
      const { data = '', error } = baseUrl.safeParse(typed);
      if (error) return { problem: problemOf(error) };
      if (data === '') return { change: { baseUrl: null } };
      const checked = checkBaseUrl(data, policy);
      if ('problem' in checked) return { problem: baseUrlNotice(checked.problem, policy), code: 'base-url' };
      return { change: { baseUrl: checked.baseUrl } };
    },
  };
}
