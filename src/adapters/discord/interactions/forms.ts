/** Forms as Discord's modals, and panels as a message with a menu. */
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIInteraction,
  type APILabelComponent,
  type APIModalInteractionResponseCallbackData,
  type APIModalSubmission,
  type APIStringSelectComponent,
  ButtonStyle,
  ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
  TextInputStyle,
} from 'discord.js';
import { beginningOf } from '../../../chat/markdown/characters/grapheme.ts';
import type { CommandReply, Form, FormField } from '../../../core/commands/command.ts';

type Panel = Extract<CommandReply, { type: 'panel' }>;
type Question = Extract<CommandReply, { type: 'question' }>;

const ID = /^v1:(pick|form|confirm):(.+)$/;
/** Discord's limits (components/reference.mdx, modal): characters and values. */
const LIMITS = { title: 45, label: 45, description: 100, placeholder: 100, option: 100, values: 25 };
const CHANNELS = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const;

export type FormId =
  | { kind: 'pick' | 'form'; id: string }
  | { kind: 'confirm'; id: string; choice: string; asked: string };

/** Reads the id of Parley's menus, modals and buttons of questions; undefined for other ids. */
export function readFormId(customId: string): FormId | undefined {
  const [, kind, id] = ID.exec(customId) ?? [];
  if (!id) return undefined;
  if (kind === 'pick' || kind === 'form') return { kind, id };
  const [question = '', choice = '', ...asked] = id.split(':');
  return { kind: 'confirm', id: question, choice, asked: asked.join(':') };
}

export function modalOf({ id, title, fields }: Form): APIModalInteractionResponseCallbackData {
  return {
    custom_id: `v1:form:${id}`,
    title: beginningOf(title, LIMITS.title),
    components: fields.map(
      (field): APILabelComponent => ({
        type: ComponentType.Label,
        label: beginningOf(field.label, LIMITS.label),
        ...(field.hint && { description: beginningOf(field.hint, LIMITS.description) }),
        component: inputOf(field),
      }),
    ),
  };
}

function inputOf(field: FormField): APILabelComponent['component'] {
  const custom_id = field.id;
  switch (field.type) {
    case 'text':
      return {
        type: ComponentType.TextInput,
        custom_id,
        style: field.lines === 'one' ? TextInputStyle.Short : TextInputStyle.Paragraph,
        required: field.required,
        max_length: field.longest,
        ...(field.value && { value: field.value }),
        ...(field.placeholder && { placeholder: beginningOf(field.placeholder, LIMITS.placeholder) }),
      };
    case 'choice':
      return {
        type: ComponentType.StringSelect,
        custom_id,
        options: field.choices.map(({ value, label }) => ({
          value,
          label: beginningOf(label, LIMITS.option),
          default: value === field.value,
        })),
      };
    case 'channels':
      return {
        type: ComponentType.ChannelSelect,
        custom_id,
        channel_types: [...CHANNELS],
        min_values: 0,
        max_values: field.most ?? LIMITS.values,
        required: false,
        default_values: field.values.map((id) => ({ id, type: SelectMenuDefaultValueType.Channel })),
      };
    case 'roles':
      return {
        type: ComponentType.RoleSelect,
        custom_id,
        min_values: 0,
        max_values: field.most ?? LIMITS.values,
        required: false,
        default_values: field.values.map((id) => ({ id, type: SelectMenuDefaultValueType.Role })),
      };
  }
}

/** The values that the person filled in, by field. */
export function valuesOf({ components }: APIModalSubmission): Record<string, string[]> {
  const values: Record<string, string[]> = {};
  for (const row of components) {
    const inputs = 'component' in row ? [row.component] : 'components' in row ? row.components : [];
    for (const input of inputs) {
      if ('values' in input) values[input.custom_id] = input.values;
      else if ('value' in input) values[input.custom_id] = [String(input.value ?? '')];
    }
  }
  return values;
}

/** The person who was asked, and the channel. The button of a question works for nobody else, and nowhere else. */
export function askedOf(interaction: APIInteraction): string {
  return `${interaction.channel?.id ?? interaction.channel_id}:${(interaction.member?.user ?? interaction.user)?.id}`;
}

export function confirmOf(
  { id, choice, label }: Question,
  asked: string,
): APIActionRowComponent<APIButtonComponent> {
  const button: APIButtonComponent = {
    type: ComponentType.Button,
    custom_id: `v1:confirm:${id}:${choice}:${asked}`,
    style: ButtonStyle.Danger,
    label,
  };
  return { type: ComponentType.ActionRow, components: [button] };
}

export function menuOf({ id, prompt, choices }: Panel): APIActionRowComponent<APIStringSelectComponent> {
  return {
    type: ComponentType.ActionRow,
    components: [
      {
        type: ComponentType.StringSelect,
        custom_id: `v1:pick:${id}`,
        placeholder: beginningOf(prompt, LIMITS.placeholder),
        options: choices.slice(0, LIMITS.values).map((choice) => ({
          value: choice.id,
          label: beginningOf(choice.label, LIMITS.option),
          description: beginningOf(choice.description, LIMITS.option),
        })),
      },
    ],
  };
}
