/** Each setting of the panel: how it is shown, asked for and read. */
import { type BaseUrlPolicy, checkBaseUrl } from '../models/base-url.ts';
import { baseUrlNotice } from '../sentences/notices.ts';
import type { Choices, Settings, TenantSettings } from '../settings.ts';
import {
  BASE_URL_CHARACTERS,
  baseUrl,
  historyDays,
  ids,
  MOST_PARTS,
  mostParts,
  problemOf,
  temperature,
} from '../settings-fields.ts';
import type { TenantId } from '../types.ts';
import type { FormField } from './command.ts';

export interface SettingContext {
  tenant: TenantId;
  mention: (tenant: TenantId, kind: 'channels' | 'roles', id: string) => string;
  defaultBaseUrl: string;
}

type Change = Parameters<Settings['change']>[1];

/** A field without what the setting itself says. */
type Field = FormField extends infer One
  ? One extends FormField
    ? Omit<One, 'id' | 'label'>
    : never
  : never;

export interface Setting {
  id: keyof Choices;
  label: string;
  description: string;
  show(own: TenantSettings, context: SettingContext): string;
  field(own: TenantSettings): Field;
  /** What was filled in, as a change; or the sentence for what is wrong with it. */
  read(given: string[]): { change: Change } | { problem: string };
}

/** Stands for what is not chosen; a platform's menu takes no empty value. */
const UNSET = 'default';

function oneOf<Id extends 'replyIn' | 'inThreads' | 'history' | 'whoMayAsk' | 'whenBusy' | 'effort'>(
  id: Id,
  label: string,
  description: string,
  choices: { value: NonNullable<Choices[Id]> | typeof UNSET; label: string }[],
): Setting {
  const [first] = choices;
  const current = (own: TenantSettings): string => own[id] ?? first?.value ?? UNSET;
  return {
    id,
    label,
    description,
    show: (own) => choices.find(({ value }) => value === current(own))?.label ?? current(own),
    field: (own) => ({ type: 'choice', value: current(own), choices }),
    read([given]) {
      const chosen = choices.find(({ value }) => value === given);
      if (!chosen) return { problem: `${label} is one of: ${choices.map((one) => one.label).join(', ')}.` };
      return { change: { [id]: chosen.value === UNSET ? null : chosen.value } };
    },
  };
}

function listOf(id: 'channels' | 'roles', label: string, description: string): Setting {
  return {
    id,
    label,
    description,
    show: (own, { tenant, mention }) =>
      own[id]?.length ? own[id].map((one) => mention(tenant, id, one)).join(' ') : 'all',
    field: (own) => ({ type: id, values: own[id] ?? [], hint: 'None chosen means all.' }),
    read(given) {
      const { data, error } = ids.safeParse(given);
      if (error) return { problem: problemOf(error) };
      return { change: { [id]: data.length > 0 ? data : null } };
    },
  };
}

const line = (value: string, placeholder: string, longest: number) => ({
  type: 'text' as const,
  value,
  placeholder,
  required: false,
  lines: 'one' as const,
  longest,
});

export const SETTINGS: Setting[] = [
  oneOf('replyIn', 'Answers in', 'The channel, or a thread made from the question', [
    { value: 'channel', label: 'the channel' },
    { value: 'thread', label: 'a thread of its own' },
  ]),
  oneOf('inThreads', 'In threads', 'Of a thread it takes part in, what Parley answers', [
    { value: 'follow', label: 'everything said to nobody else' },
    { value: 'mentions', label: 'mentions and replies alone' },
  ]),
  oneOf('history', 'History', 'Whose a channel’s conversation is', [
    { value: 'channel', label: 'shared by the channel' },
    { value: 'person', label: 'each person has their own' },
  ]),
  listOf('channels', 'Channels', 'Where Parley answers'),
  listOf('roles', 'Roles', 'Who of the members may ask; admins always may'),
  oneOf('whoMayAsk', 'Who may ask', 'Everyone, or admins alone', [
    { value: 'everyone', label: 'everyone' },
    { value: 'admins', label: 'admins' },
  ]),
  oneOf('whenBusy', 'While it answers', 'What becomes of a message of the same person meanwhile', [
    { value: 'wait', label: 'it waits its turn' },
    { value: 'collect', label: 'all that wait are answered together' },
    { value: 'interrupt', label: 'it interrupts the answer' },
  ]),
  {
    id: 'temperature',
    label: 'Temperature',
    description: 'How freely the model chooses its words, 0 to 2, where it takes that',
    show: ({ temperature }) => (temperature === undefined ? 'the model’s own' : String(temperature)),
    field: (own) => ({
      ...line(own.temperature === undefined ? '' : String(own.temperature), '0.7', 5),
      hint: 'A number from 0 to 2; empty for the model’s own.',
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { temperature: null } };
      const { data, error } = temperature.safeParse(typed);
      return error ? { problem: problemOf(error) } : { change: { temperature: data } };
    },
  },
  oneOf('effort', 'Reasoning effort', 'How long the model thinks before it answers, where it does', [
    { value: UNSET, label: 'the model’s own' },
    { value: 'minimal', label: 'minimal' },
    { value: 'low', label: 'low' },
    { value: 'medium', label: 'medium' },
    { value: 'high', label: 'high' },
  ]),
  {
    id: 'mostParts',
    label: 'Long answers',
    description: 'After how many messages the rest of an answer comes as a file',
    show: ({ mostParts }) =>
      mostParts === undefined
        ? 'as messages, however many'
        : `the rest as a file after ${mostParts === 1 ? 'one message' : `${mostParts} messages`}`,
    field: (own) => ({
      ...line(own.mostParts === undefined ? '' : String(own.mostParts), '3', 2),
      hint: `Messages before the file, 1 to ${MOST_PARTS}; empty for no file.`,
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { mostParts: null } };
      const { data, error } = mostParts.safeParse(typed);
      return error ? { problem: problemOf(error) } : { change: { mostParts: data } };
    },
  },
];

/** @param most the operator's days, beyond which nothing is kept; 0: for ever */
export function historyDaysSetting(most: number): Setting {
  const operators = most > 0 ? counted(most) : 'until it is forgotten';
  return {
    id: 'historyDays',
    label: 'Kept for',
    description: 'After how many days what was said here is deleted',
    show: ({ historyDays: own }) =>
      own === undefined || (most > 0 && own > most) ? operators : counted(own),
    field: (own) => ({
      ...line(own.historyDays === undefined ? '' : String(own.historyDays), '30', 4),
      hint: `A number of days; empty for as long as Parley keeps it: ${operators}.`,
    }),
    read([typed = '']) {
      if (typed.trim() === '') return { change: { historyDays: null } };
      const { data, error } = historyDays.safeParse(typed);
      if (error) return { problem: problemOf(error) };
      if (most > 0 && data > most)
        return { problem: `Parley keeps nothing longer than ${counted(most)}. Choose fewer.` };
      return { change: { historyDays: data } };
    },
  };
}

const counted = (days: number) => (days === 1 ? 'one day' : `${days} days`);

export function baseUrlSetting(policy: BaseUrlPolicy): Setting {
  return {
    id: 'baseUrl',
    label: 'Base URL',
    description: 'Another OpenAI-compatible server, with a key of its own',
    show: (own, { defaultBaseUrl }) => own.baseUrl ?? `${defaultBaseUrl} (as Parley comes)`,
    field: (own) => ({
      ...line(own.baseUrl ?? '', 'https://openrouter.ai/api/v1', BASE_URL_CHARACTERS),
      hint: 'The key that is set goes to no other base URL. Empty for the usual one.',
    }),
    read([typed = '']) {
      const { data = '', error } = baseUrl.safeParse(typed);
      if (error) return { problem: problemOf(error) };
      if (data === '') return { change: { baseUrl: null } };
      const checked = checkBaseUrl(data, policy);
      if ('problem' in checked) return { problem: baseUrlNotice(checked.problem, policy) };
      return { change: { baseUrl: checked.baseUrl } };
    },
  };
}
