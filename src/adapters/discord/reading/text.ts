/** Reads a person's text on Discord as the model should see it. */
import type { APIGuildMember, APIUser } from 'discord.js';
import { seenName } from '../../../core/text/unseen.ts';
import type { Author } from '../../../core/types.ts';

type Named = Pick<APIUser, 'id' | 'username' | 'global_name'>;
type Nicked = Pick<APIGuildMember, 'nick'>;

const NAME_CHARACTERS = 40;
/** Discord: 100 characters a role's name (topics/permissions.mdx). */
const ROLE_CHARACTERS = 100;

/** A person's name in that server, on one line. */
export function nameOf(user: Named, member?: Partial<Nicked>): string {
  const names = [member?.nick, user.global_name, user.username];
  return names.map((name) => seenName(name ?? '', NAME_CHARACTERS)).find((name) => name !== '') ?? '';
}

/** The author of a message. In a conversation of one person the name is left out. */
export function authorOf(user: Named, member: Partial<Nicked> | undefined, isShared: boolean): Author {
  return { id: user.id, name: isShared ? nameOf(user, member) || 'someone' : '' };
}

export interface Names {
  mentions: (Named & { member?: Partial<Nicked> })[];
  botId: string;
  /** Parley's own role in that server. */
  ownRole: string | undefined;
  channelName(id: string): string | undefined;
  roleName(id: string): string | undefined;
}

/** The text with its tokens as people see them, and without the mention that calls the bot. */
export function readable(content: string, names: Names): string {
  const { botId, ownRole } = names;
  const isOwn = (token: string) =>
    [`<@${botId}>`, `<@!${botId}>`].includes(token) || (ownRole !== undefined && token === `<@&${ownRole}>`);
  const people = new Map(names.mentions.map((user) => [user.id, nameOf(user, user.member)]));
  return withoutCall(content.trim(), isOwn)
    .replace(/<@!?(\d+)>/g, (_, id: string) => `@${id === botId ? 'you' : (people.get(id) ?? 'someone')}`)
    .replace(
      /<@&(\d+)>/g,
      (_, id: string) =>
        `@${id === ownRole ? 'you' : seenName(names.roleName(id) ?? 'role', ROLE_CHARACTERS)}`,
    )
    .replace(/<#(\d+)>/g, (_, id: string) => `#${names.channelName(id) ?? 'channel'}`)
    .replace(/<a?(:\w+:)\d+>/g, '$1')
    .replace(/<\/([^:<>\n]+):\d+>/g, '/$1')
    .replace(/<t:(-?\d{1,13})(?::\w)?>/g, (token, seconds: string) => timeAt(Number(seconds)) ?? token)
    .toWellFormed()
    .trim();
}

/** The text without a mention of Parley at its very beginning and its very end. */
function withoutCall(text: string, isOwn: (token: string) => boolean): string {
  const [called = '', first = ''] = /^(<@[!&]?\d+>)[,:]?/.exec(text) ?? [];
  const rest = isOwn(first) ? text.slice(called.length) : text;
  const at = rest.lastIndexOf('<');
  return at >= 0 && isOwn(rest.slice(at)) ? rest.slice(0, at) : rest;
}

/** A time that the model can read, from seconds since 1970 (reference.mdx, Timestamp Styles). */
function timeAt(seconds: number): string | undefined {
  const time = new Date(seconds * 1_000);
  if (Number.isNaN(time.getTime())) return undefined;
  return `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
