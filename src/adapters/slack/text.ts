/** What a person wrote on Slack, as the model should read it, and what keeps a model's text from pinging. */

/** What an id stands for. */
export interface Names {
  person(id: string): string | undefined;
  channel(id: string): string | undefined;
}

const ENTITY = /<([^<>\n]{1,3000})>/g;

/** The people and channels that a text mentions without naming them. */
export function mentionedIn(text: string): { people: string[]; channels: string[] } {
  const ids = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, id = '']) => id))];
  return { people: ids(/<@([A-Z0-9]+)\|?>/g), channels: ids(/<#([A-Z0-9]+)\|?>/g) };
}

export function mentions(text: string, botUserId: string): boolean {
  return new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`).test(text);
}

/** Slack's mrkdwn with its tokens as people see them, and without the mention by which the bot was called. */
export function readable(text: string, botUserId: string, names: Names): string {
  const mention = `<@${botUserId}(?:\\|[^>]*)?>`;
  return decode(
    text
      .replace(new RegExp(`^\\s*${mention}[,:]?|${mention}\\s*$`, 'g'), '')
      .replace(ENTITY, (_, inner: string) => entity(inner, botUserId, names)),
  )
    .toWellFormed()
    .trim();
}

/** Slack: `<@U…>`, `<#C…|name>`, `<!here>`, `<!subteam^S…|@group>`, `<!date^…|fallback>`, `<url|label>`. */
function entity(inner: string, botUserId: string, names: Names): string {
  const [target = '', label] = inner.split('|', 2);
  if (target.startsWith('@')) {
    const id = target.slice(1);
    return `@${id === botUserId ? 'you' : label || (names.person(id) ?? 'someone')}`;
  }
  if (target.startsWith('#')) return `#${label || (names.channel(target.slice(1)) ?? 'channel')}`;
  if (target.startsWith('!')) return label ?? `@${target.slice(1).split('^', 1)[0]}`;
  const address = target.replace(/^mailto:/, '');
  return label && label !== address ? `${label} (${address})` : address;
}

/** Slack escapes three characters, and no others. */
function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A name on one line, as it can stand before a message. */
export function lineOf(name: string): string {
  return name
    .toWellFormed()
    .replace(/[\s\p{C}:]+/gu, ' ')
    .trim()
    .slice(0, 40)
    .toWellFormed();
}
