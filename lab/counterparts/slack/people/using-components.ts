/** Buttons and menus of messages and views, as a user's client sends them. */
import { object } from '../api/args.ts';
import { type Element, elementsOf, type Placed, viewPayload } from '../blocks/views.ts';
import type { Context } from '../context.ts';
import { newTs } from '../world/ids.ts';
import { messagePayload } from '../world/message-payload.ts';
import type { StoredChannel, StoredMessage, StoredView } from '../world/world.ts';
import { handleOf, type InteractionHandle } from './handle.ts';
import type { Who } from './using-commands.ts';

/** The message or view that contains an element. */
export type Place = { message: StoredMessage; channel: StoredChannel } | { view: StoredView };

/** @param wanted the button's action id or label */
export async function clicks(
  context: Context,
  who: Who,
  place: Place,
  wanted: string,
): Promise<InteractionHandle> {
  for (const placed of elementsOf(blocksOf(place))) {
    const { element } = placed;
    if (element.type === 'feedback_buttons') {
      const button = feedback(element, wanted);
      if (button) return act(context, who, place, placed, { text: button.text, value: button.value });
    } else if (element.type === 'button' || element.type === 'icon_button') {
      if (element.action_id !== wanted && object(element.text)?.text !== wanted) continue;
      const value = element.value === undefined ? {} : { value: element.value };
      return act(context, who, place, placed, { text: element.text, ...value });
    }
  }
  throw new Error(`no button ${wanted}`);
}

/** Chooses one or several options of a menu by their values. */
export async function chooses(
  context: Context,
  who: Who,
  place: Place,
  actionId: string,
  values: string[],
): Promise<InteractionHandle> {
  const placed = find(place, actionId);
  return act(context, who, place, placed, chosen(placed.element, values));
}

/** The options that the app offers while the person types into a menu. */
export async function types(
  context: Context,
  { workspace, user }: Who,
  place: Place,
  actionId: string,
  typed: string,
): Promise<{ text: string; value: string }[]> {
  const { blockId, element } = find(place, actionId);
  if (!element.type.endsWith('external_select'))
    throw new Error(`${actionId} is no menu of the app's own options`);
  const { answer } = await context.interactions.start(context, {
    type: 'interactive',
    kind: actionId,
    workspace,
    user,
    payload: {
      type: 'block_suggestion',
      action_id: actionId,
      block_id: blockId,
      value: typed,
      ...around(context, place),
    },
  });
  const options = object(answer?.payload)?.options;
  if (!answer?.ok || !Array.isArray(options)) throw new Error('Loading options failed');
  return options.map((one) => {
    const option = object(one) ?? {};
    return { text: String(object(option.text)?.text), value: String(option.value) };
  });
}

function find(place: Place, actionId: string): Placed {
  const placed = elementsOf(blocksOf(place)).find(({ element }) => element.action_id === actionId);
  if (!placed) throw new Error(`nothing with the action id ${actionId}`);
  return placed;
}

function feedback(element: Element, wanted: string): Record<string, unknown> | undefined {
  for (const side of ['positive', 'negative']) {
    const button = object(element[`${side}_button`]);
    const names = [side, button?.value, object(button?.text)?.text];
    if (button && names.includes(wanted)) return button;
  }
  return undefined;
}

/**
 * The chosen options in an action's payload. Throws on an option that a client would not offer: the test is wrong.
 */
export function chosen(element: Element, values: string[]): Record<string, unknown> {
  const of = element.type;
  if (/^(multi_)?(users|channels|conversations)_select$/.test(of)) {
    const what = of.replace('multi_', '').replace('s_select', '');
    return of.startsWith('multi_')
      ? { [`selected_${what}s`]: values }
      : { [`selected_${what}`]: values[0] ?? null };
  }
  const groups = Array.isArray(element.option_groups) ? element.option_groups : [element];
  const known = groups.flatMap((one) => (object(one)?.options as unknown[] | undefined) ?? []).map(object);
  const options = values.map((value) => {
    const option = known.find((one) => one?.value === value);
    if (option) return option;
    if (of.endsWith('external_select')) return { text: { type: 'plain_text', text: value }, value };
    throw new Error(`${value} is no option of ${element.action_id}`);
  });
  const several = of.startsWith('multi_') || of === 'checkboxes';
  return several ? { selected_options: options } : { selected_option: options[0] ?? null };
}

function blocksOf(place: Place) {
  return 'view' in place ? place.view.body.blocks : place.message.blocks;
}

async function act(
  context: Context,
  { workspace, user }: Who,
  place: Place,
  { blockId, element }: Placed,
  fields: object,
): Promise<InteractionHandle> {
  const actionId = element.action_id ?? 'auto';
  const action = {
    type: element.type,
    action_id: actionId,
    block_id: blockId,
    ...fields,
    action_ts: newTs(),
  };
  const from = 'view' in place ? { view: place.view } : { channel: place.channel, source: place.message };
  const interaction = await context.interactions.start(context, {
    type: 'interactive',
    kind: String(actionId),
    workspace,
    user,
    ...from,
    payload: { type: 'block_actions', actions: [action], ...around(context, place) },
  });
  return handleOf(context, interaction);
}

function around(context: Context, place: Place): Record<string, unknown> {
  if ('view' in place) {
    return { container: { type: 'view', view_id: place.view.id }, view: viewPayload(context, place.view) };
  }
  const { message, channel } = place;
  const ephemeral = message.ephemeralTo !== undefined;
  return {
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: ephemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: channel.id, name: channel.name || 'directmessage' },
    ...(ephemeral ? {} : { message: messagePayload(context.world, message) }),
    state: { values: {} },
  };
}
