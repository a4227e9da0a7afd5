/** Notifications of a message: mentions in its text and in its blocks. */
import { object } from '../api/args.ts';
import type { Block } from '../world/world.ts';

export interface Pinged {
  users: string[];
  groups: string[];
  /** Broadcasts among `channel`, `here` and `everyone`. */
  broadcasts: string[];
}

/**
 * Finds mentions. Mrkdwn is read literally, even in code: only `&lt;` is safe there. In Markdown, code and `\<` are
 * safe. A text beside blocks counts, although only notifications show it.
 * @param names whether `@here` and `@channel` without brackets are mentions: `link_names`, or `parse: full`
 */
export function pingedBy(text: string, blocks: Block[], names = false): Pinged {
  const pieces = [text, ...blocks.flatMap(piecesOf)];
  const found = (pattern: RegExp) =>
    pieces.flatMap((piece) => [...piece.matchAll(pattern)].map((match) => match[1] ?? ''));
  const broadcasts = found(/<!(channel|here|everyone)(?:\|[^>]*)?>/g);
  if (names) broadcasts.push(...found(/(?:^|\W)@(channel|here|everyone)\b/g));
  return {
    users: unique(found(/<@([UW][A-Z0-9]+)(?:\|[^>]*)?>/g)),
    groups: unique(found(/<!subteam\^([A-Z0-9]+)(?:\|[^>]*)?>/g)),
    broadcasts: unique(broadcasts),
  };
}

export function isNobody({ users, groups, broadcasts }: Pinged): boolean {
  return users.length + groups.length + broadcasts.length === 0;
}

/** Markdown without the parts that cannot be mentions. */
function markdownMentions(markdown: string): string {
  return markdown
    .replace(/^([ \t>]*)(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^[ \t>]*\2[`~]*[ \t]*$|(?![\s\S]))/gm, ' ')
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, ' ')
    .replace(/\\</g, ' ');
}

/**
 * Decodes entities (CommonMark 2.5). Slack does not say whether it looks for mentions before or after this, so
 * both count.
 */
function decoded(markdown: string): string {
  return markdown
    .replace(/&#(\d{1,7});/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replace(/&#x([\da-f]{1,6});/gi, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&(lt|gt|amp|commat|excl|num);/g, (_, name: string) => NAMED[name] ?? '');
}

const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', commat: '@', excl: '!', num: '#' };

function piecesOf(block: Block): string[] {
  if (block.type !== 'markdown') return mrkdwnIn(block);
  const markdown = String(block.text ?? '');
  // A stream is checked at each append, so only text that may contain a mention is parsed.
  return /<[@!&]|&(?:lt|#)/i.test(markdown) ? [decoded(markdownMentions(markdown))] : [];
}

/** Every mrkdwn text and every rich text mention, at any depth. */
function mrkdwnIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnIn);
  const fields = object(value);
  if (!fields) return [];
  if (fields.type === 'mrkdwn') return [String(fields.text ?? '')];
  if (fields.type === 'user' && fields.user_id) return [`<@${fields.user_id}>`];
  if (fields.type === 'usergroup') return [`<!subteam^${fields.usergroup_id}>`];
  if (fields.type === 'broadcast') return [`<!${fields.range}>`];
  return Object.values(fields).flatMap(mrkdwnIn);
}

function unique(ids: string[]): string[] {
  return [...new Set(ids)];
}
