/** The fields of a form as inputs of a modal, and the values that come back. */
import type { types, ViewOutput } from '@slack/bolt';
import type { FormField } from '../../../../core/commands/command.ts';
import { plain } from '../../markdown/mrkdwn.ts';
import type { UserGroup } from '../../reading/user-groups.ts';
import { en } from '../../sentences/en.ts';
import { BLOCK_LIMITS } from './block-limits.ts';

/** Most ids in a field. The core keeps no more. */
const MOST_IDS = 25;
/** The action id of any other field. */
const VALUE = 'value';
/** The action id of a field in which a person types ids. */
const TYPED_IDS = 'ids';

export function inputOf(field: FormField, groups: UserGroup[]): types.InputBlock {
  const hint = hintOf(field, groups);
  return {
    type: 'input',
    block_id: field.id,
    label: plain(field.label, BLOCK_LIMITS.label),
    optional: field.type === 'text' ? !field.required : field.type !== 'choice',
    ...(hint && { hint: plain(hint, BLOCK_LIMITS.label) }),
    element: elementOf(field, groups),
  };
}

function hintOf({ type, hint }: FormField, groups: UserGroup[]): string | undefined {
  if (type !== 'roles' || groups.length > 0) return hint;
  return en.modals.groupIds;
}

function elementOf(field: FormField, groups: UserGroup[]): types.InputBlockElement {
  switch (field.type) {
    case 'text': {
      const most = Math.min(field.longest, BLOCK_LIMITS.input);
      return {
        type: 'plain_text_input',
        action_id: VALUE,
        multiline: field.lines === 'many',
        max_length: most,
        ...(field.value && { initial_value: field.value.slice(0, most) }),
        ...(field.placeholder && { placeholder: plain(field.placeholder, BLOCK_LIMITS.placeholder) }),
      };
    }
    case 'choice': {
      const options = field.choices
        .slice(0, BLOCK_LIMITS.options)
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
        max_selected_items: field.most ?? MOST_IDS,
        ...(field.values.length > 0 && { initial_conversations: field.values }),
      };
    case 'roles':
      return groups.length > 0 ? groupsMenu(field.values, groups) : groupsInput(field.values);
  }
}

function groupsMenu(chosen: string[], groups: UserGroup[]): types.MultiStaticSelect {
  // A chosen group stays in the list after it was deleted on Slack.
  const gone = chosen
    .filter((id) => !groups.some((group) => group.id === id))
    .map((id) => ({ id, handle: id, name: '' }));
  const isChosen = ({ id }: UserGroup) => chosen.includes(id);
  const all = [...groups.filter(isChosen), ...gone, ...groups.filter((group) => !isChosen(group))];
  const options = all
    .slice(0, BLOCK_LIMITS.options)
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
    max_length: BLOCK_LIMITS.input,
    ...(chosen.length > 0 && { initial_value: chosen.join(' ') }),
  };
}

function optionOf(value: string, label: string) {
  return { value, text: plain(label, BLOCK_LIMITS.option) };
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

/** The ids in a typed text. Slack turns a typed mention of a group into `<!subteam^S…|@handle>`. */
function idsIn(typed: string): string[] {
  return typed
    .split(/[\s,;]+/)
    .filter(Boolean)
    .map((one) => /^<!subteam\^(\w+)(?:\|[^>]*)?>$/.exec(one)?.[1] ?? one);
}
