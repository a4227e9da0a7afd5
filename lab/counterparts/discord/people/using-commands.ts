/** Slash commands, message commands and autocomplete, as a user's client sends them. */

import {
  ApplicationCommandType,
  InteractionType,
  ApplicationCommandOptionType as Option,
} from 'discord-api-types/v10';
import type { CommandOption, Context, StoredCommand } from '../context.ts';
import { attachmentPayload, messagePayload } from '../world/message-payloads.ts';
import { channelPayload, memberPayload, userPayload } from '../world/payloads.ts';
import { permissionsOf } from '../world/permissions.ts';
import { snowflake } from '../world/snowflake.ts';
import type { StoredChannel, StoredMessage, StoredUser } from '../world/world.ts';
import { type FileToSend, stored } from './files-to-send.ts';
import { type InteractionHandle, settled } from './handle.ts';

/** Value of an option. Users, roles and channels are ids. */
export type OptionValue = string | number | boolean | FileToSend;

/** Answers of a modal by custom id: the text or the chosen values. */
export type Answers = Record<string, string | string[]>;

interface SentOption {
  name: string;
  type: number;
  value?: unknown;
  focused?: boolean;
  options?: SentOption[];
}

export async function runs(
  context: Context,
  user: StoredUser,
  channel: StoredChannel,
  command: string,
  values: Record<string, OptionValue>,
): Promise<InteractionHandle> {
  const { found, path, options: known } = find(context, command);
  const resolved: Resolved = {};
  const options = Object.entries(values).map(([name, value]): SentOption => {
    const option = known?.find((one) => one.name === name);
    if (known && !option) throw new Error(`/${command} has no option ${name}`);
    if (option?.choices && !option.choices.some((choice) => choice.value === value)) {
      throw new Error(`${String(value)} is no choice of ${name}`);
    }
    return sent(context, channel, name, option?.type ?? typeOf(value), value, resolved);
  });
  const missing = known?.find((option) => option.required && !(option.name in values));
  if (missing) throw new Error(`/${command} needs ${missing.name}`);
  const data = {
    ...described(found),
    ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
    ...(path.length + options.length > 0 ? { options: nested(path, options) } : {}),
  };
  const type = InteractionType.ApplicationCommand;
  return settled(
    context,
    context.interactions.start(context, { type, name: found.name, user, channel, data }),
  );
}

export async function types(
  context: Context,
  user: StoredUser,
  channel: StoredChannel,
  command: string,
  { option, typed, others }: { option: string; typed: string; others: Record<string, OptionValue> },
) {
  const { found, path, options: known } = find(context, command);
  const definition = known?.find((one) => one.name === option);
  if (known && !definition?.autocomplete) throw new Error(`${option} of /${command} has no autocomplete`);
  const focused: SentOption = {
    name: option,
    type: definition?.type ?? Option.String,
    value: typed,
    focused: true,
  };
  const rest = Object.entries(others).map(([name, value]) =>
    sent(context, channel, name, known?.find((one) => one.name === name)?.type ?? typeOf(value), value, {}),
  );
  const data = { ...described(found), options: nested(path, [...rest, focused]) };
  const type = InteractionType.ApplicationCommandAutocomplete;
  const started = context.interactions.start(context, { type, name: found.name, user, channel, data });
  const { callback } = await settled(context, started);
  if (!callback) throw new Error('Loading options failed');
  return callback.data?.choices ?? [];
}

export async function context(
  shared: Context,
  user: StoredUser,
  channel: StoredChannel,
  command: string,
  target: StoredMessage,
): Promise<InteractionHandle> {
  const found = lookUp(shared, command, ApplicationCommandType.Message);
  const data = {
    ...described(found),
    target_id: target.id,
    // A message command carries the content, even without the intent.
    resolved: { messages: { [target.id]: messagePayload(shared.world, target) } },
  };
  const type = InteractionType.ApplicationCommand;
  return settled(shared, shared.interactions.start(shared, { type, name: command, user, channel, data }));
}

function described({ id, name, type }: StoredCommand) {
  return { id, name, type };
}

function lookUp({ commands }: Context, name: string, type: ApplicationCommandType): StoredCommand {
  const found = commands.stored.find((one) => one.name === name && one.type === type);
  if (found) return found;
  if (commands.body) throw new Error(`no command ${name} of type ${type}: the bot wrote others`);
  return { id: snowflake(), name, type };
}

/**
 * Finds a command. `path` has the names below the command with their types; `options` is undefined if they are not
 * known.
 */
function find(context: Context, command: string) {
  const [name = '', ...below] = command.split(' ');
  const found = lookUp(context, name, ApplicationCommandType.ChatInput);
  const known = context.commands.body !== undefined;
  let options: CommandOption[] | undefined = known ? (found.options ?? []) : undefined;
  const path = below.map((part, index) => {
    const group = below.length - index > 1;
    const type = group ? Option.SubcommandGroup : Option.Subcommand;
    const inner = options?.find((one) => one.name === part && one.type === type);
    if (known && !inner) throw new Error(`/${command}: no ${part}`);
    options = known ? (inner?.options ?? []) : undefined;
    return { name: part, type };
  });
  if (options?.some(({ type }) => type === Option.Subcommand || type === Option.SubcommandGroup)) {
    throw new Error(`/${command} needs a subcommand`);
  }
  return { found, path, options };
}

function nested(path: { name: string; type: number }[], options: SentOption[]): SentOption[] {
  return path.reduceRight((inner, part) => [{ ...part, options: inner }], options);
}

function typeOf(value: OptionValue): number {
  if (typeof value === 'boolean') return Option.Boolean;
  if (typeof value === 'number') return Number.isInteger(value) ? Option.Integer : Option.Number;
  return typeof value === 'string' ? Option.String : Option.Attachment;
}

export type Resolved = Partial<
  Record<'users' | 'members' | 'roles' | 'channels' | 'attachments', Record<string, object>>
>;

function sent(
  context: Context,
  channel: StoredChannel,
  name: string,
  type: number,
  value: OptionValue,
  resolved: Resolved,
): SentOption {
  if (typeof value === 'object') {
    const file = stored(value);
    context.world.looseFiles.set(file.id, file);
    const payload = attachmentPayload(context.world, channel.id, file);
    resolved.attachments = { ...resolved.attachments, [file.id]: payload };
    return { name, type: Option.Attachment, value: file.id };
  }
  const kinds: Partial<Record<number, 'users' | 'roles' | 'channels'>> = {
    [Option.User]: 'users',
    [Option.Role]: 'roles',
    [Option.Channel]: 'channels',
  };
  const kind = kinds[type];
  if (kind) resolve(context, channel, kind, String(value), resolved);
  return { name, type, value };
}

/** Adds the object that an id stands for. */
export function resolve(
  { world }: Context,
  channel: StoredChannel,
  kind: 'users' | 'roles' | 'channels',
  id: string,
  resolved: Resolved,
): void {
  const guild = world.guilds.get(channel.guildId ?? '');
  if (kind === 'users') {
    const user = world.users.get(id);
    const member = guild?.members.get(id);
    if (!user) throw new Error(`no user ${id}`);
    resolved.users = { ...resolved.users, [id]: userPayload(user) };
    if (!guild || !member) return;
    const permissions = String(permissionsOf(guild, member));
    resolved.members = { ...resolved.members, [id]: { ...memberPayload(member), permissions } };
    return;
  }
  const target = kind === 'roles' ? guild?.roles.find((role) => role.id === id) : world.channels.get(id);
  if (!target) throw new Error(`no ${kind.slice(0, -1)} ${id}`);
  const payload = 'messages' in target ? { ...channelPayload(world, target), permissions: '0' } : target;
  resolved[kind] = { ...resolved[kind], [id]: payload };
}
