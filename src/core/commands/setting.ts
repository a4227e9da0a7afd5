/** A setting as one entry, and the kinds of entries there are. */
import type { z } from 'zod';
import type { OperatorOffer } from '../models/catalog/operator-offer.ts';
import { en } from '../sentences/en.ts';
import type { Choices, ChoicesChange, TenantSettings } from '../settings.ts';
import { ids, problemOf } from '../settings-fields.ts';
import type { Vocabulary } from '../vocabulary.ts';
import type { FormField } from './command.ts';
import { type PanelEntry, valuesAt } from './entry-panel.ts';

export interface SettingContext {
  defaultBaseUrl: string;
}

/** A form field without the parts that the setting itself provides. */
export type SettingInput = FormField extends infer One
  ? One extends FormField
    ? Omit<One, 'id' | 'label'>
    : never
  : never;

export interface Setting {
  id: keyof Choices;
  label: string;
  description: string;
  /** `channels`: only where people meet in channels and threads, so not on the page. `page`: only there. */
  concerns: 'everyone' | 'channels' | 'page';
  /** The current value in words. */
  show(own: TenantSettings, context: SettingContext): string;
  field(own: TenantSettings): SettingInput;
  /** Its name on the button that saves it; absent: its label. */
  noun?: string;
  /** Turns the filled-in values into a change. For wrong values, it returns a sentence, and a code for programs. */
  read(given: string[]): { change: ChoicesChange } | { problem: string; code?: string };
  /** The sentence for a choice that the operator pays for and does not offer. Absent: the operator always offers it. */
  notOffered?(offer: OperatorOffer): string | undefined;
}

/** The reason why a change is refused, since the operator pays and does not offer it. Undefined: it is taken. */
export function refusalOf(
  { id, notOffered }: Setting,
  change: ChoicesChange,
  offer: OperatorOffer | undefined,
): string | undefined {
  const isTakenBack = change[id] === null || change[id] === undefined;
  return offer && !isTakenBack ? notOffered?.(offer) : undefined;
}

/** A setting as an entry of a panel. @param offerOf the choices that the operator offers with such settings */
export function entryOf(
  setting: Setting,
  offerOf: (own: TenantSettings) => OperatorOffer | undefined = () => undefined,
): PanelEntry {
  const { id, label, description } = setting;
  return {
    id,
    label,
    description,
    fields: (own) => [{ id, label, ...setting.field(own) }],
    read(values, own) {
      const read = setting.read(valuesAt(values, id));
      if ('problem' in read) return read;
      const refusal = refusalOf(setting, read.change, offerOf(own));
      return refusal === undefined ? read : { problem: refusal };
    },
  };
}

/** The choices in effect: without those that the operator pays for and does not offer. */
export function inForce(
  settings: Setting[],
  own: TenantSettings,
  offer: OperatorOffer | undefined,
): TenantSettings {
  const counting = { ...own };
  for (const { id, notOffered } of settings) {
    if (offer && notOffered?.(offer) !== undefined) delete counting[id];
  }
  return counting;
}

/** Stands for "nothing chosen": a platform's menu takes no empty value. */
export const UNSET = 'default';

type Chosen =
  | 'replyIn'
  | 'inThreads'
  | 'history'
  | 'whoMayAsk'
  | 'whenBusy'
  | 'effort'
  | 'summaries'
  | 'titles'
  | 'footer';

export function oneOf<Id extends Chosen>(
  id: Id,
  {
    choices,
    ...about
  }: Pick<Setting, 'label' | 'description' | 'concerns' | 'notOffered'> & {
    choices: { value: NonNullable<Choices[Id]> | typeof UNSET; label: string; short?: string }[];
  },
): Setting {
  const [first] = choices;
  const current = (own: TenantSettings): string => own[id] ?? first?.value ?? UNSET;
  return {
    id,
    ...about,
    show: (own) => choices.find(({ value }) => value === current(own))?.label ?? current(own),
    field: (own) => ({ type: 'choice', value: current(own), choices }),
    read([given]) {
      const chosen = choices.find(({ value }) => value === given);
      if (!chosen)
        return {
          problem: en.settings.fields.notAmong(about.label, choices.map((one) => one.label).join(', ')),
        };
      return { change: { [id]: chosen.value === UNSET ? null : chosen.value } };
    },
  };
}

export function listOf(
  id: 'channels' | 'roles',
  mention: Vocabulary['mention'],
  { label, description }: Pick<Setting, 'label' | 'description'>,
): Setting {
  return {
    id,
    label,
    description,
    concerns: 'channels',
    show: (own) =>
      own[id]?.length ? own[id].map((one) => mention(id, one)).join(' ') : en.settings.fields.all,
    field: (own) => ({ type: id, values: own[id] ?? [], hint: en.settings.fields.noneMeansAll }),
    read(given) {
      const { data, error } = ids.safeParse(given);
      if (error) return { problem: problemOf(error) };
      return { change: { [id]: data.length > 0 ? data : null } };
    },
  };
}

interface Line {
  value: string;
  placeholder: string;
  /** Characters. */
  longest: number;
}
type Keys = Extract<FormField, { type: 'text' }>['keys'] & string;

export const line = (keys: Keys, { value, placeholder, longest }: Line) => ({
  type: 'text' as const,
  keys,
  value,
  placeholder,
  required: false,
  lines: 'one' as const,
  longest,
});

/** Reads a line as people typed it. Null: it is empty, which takes the setting back. */
export function readTyped<Value>(
  form: z.ZodType<Value>,
  [typed = '']: string[],
): { value: Value | null } | { problem: string } {
  if (typed.trim() === '') return { value: null };
  const { data, error } = form.safeParse(typed);
  return error ? { problem: problemOf(error) } : { value: data };
}

type Numbers = 'temperature' | 'mostParts' | 'cachedHours' | 'historyDays' | 'perMinute';

interface NumberOptions
  extends Pick<Setting, 'label' | 'description' | 'concerns' | 'noun'>,
    Omit<Line, 'value'> {
  keys: Keys;
  hint: string;
  /** Reads the number as it was typed. */
  form: z.ZodType<number>;
  /** The number in words; undefined: nothing is chosen. */
  show(value: number | undefined): string;
}

/** A setting that is a number, typed in one line. */
export function numberOf(
  id: Numbers,
  { keys, placeholder, longest, hint, form, show, ...about }: NumberOptions,
): Setting {
  return {
    id,
    ...about,
    show: ({ [id]: value }) => show(value),
    field: ({ [id]: value }) => ({
      ...line(keys, { value: value === undefined ? '' : String(value), placeholder, longest }),
      hint,
    }),
    read(given) {
      const read = readTyped(form, given);
      return 'problem' in read ? read : { change: { [id]: read.value } };
    },
  };
}
