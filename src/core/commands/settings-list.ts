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
import { line, listOf, numberOf, oneOf, type Setting, UNSET } from './setting.ts';

const { listed } = en.settings;

export interface SettingsPlace {
  /** False on the page. */
  hasChannels: boolean;
  baseUrlPolicy: BaseUrlPolicy;
  /** Whether a model writes titles. Absent: none does. */
  hasTitles?: boolean;
  /** The operator's days of history; 0: for ever. */
  historyDays: number;
  words: Vocabulary;
}

/** The settings that concern a place, in the order they are shown. */
export function settingsAt(place: SettingsPlace): Setting[] {
  const { hasChannels, hasTitles = false, baseUrlPolicy, historyDays, words } = place;
  const except = hasChannels ? 'page' : 'channels';
  const fixed = [...placeSettings(words), ...SETTINGS, historyDaysSetting(historyDays)];
  const all = baseUrlPolicy === 'off' ? fixed : [...fixed, baseUrlSetting(baseUrlPolicy)];
  return all.filter(
    ({ id, concerns }) => concerns !== except && !words.hidden.includes(id) && (id !== 'titles' || hasTitles),
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
  numberOf('temperature', {
    ...listed.temperature.about,
    concerns: 'everyone',
    keys: 'decimal',
    placeholder: '0.7',
    longest: 5,
    hint: en.settings.fields.temperature,
    form: temperature,
    show: (value) => (value === undefined ? 'the model’s own' : String(value)),
  }),
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
  oneOf('titles', {
    ...listed.titles.about,
    concerns: 'page',
    choices: [
      { value: 'on', ...listed.titles.choices.on },
      { value: 'off', ...listed.titles.choices.off },
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
  numberOf('mostParts', {
    ...listed.mostParts.about,
    concerns: 'channels',
    keys: 'numeric',
    placeholder: '3',
    longest: 2,
    hint: en.settings.fields.mostParts(MOST_PARTS),
    form: mostParts,
    show: (most) =>
      most === undefined ? en.settings.fields.asMessages : en.settings.fields.restAsFile(most),
  }),
  numberOf('cachedHours', {
    ...listed.cachedHours.about,
    concerns: 'everyone',
    keys: 'numeric',
    placeholder: '24',
    longest: 3,
    hint: en.settings.fields.cachedHours(MOST_CACHED_HOURS),
    form: cachedHours,
    show: (hours) =>
      hours === undefined ? en.settings.fields.askedAnew : en.settings.fields.answeredFor(hours),
  }),
];

/** @param most the operator's days, beyond which nothing is kept; 0: for ever */
function historyDaysSetting(most: number): Setting {
  const operators = most > 0 ? en.settings.fields.days(most) : en.settings.fields.untilForgotten;
  const isKept = (days: number) => most === 0 || days <= most;
  return numberOf('historyDays', {
    ...listed.historyDays.about,
    concerns: 'everyone',
    keys: 'numeric',
    placeholder: '30',
    longest: 4,
    hint: en.settings.fields.historyDays(operators),
    form: historyDays.refine(isKept, en.settings.fields.keptNoLonger(most)),
    show: (own) => (own === undefined || !isKept(own) ? operators : en.settings.fields.days(own)),
  });
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
