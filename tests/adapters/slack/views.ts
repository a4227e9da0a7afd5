/** Slack's views in tests: their texts, their inputs, and the state of inputs that were filled in. */

type Json = Record<string, unknown>;

export interface View {
  id: string;
  type: string;
  callback_id?: string;
  private_metadata: string;
  title: { text: string };
  blocks: Json[];
}

/** All texts of blocks or of a message, one below the other. */
export function textIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { blocks, text, title, label, hint } = value as Json;
  if (Array.isArray(blocks) && blocks.length > 0)
    return [textIn(title), ...blocks.map(textIn)].filter(Boolean).join('\n');
  if (typeof text === 'string') return text;
  return [text, label, hint].map(textIn).filter(Boolean).join('\n');
}

/** The input elements of a modal, by block. */
export function inputsOf({ blocks }: Pick<View, 'blocks'>): Record<string, Json> {
  return Object.fromEntries(
    blocks
      .filter(({ type }) => type === 'input')
      .map(({ block_id, element }) => [String(block_id), element as Json]),
  );
}

export function stateOf(view: View, values: Json): Json {
  return Object.fromEntries(
    Object.entries(inputsOf(view)).map(([block, element]) => {
      const value = values[block];
      const state: Json = { type: element.type };
      if (element.type === 'plain_text_input') state.value = value ?? null;
      if (element.type === 'static_select') state.selected_option = value ? { value } : null;
      if (element.type === 'multi_conversations_select') state.selected_conversations = value ?? [];
      if (element.type === 'multi_static_select')
        state.selected_options = (value as string[]).map((one) => ({ value: one }));
      return [block, { [String(element.action_id)]: state }];
    }),
  );
}
