/** Buttons, selects and modals, as a user's client sends them. */
import { ComponentType, InteractionType } from 'discord-api-types/v10';
import type { Context } from '../context.ts';
import { CHOOSES_FROM } from '../interactions.ts';
import { isSelect, type LooseComponent, walk } from '../rest/component-tree.ts';
import type { StoredChannel, StoredMessage, StoredUser } from '../world/world.ts';
import { type InteractionHandle, settled } from './handle.ts';
import { type Answers, type Resolved, resolve } from './using-commands.ts';

export async function clicks(
  context: Context,
  user: StoredUser,
  message: StoredMessage,
  button: string,
): Promise<InteractionHandle> {
  const buttons = componentsOf(message).filter(({ type }) => type === ComponentType.Button);
  const found =
    buttons.find((one) => one.custom_id === button) ?? buttons.find((one) => one.label === button);
  if (!found?.custom_id) throw new Error(`message ${message.id} has no button ${button}`);
  return act(context, user, message, found, {});
}

export async function chooses(
  context: Context,
  user: StoredUser,
  message: StoredMessage,
  customId: string,
  values: string[],
): Promise<InteractionHandle> {
  const found = componentsOf(message).find((one) => isSelect(one) && one.custom_id === customId);
  if (!found) throw new Error(`message ${message.id} has no select ${customId}`);
  const resolved: Resolved = {};
  check(context, channelOf(context, message), found, values, resolved);
  const all = Object.keys(resolved).length > 0 ? { values, resolved } : { values };
  return act(context, user, message, found, all);
}

function act(
  context: Context,
  user: StoredUser,
  message: StoredMessage,
  component: LooseComponent,
  more: object,
) {
  if (component.disabled) throw new Error(`${component.custom_id} is disabled`);
  const started = context.interactions.start(context, {
    type: InteractionType.MessageComponent,
    name: component.custom_id ?? '',
    user,
    channel: channelOf(context, message),
    source: message,
    data: { custom_id: component.custom_id, component_type: component.type, id: component.id, ...more },
  });
  return settled(context, started);
}

export async function submits(
  context: Context,
  user: StoredUser,
  opened: InteractionHandle,
  answers: Answers,
): Promise<InteractionHandle> {
  const { modal } = opened;
  const from = context.interactions.all.get(opened.token);
  if (!modal || !from) throw new Error('it was not answered with a modal');
  const resolved: Resolved = {};
  const left = new Set(Object.keys(answers));
  let next = 1;

  function filled(component: LooseComponent): object {
    const base = { type: component.type, id: component.id ?? next++ };
    if (component.components) return { ...base, components: component.components.map(filled) };
    if (component.component) return { ...base, component: filled(component.component) };
    if (component.custom_id === undefined) return base;
    left.delete(component.custom_id);
    const given = answers[component.custom_id];
    if (component.type === ComponentType.TextInput) {
      const value = typeof given === 'string' ? given : (component.value ?? '');
      checkText(component, value);
      return { ...base, custom_id: component.custom_id, value };
    }
    const preset = component.options?.filter((option) => option.default).map((option) => option.value);
    const values = given === undefined ? (preset ?? []) : [given].flat();
    if (from) check(context, from.channel, component, values, resolved);
    return { ...base, custom_id: component.custom_id, values };
  }

  const components = (modal.components ?? []).map(filled);
  if (left.size > 0) throw new Error(`the modal has no field ${[...left].join(', ')}`);
  const started = context.interactions.start(context, {
    type: InteractionType.ModalSubmit,
    name: modal.custom_id ?? '',
    user,
    channel: from.channel,
    source: from.source,
    data: {
      custom_id: modal.custom_id,
      components,
      ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
    },
  });
  return settled(context, started);
}

function checkText(input: LooseComponent, value: string): void {
  const least = input.min_length ?? (input.required === false ? 0 : 1);
  if (value === '' && input.required === false) return;
  if (value.length < least || value.length > (input.max_length ?? 4000)) {
    throw new Error(`${input.custom_id} takes ${least} to ${input.max_length ?? 4000} characters`);
  }
}

/** Throws on a choice that a client would not offer: the test is wrong. */
function check(
  context: Context,
  channel: StoredChannel,
  select: LooseComponent,
  values: string[],
  resolved: Resolved,
): void {
  const least = select.min_values ?? 1;
  const optional = select.required === false && values.length === 0;
  if (!optional && (values.length < least || values.length > (select.max_values ?? 1))) {
    throw new Error(`${select.custom_id} takes ${least} to ${select.max_values ?? 1} values`);
  }
  const kind = CHOOSES_FROM[select.type];
  for (const value of values) {
    if (kind) resolve(context, channel, kind, value, resolved);
    else if (!select.options?.some((option) => option.value === value)) {
      throw new Error(`${value} is no option of ${select.custom_id}`);
    }
  }
}

function componentsOf(message: StoredMessage): LooseComponent[] {
  return [...walk(message.components as LooseComponent[])].map(({ component }) => component);
}

function channelOf({ world }: Context, message: StoredMessage): StoredChannel {
  const channel = world.channels.get(message.channelId);
  if (!channel) throw new Error(`no channel ${message.channelId}`);
  return channel;
}
