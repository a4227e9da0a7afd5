/**
 * Mentions in a message, and pings that it may cause (developers/resources/message.mdx, "Allowed Mentions Object").
 */
import type { APIAllowedMentions } from 'discord-api-types/v10';
import { invalidForm } from '../rest/errors.ts';

export interface Mentioned {
  users: string[];
  roles: string[];
  everyone: boolean;
}

export const NOBODY: Mentioned = { users: [], roles: [], everyone: false };

/** Finds mentions outside code. */
export function mentionedIn(content: string): Mentioned {
  const text = content.replace(/(`{3,})[\s\S]*?\1/g, ' ').replace(/(`{1,2})[^`\n][\s\S]*?\1/g, ' ');
  return {
    users: idsIn(text, /<@!?(\d{15,21})>/g),
    roles: idsIn(text, /<@&(\d{15,21})>/g),
    everyone: /@(everyone|here)/.test(text),
  };
}

/**
 * The mentions that ping. Without rules, a message pings all of them and the author it replies to; an answer to an
 * interaction pings only users.
 */
export function allow(
  mentioned: Mentioned,
  rules: APIAllowedMentions | undefined | null,
  options: { repliedTo?: string | undefined; interaction?: boolean },
): Mentioned {
  const { repliedTo, interaction = false } = options;
  if (!rules) {
    const users = unique(repliedTo === undefined ? mentioned.users : [...mentioned.users, repliedTo]);
    return interaction ? { users, roles: [], everyone: false } : { ...mentioned, users };
  }
  const parse: string[] = rules.parse ?? [];
  for (const kind of ['users', 'roles'] as const) {
    if (parse.includes(kind) && (rules[kind]?.length ?? 0) > 0) {
      const text = `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`;
      throw invalidForm('allowed_mentions', 'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE', text);
    }
  }
  const allowed = (kind: 'users' | 'roles') =>
    parse.includes(kind) ? mentioned[kind] : mentioned[kind].filter((id) => rules[kind]?.includes(id));
  const users = allowed('users');
  return {
    users: unique(rules.replied_user && repliedTo !== undefined ? [...users, repliedTo] : users),
    roles: allowed('roles'),
    everyone: mentioned.everyone && parse.includes('everyone'),
  };
}

export function isNobody(mentioned: Mentioned): boolean {
  return mentioned.users.length === 0 && mentioned.roles.length === 0 && !mentioned.everyone;
}

function idsIn(text: string, pattern: RegExp): string[] {
  return unique([...text.matchAll(pattern)].map((match) => match[1] ?? ''));
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)];
}
