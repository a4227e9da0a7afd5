/** The limits that admins set, each as one entry. The panel of `/limits` and the page are drawn from these entries. */
import { nanoOf, shownDollars } from '../money/amounts.ts';
import { en } from '../sentences/en.ts';
import type { TenantSettings } from '../settings.ts';
import {
  dollarLimit,
  ids,
  MOST_PER_MINUTE,
  perMinute,
  problemOf,
  timeZone,
  ZONE_CHARACTERS,
} from '../settings-fields.ts';
import type { Vocabulary } from '../vocabulary.ts';
import { type PanelEntry, valuesAt } from './entry-panel.ts';
import type { FormValues } from './group.ts';
import { line, numberOf, readTyped, type Setting } from './setting.ts';

const { fields, listed, roles, values } = en.limits;

/** Limits that a tenant may set for roles. With the other entries they fill a menu of 25 (Discord). */
const MOST_ROLE_LIMITS = 15;

/** The longest amount: seven digits, a point and nine decimals, with a sign. */
const DOLLAR_CHARACTERS = 20;
const AMOUNT = 'dollars';
const ROLES = 'roles';
const ROLE = 'role:';

export const shownLimit = (dollars: number): string => shownDollars(nanoOf(dollars));

/** The limits that concern a place. @param operatorsZone the operator's time zone */
export function limitsAt({
  hasChannels,
  operatorsZone,
  words,
}: {
  hasChannels: boolean;
  operatorsZone: string;
  words: Vocabulary;
}): Setting[] {
  const all = [
    dollarsOfTime('dayLimit', 'everyone'),
    dollarsOfTime('monthLimit', 'everyone'),
    dollarsOfTime('personDayLimit', 'channels'),
    MESSAGES_A_MINUTE,
    timeZoneSetting(operatorsZone),
    channelSetting(words),
  ];
  return all.filter(({ concerns }) => hasChannels || concerns === 'everyone');
}

function dollarsOfTime(
  id: 'dayLimit' | 'monthLimit' | 'personDayLimit',
  concerns: Setting['concerns'],
): Setting {
  return {
    id,
    ...listed[id],
    concerns,
    show: ({ [id]: dollars }) => (dollars === undefined ? values.none : shownLimit(dollars)),
    field: ({ [id]: dollars }) => dollarLine(dollars),
    read(given) {
      const read = readTyped(dollarLimit, given);
      return 'problem' in read ? read : { change: { [id]: read.value } };
    },
  };
}

const dollarLine = (dollars: number | undefined) => ({
  ...line('decimal', {
    value: dollars === undefined ? '' : plainly(dollars),
    placeholder: '5.00',
    longest: DOLLAR_CHARACTERS,
  }),
  hint: fields.dollars,
});

/** Without an exponent, which small numbers would have. */
const plainly = (dollars: number) => (String(dollars).includes('e') ? dollars.toFixed(9) : String(dollars));

const MESSAGES_A_MINUTE = numberOf('perMinute', {
  ...listed.perMinute,
  concerns: 'channels',
  keys: 'numeric',
  placeholder: '10',
  longest: 5,
  hint: fields.perMinute(MOST_PER_MINUTE),
  form: perMinute,
  show: (most) => (most === undefined ? values.perMinuteOfOperator : values.perMinute(most)),
});

function timeZoneSetting(operators: string): Setting {
  return {
    id: 'timeZone',
    ...listed.timeZone,
    concerns: 'everyone',
    show: ({ timeZone: own }) => own ?? values.timeZone(operators),
    field: ({ timeZone: own = '' }) => ({
      type: 'text',
      value: own,
      placeholder: fields.timeZoneExample,
      required: false,
      lines: 'one',
      longest: ZONE_CHARACTERS,
      hint: fields.timeZone,
    }),
    read(given) {
      const read = readTyped(timeZone, given);
      return 'problem' in read ? read : { change: { timeZone: read.value } };
    },
  };
}

function channelSetting({ mention }: Vocabulary): Setting {
  return {
    id: 'limitsChannel',
    ...listed.limitsChannel,
    concerns: 'channels',
    show: ({ limitsChannel: channel }) =>
      channel === undefined ? values.setter : mention('channels', channel),
    field: ({ limitsChannel: channel }) => ({
      type: 'channels',
      values: channel === undefined ? [] : [channel],
      most: 1,
      hint: fields.limitsChannel,
    }),
    read(given) {
      const { data, error } = ids.safeParse(given);
      if (error) return { problem: problemOf(error) };
      if (data.length > 1) return { problem: en.limits.problems.oneChannel };
      return { change: { limitsChannel: data[0] ?? null } };
    },
  };
}

/** The limits of roles that are set, as a list shows them, and an entry for each and for further ones. */
export function roleLimits(
  own: TenantSettings,
  words: Vocabulary,
): { shown: string[]; entries: PanelEntry[] } {
  const set = Object.entries(own.roleDayLimits ?? {});
  return {
    shown: set.map(
      ([role, dollars], index) =>
        `${roles.one(index + 1)}: ${words.mention('roles', role)} ${shownLimit(dollars)}`,
    ),
    entries: [
      furtherRoles(words),
      // Two admins at once can set more than that. The last of them get an entry when others are gone.
      ...set
        .slice(0, MOST_ROLE_LIMITS)
        .map(([role, dollars], index) => ofRole(role, roles.one(index + 1), dollars)),
    ],
  };
}

/** Sets one limit for some roles, each by itself, or takes theirs away. */
function furtherRoles(words: Vocabulary): PanelEntry {
  return {
    id: 'roleDayLimits',
    label: roles.label(words),
    description: roles.description,
    fields: () => [
      { id: ROLES, label: roles.which(words), type: 'roles', values: [], hint: roles.whichHint },
      { id: AMOUNT, label: fields.dollarsLabel, ...dollarLine(undefined) },
    ],
    read(given, own) {
      const { data: chosen, error } = ids.safeParse(valuesAt(given, ROLES));
      if (error) return { problem: problemOf(error) };
      if (chosen.length === 0) return { problem: roles.chooseOne };
      return readRoles(chosen, given, own);
    },
  };
}

/** One that is set. Its role may be deleted on the platform, so it is not chosen from a menu of roles. */
function ofRole(role: string, label: string, dollars: number): PanelEntry {
  return {
    id: `${ROLE}${role}`,
    label,
    description: roles.oneDescription,
    fields: () => [{ id: AMOUNT, label: fields.dollarsLabel, ...dollarLine(dollars) }],
    read: (given, own) => readRoles([role], given, own),
  };
}

function readRoles(chosen: string[], given: FormValues, own: TenantSettings): ReturnType<PanelEntry['read']> {
  const read = readTyped(dollarLimit, valuesAt(given, AMOUNT));
  if ('problem' in read) return read;
  const all = new Set([...Object.keys(own.roleDayLimits ?? {}), ...chosen]);
  if (read.value !== null && all.size > MOST_ROLE_LIMITS) return { problem: roles.tooMany(MOST_ROLE_LIMITS) };
  return { change: { roleDayLimits: Object.fromEntries(chosen.map((role) => [role, read.value])) } };
}
