/** What a person wrote on Discord, as the model should read it. */
import type { APIGuildMember, APIMessage, APIUser } from 'discord.js';
import type { Author, Quote } from '../../core/types.ts';

type Named = Pick<APIUser, 'id' | 'username' | 'global_name'>;
type Nicked = Pick<APIGuildMember, 'nick'>;

const NAME_CHARACTERS = 40;

/** How a person is called in that server, on one line. */
export function nameOf(user: Named, member?: Partial<Nicked>): string {
  const name = member?.nick || user.global_name || user.username;
  return name
    .toWellFormed()
    .replace(/[\s\p{C}:]+/gu, ' ')
    .trim()
    .slice(0, NAME_CHARACTERS)
    .toWellFormed();
}

/** In a conversation of one person a message needs no name before it. */
export function authorOf(user: Named, member: Partial<Nicked> | undefined, isShared: boolean): Author {
  return { id: user.id, name: isShared ? nameOf(user, member) || 'someone' : '' };
}

/** Whether a message names the bot itself; `@everyone` and roles do not count. */
export function mentions(message: APIMessage, botId: string): boolean {
  return message.mentions.some(({ id }) => id === botId) || mentionOf(botId).test(message.content);
}

/** The text with its tokens as people see them, and without the mention by which the bot was called. */
export function readable(
  content: string,
  {
    mentions,
    botId,
    channelName,
  }: {
    mentions: (Named & { member?: Partial<Nicked> })[];
    botId: string;
    channelName(id: string): string | undefined;
  },
): string {
  const names = new Map(mentions.map((user) => [user.id, nameOf(user, user.member)]));
  return content
    .replace(new RegExp(`^\\s*${mentionOf(botId).source}[,:]?|${mentionOf(botId).source}\\s*$`, 'g'), '')
    .replace(/<@!?(\d+)>/g, (_, id: string) => `@${id === botId ? 'you' : (names.get(id) ?? 'someone')}`)
    .replace(/<@&\d+>/g, '@role')
    .replace(/<#(\d+)>/g, (_, id: string) => `#${channelName(id) ?? 'channel'}`)
    .replace(/<a?(:\w+:)\d+>/g, '$1')
    .toWellFormed()
    .trim();
}

/** The messages that were forwarded with this one, as Discord copies them. */
export function forwarded(message: APIMessage): Quote[] {
  return (message.message_snapshots ?? [])
    .map(({ message: { content } }) => ({ from: 'a forwarded message', text: content.toWellFormed() }))
    .filter(({ text }) => text.trim() !== '');
}

function mentionOf(id: string): RegExp {
  return new RegExp(`<@!?${id}>`);
}

/** A channel or a role as a message shows it. */
export function tokenOf(kind: 'channels' | 'roles', id: string): string {
  return kind === 'channels' ? `<#${id}>` : `<@&${id}>`;
}
