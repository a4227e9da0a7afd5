/** Forms and panels as Slack's modals. */
import type { types, ViewOutput } from '@slack/bolt';
import type { CommandReply, Form, FormField } from '../../../core/commands/command.ts';
import type { ConversationId } from '../../../core/types.ts';
import { plain, sectionsOf } from './mrkdwn.ts';

export type Panel = Extract<CommandReply, { type: 'panel' }>;
type Question = Extract<CommandReply, { type: 'question' }>;

/** Where a modal was opened from; it comes back with what was filled in. */
export interface Origin {
  team: string;
  conversation: ConversationId;
  /** Absent from App Home, which is shown anew after a change. */
  channel?: string;
  thread?: string;
  /** The ts of the message that it was typed in. */
  at?: string;
}

/** The kind of a modal, beside where it was opened from. */
export interface Carried extends Origin {
  /** The id of the form or the panel. */
  id: string;
}

/** Slack has no menu of these in a modal, so that they are asked for before. */
export interface UserGroup {
  /** `S…`. */
  id: string;
  /** Without the `@`. */
  handle: string;
  name: string;
}

export interface ModalOptions {
  /** The workspace's, for a field of roles; without any, their ids are typed. */
  groups?: UserGroup[];
  /** A sentence above the fields. */
  note?: string;
}

export const FORM = 'parley_form';
export const PICK = 'parley_pick';
export const CONFIRM = 'parley_confirm';

/** Slack's limits: characters and entries (reference/views, block-elements, composition-objects). */
const LIMITS = {
  title: 24,
  header: 150,
  label: 2_000,
  placeholder: 150,
  input: 3_000,
  option: 75,
  button: 75,
  options: 100,
  metadata: 3_000,
};
/** Most ids in a field, as many as the core keeps. */
const MOST_IDS = 25;
const VALUE = 'value';
/** Instead of it where ids are typed, one behind the other. */
const TYPED_IDS = 'ids';

export function modalOf(form: Form, origin: Origin, options: ModalOptions = {}): types.ModalView {
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: metadataOf({ ...origin, id: form.id }),
    ...titleOf(form.title),
    submit: plain('Submit', LIMITS.title),
    close: plain('Cancel', LIMITS.title),
    blocks: [
      ...headerOf(form.title),
      ...sectionsOf(options.note ?? ''),
      ...form.fields.map((field) => inputOf(field, options.groups ?? [])),
    ],
  };
}

export function panelOf(panel: Panel, origin: Origin): types.ModalView {
  return {
    type: 'modal',
    private_metadata: metadataOf({ ...origin, id: panel.id }),
    ...titleOf(panel.id.charAt(0).toUpperCase() + panel.id.slice(1)),
    close: plain('Close', LIMITS.title),
    blocks: panelBlocks(panel),
  };
}

/** The form with empty text fields. */
export function withoutTexts(form: Form): Form {
  return {
    ...form,
    fields: form.fields.map((field) => (field.type === 'text' ? { ...field, value: '' } : field)),
  };
}

/** A question with its button, which says where it was asked. */
export function questionBlocks(question: Question, { conversation }: Origin): types.KnownBlock[] {
  return [
    ...sectionsOf(question.text),
    {
      type: 'actions',
      elements: [
        {
          type: 'button',
          action_id: CONFIRM,
          style: 'danger',
          value: `v1|${question.id}|${question.choice}|${conversation}`,
          text: plain(question.label, LIMITS.button),
        },
      ],
    },
  ];
}

/** The choice that the button of a question confirms, read from its value. */
export function readConfirmed(
  value: string,
): { id: string; choice: string; conversation: ConversationId } | undefined {
  const [version, id, choice, conversation] = value.split('|');
  return version === 'v1' && id && choice && conversation ? { id, choice, conversation } : undefined;
}

/** For a message, where no modal can be opened any more. */
export function panelBlocks({ id, text, prompt, choices }: Panel): types.KnownBlock[] {
  return [
    ...sectionsOf(text),
    {
      type: 'actions',
      block_id: `v1:${id}`,
      elements: [
        {
          type: 'static_select',
          action_id: PICK,
          placeholder: plain(prompt, LIMITS.placeholder),
          options: choices.slice(0, LIMITS.options).map((choice) => ({
            value: choice.id,
            text: plain(choice.label, LIMITS.option),
            description: plain(choice.description, LIMITS.option),
          })),
        },
      ],
    },
  ];
}

/** The panel that a menu is of, by its block's id. */
export function readPanelId(blockId: string): string | undefined {
  return blockId.startsWith('v1:') ? blockId.slice(3) : undefined;
}

/** A modal that says a sentence, in place of the one that was used. */
export function sentenceOf(title: string, text: string, origin: Origin): types.ModalView {
  return {
    type: 'modal',
    private_metadata: metadataOf({ ...origin, id: '' }),
    ...titleOf(title),
    close: plain('Close', LIMITS.title),
    blocks: sectionsOf(text),
  };
}

/** The values that were filled in, by field. */
export function valuesOf({ state }: Pick<ViewOutput, 'state'>): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const [field, inputs] of Object.entries(state.values)) {
    for (const [action, input] of Object.entries(inputs)) {
      const several = input.selected_conversations ?? input.selected_options?.map(({ value }) => value);
      const one = input.selected_option?.value ?? input.value ?? '';
      values[field] = several ?? (action === TYPED_IDS ? idsIn(one) : [one]);
    }
  }
  return values;
}

/** Typed as ids, or as Slack writes a mention of a group. */
function idsIn(typed: string): string[] {
  return typed
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((one) => /^<!subteam\^(\w+)(?:\|[^>]*)?>$/.exec(one)?.[1] ?? one);
}

export function readCarried(metadata: string): Carried | undefined {
  try {
    const read: unknown = JSON.parse(metadata);
    return isCarried(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

function isCarried(value: unknown): value is Carried {
  if (typeof value !== 'object' || value === null) return false;
  const { id, team, conversation, channel = '', thread = '' } = value as Record<string, unknown>;
  return [id, team, conversation, channel, thread].every((one) => typeof one === 'string');
}

function metadataOf({ id, team, conversation, channel, thread }: Carried): string {
  const metadata = JSON.stringify({ id, team, conversation, channel, thread });
  if (metadata.length > LIMITS.metadata) throw new RangeError('more than a modal carries');
  return metadata;
}

/** One that is too long stands above the fields, whole. */
function titleOf(title: string): Pick<types.ModalView, 'title'> {
  return { title: plain(isLong(title) ? 'Parley' : title, LIMITS.title) };
}

function headerOf(title: string): types.KnownBlock[] {
  return isLong(title) ? [{ type: 'header', text: plain(title, LIMITS.header) }] : [];
}

const isLong = (title: string) => plain(title, Number.POSITIVE_INFINITY).text.length > LIMITS.title;

function inputOf(field: FormField, groups: UserGroup[]): types.InputBlock {
  const hint = hintOf(field, groups);
  return {
    type: 'input',
    block_id: field.id,
    label: plain(field.label, LIMITS.label),
    optional: field.type === 'text' ? !field.required : field.type !== 'choice',
    ...(hint && { hint: plain(hint, LIMITS.label) }),
    element: elementOf(field, groups),
  };
}

function hintOf({ type, hint }: FormField, groups: UserGroup[]): string | undefined {
  if (type !== 'roles' || groups.length > 0) return hint;
  return 'Ids of user groups, such as S0123ABCD, with spaces between them. None means all.';
}

function elementOf(field: FormField, groups: UserGroup[]): types.InputBlockElement {
  switch (field.type) {
    case 'text': {
      const most = Math.min(field.longest, LIMITS.input);
      return {
        type: 'plain_text_input',
        action_id: VALUE,
        multiline: field.lines === 'many',
        max_length: most,
        ...(field.value && { initial_value: field.value.slice(0, most) }),
        ...(field.placeholder && { placeholder: plain(field.placeholder, LIMITS.placeholder) }),
      };
    }
    case 'choice': {
      const options = field.choices
        .slice(0, LIMITS.options)
        .map(({ value, label }) => optionOf(value, label));
      const chosen = options.find(({ value }) => value === field.value);
      return {
        type: 'static_select',
        action_id: VALUE,
        options,
        ...(chosen && { initial_option: chosen }),
      };
    }
    case 'channels':
      return {
        type: 'multi_conversations_select',
        action_id: VALUE,
        filter: { include: ['public', 'private'] },
        max_selected_items: MOST_IDS,
        ...(field.values.length > 0 && { initial_conversations: field.values }),
      };
    case 'roles':
      return groups.length > 0 ? groupsMenu(field.values, groups) : groupsInput(field.values);
  }
}

function groupsMenu(chosen: string[], groups: UserGroup[]): types.MultiStaticSelect {
  // A chosen group stays in the list, also where it is gone by now.
  const gone = chosen
    .filter((id) => !groups.some((group) => group.id === id))
    .map((id) => ({ id, handle: id, name: '' }));
  const isChosen = ({ id }: UserGroup) => chosen.includes(id);
  const all = [...groups.filter(isChosen), ...gone, ...groups.filter((group) => !isChosen(group))];
  const options = all
    .slice(0, LIMITS.options)
    .map(({ id, handle, name }) => optionOf(id, name ? `@${handle} · ${name}` : `@${handle}`));
  const initial = options.filter(({ value }) => chosen.includes(value));
  return {
    type: 'multi_static_select',
    action_id: VALUE,
    options,
    max_selected_items: MOST_IDS,
    ...(initial.length > 0 && { initial_options: initial }),
  };
}

function groupsInput(chosen: string[]): types.PlainTextInput {
  return {
    type: 'plain_text_input',
    action_id: TYPED_IDS,
    max_length: LIMITS.input,
    ...(chosen.length > 0 && { initial_value: chosen.join(' ') }),
  };
}

function optionOf(value: string, label: string) {
  return { value, text: plain(label, LIMITS.option) };
}
