/** Reads a person's text on Slack as the model should see it. Escapes other texts so that they ping nobody. */

/** Names for Slack's ids. */
export interface Names {
  person(id: string): string | undefined;
  channel(id: string): string | undefined;
  /** Name of a user group. */
  group(id: string): string | undefined;
}

const CALL_BEFORE = /^<@([A-Z0-9]+)(?:\|[^<>]*)?>[,:]?/;
const CALL_BEHIND = /^<@([A-Z0-9]+)(?:\|[^<>]*)?>$/;
const ENTITY = /<([^<>\n]{1,3000})>/g;

/** Ids of the people, channels and user groups that a text mentions. */
export function mentionedIn(text: string): { people: string[]; channels: string[]; groups: string[] } {
  const ids = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id = '']) => id))];
  return {
    people: ids(/<@([A-Z0-9]+)[|>]/g),
    channels: ids(/<#([A-Z0-9]+)[|>]/g),
    groups: ids(/<!subteam\^([A-Z0-9]+)[|>]/g),
  };
}

/** Slack's mrkdwn with its tokens as people see them, without the mention that called the bot. */
export function readable(text: string, botUserId: string, names: Names): string {
  const said = withoutCall(text.trim(), botUserId);
  return decode(said.replace(ENTITY, (_, inner: string) => entity(inner, botUserId, names)))
    .toWellFormed()
    .trim();
}

/** The text without a mention of the bot at its very beginning, and at its very end. */
function withoutCall(text: string, botUserId: string): string {
  const [called, first] = CALL_BEFORE.exec(text) ?? [];
  const rest = called !== undefined && first === botUserId ? text.slice(called.length) : text;
  const at = rest.lastIndexOf('<');
  const last = at < 0 ? undefined : CALL_BEHIND.exec(rest.slice(at))?.[1];
  return last === botUserId ? rest.slice(0, at) : rest;
}

/**
 * An entity as people see it. A channel's label is not used, since the author of a text can write any label. Slack's
 * entities: `<@U…>`, `<#C…|name>`, `<!here>`, `<!subteam^S…|@group>`, `<!date^…|fallback>`, `<url|label>`.
 */
function entity(inner: string, botUserId: string, names: Names): string {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('@')) {
    const id = target.slice(1);
    return `@${id === botUserId ? 'you' : (names.person(id) ?? (label || 'someone'))}`;
  }
  if (target.startsWith('#')) return `#${names.channel(target.slice(1)) ?? 'channel'}`;
  if (target.startsWith('!subteam^')) {
    const group = names.group(target.slice('!subteam^'.length));
    return `@${group ?? (label?.replace(/^@/, '') || 'a group')}`;
  }
  if (target.startsWith('!date^') && label) return label;
  if (target.startsWith('!')) return `@${target.slice(1).split('^', 1)[0]}`;
  const address = target.replace(/^mailto:/, '');
  return label && label !== address ? `${label} (${address})` : address;
}

/** The inverse of `decode`. Without these characters a text pings nobody and has no links (formatting-message-text). */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Escapes each `<` in a block's Markdown, except those of Slack's entities. */
export function escapedMarkdown(text: string): string {
  return text.replace(/<(?![@#!][A-Za-z]|https?:|mailto:)/g, '&lt;');
}

/** Whether two texts are equal apart from marks, spaces and labels of entities. */
export function sameText(one: string, other: string): boolean {
  return letters(one) === letters(other);
}

function letters(text: string): string {
  return text
    .replace(/<([@#!][^<>|]{1,200})\|[^<>|]{0,200}>/g, '<$1>')
    .replace(/&(?:lt|gt|amp);/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** Undoes Slack's escapes. Slack escapes these three characters only (formatting-message-text). */
export function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
