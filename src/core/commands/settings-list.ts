/**
 * Every setting, each as one entry: how it is shown, asked for and read. The panel of `/settings` and the page are
 * drawn from these entries.
 */
import { type BaseUrlPolicy, checkBaseUrl } from '../models/base-url.ts';
import { en } from '../sentences/en.ts';
import {
  BASE_URL_CHARACTERS,
  baseUrl,
  cachedHours,
  historyDays,
  MOST_CACHED_HOURS,
  MOST_PARTS,
  mostParts,
  problemOf,
  temperature,
} from '../settings-fields.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { line, listOf, oneOf, type Setting, UNSET } from './setting.ts';

const { listed } = en.settings;

export interface SettingsPlace {
  /** False on the page. */
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

/** The settings for where Parley answers, and whom. */
const placeSettings = ({ mention, roles }: Vocabulary): Setting[] => [
  oneOf('replyIn', {
    ...listed.replyIn.about,
    concerns: 'channels',
    choices: [
      { value: 'channel', ...listed.replyIn.choices.channel },
      { value: 'thread', ...listed.replyIn.choices.thread },
    ],
  }),
  oneOf('inThreads', {
    ...listed.inThreads.about,
    concerns: 'channels',
    choices: [
      { value: 'follow', ...listed.inThreads.choices.follow },
      { value: 'mentions', ...listed.inThreads.choices.mentions },
    ],
  }),
  oneOf('history', {
    ...listed.history.about,
    concerns: 'channels',
    choices: [
      { value: 'channel', ...listed.history.choices.channel },
      { value: 'person', ...listed.history.choices.person },
    ],
  }),
  listOf('channels', mention, listed.channels.about),
  listOf('roles', mention, { label: roles.label, description: listed.roles.description }),
  oneOf('whoMayAsk', {
    ...listed.whoMayAsk.about,
    concerns: 'channels',
    choices: [
      { value: 'everyone', ...listed.whoMayAsk.choices.everyone },
      { value: 'admins', ...listed.whoMayAsk.choices.admins },
    ],
  }),
];

export const SETTINGS: Setting[] = [
  oneOf('whenBusy', {
    ...listed.whenBusy.about,
    concerns: 'everyone',
    choices: [
      { value: 'wait', ...listed.whenBusy.choices.wait },
      { value: 'collect', ...listed.whenBusy.choices.collect },
      { value: 'interrupt', ...listed.whenBusy.choices.interrupt },
    ],
  }),
  {
    id: 'temperature',
    ...listed.temperature.about,
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
    ...listed.effort.about,
    concerns: 'everyone',
    choices: [
      { value: UNSET, ...listed.effort.choices.unset },
      { value: 'minimal', ...listed.effort.choices.minimal },
      { value: 'low', ...listed.effort.choices.low },
      { value: 'medium', ...listed.effort.choices.medium },
      { value: 'high', ...listed.effort.choices.high },
    ],
    notOffered: ({ effort }) => (effort ? undefined : en.notices.effortNotOffered),
  }),
  oneOf('summaries', {
    ...listed.summaries.about,
    concerns: 'everyone',
    choices: [
      { value: 'on', ...listed.summaries.choices.on },
      { value: 'off', ...listed.summaries.choices.off },
    ],
  }),
  oneOf('footer', {
    ...listed.footer.about,
    concerns: 'everyone',
    choices: [
      { value: 'off', ...listed.footer.choices.off },
      { value: 'tokens', ...listed.footer.choices.tokens },
      { value: 'cost', ...listed.footer.choices.cost },
    ],
  }),
  {
    id: 'mostParts',
    ...listed.mostParts.about,
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
  {
    id: 'cachedHours',
    ...listed.cachedHours.about,
    concerns: 'everyone',
    show: ({ cachedHours }) =>
      cachedHours === undefined ? en.settings.fields.askedAnew : en.settings.fields.answeredFor(cachedHours),
    field: (own) => ({
      ...line('numeric', {
        value: own.cachedHours === undefined ? '' : String(own.cachedHours),
        placeholder: '24',
        longest: 3,
      }),
      hint: en.settings.fields.cachedHours(MOST_CACHED_HOURS),
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { cachedHours: null } };
      const { data, error } = cachedHours.safeParse(typed);
      return error ? { problem: problemOf(error) } : { change: { cachedHours: data } };
    },
  },
];

/** @param most the operator's days, beyond which nothing is kept; 0: for ever */
function historyDaysSetting(most: number): Setting {
  const operators = most > 0 ? en.settings.fields.days(most) : en.settings.fields.untilForgotten;
  return {
    id: 'historyDays',
    ...listed.historyDays.about,
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
    ...listed.baseUrl.about,
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
      if ('problem' in checked)
        return { problem: en.notices.baseUrlRefused(checked.problem, policy), code: 'base-url' };
      return { change: { baseUrl: checked.baseUrl } };
    },
  };
}
