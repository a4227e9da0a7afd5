/** Whom a message speaks to. */
import { type APIMessage, MessageType } from 'discord.js';

type Spoken = Pick<
  APIMessage,
  'content' | 'mentions' | 'mention_roles' | 'mention_everyone' | 'type' | 'author'
>;

/** Parley, as messages name it. */
export interface Own {
  botId: string;
  /** The role that Discord made for it in that server (`tags.bot_id`, topics/permissions.mdx): it stands for the bot. */
  role: string | undefined;
}

const TOKEN = /<@[!&]?(\d+)>/g;
/** Backticks of a code block; fewer are code in a line. */
const CODE_BLOCK = 3;
/** Written by one who may not ping everyone, it speaks to them all the same; an address (`me@here.com`) does not. */
const EVERYONE = /(?<!\w)@(?:everyone|here)\b/;

/** Whether a message names Parley itself, or its own role. `@everyone` and other roles do not count. */
export function namesParley(message: Spoken, { botId, role }: Own): boolean {
  const tokens = [`<@${botId}>`, `<@!${botId}>`, ...(role === undefined ? [] : [`<@&${role}>`])];
  const isIn = (text: string) => tokens.some((token) => text.includes(token));
  if (isIn(message.content)) return isIn(outsideCode(message.content));
  // A reply pings without a token; and where Discord keeps the text back, it still says who is mentioned.
  const { mentions, mention_roles: roles } = message;
  return mentions.some(({ id }) => id === botId) || (role !== undefined && roles.includes(role));
}

/** Whether a message speaks to others than Parley: to somebody, a role, or everyone. */
export function namesOthers(message: Spoken, botId: string, repliedTo: APIMessage | undefined): boolean {
  const { content, mentions, mention_roles: roles, author } = message;
  const spoken = outsideCode(content);
  const [written, named] = [idsIn(content), idsIn(spoken)];
  const isOther = (id: string | undefined) => id !== undefined && id !== botId && id !== author.id;
  // A reply pings without a token; a token in code speaks to nobody.
  const isNamed = (id: string) => named.has(id) || !written.has(id);
  return (
    message.mention_everyone ||
    EVERYONE.test(spoken) ||
    [...named, ...mentions.map(({ id }) => id), ...roles].some((id) => isOther(id) && isNamed(id)) ||
    (message.type === MessageType.Reply && isOther(repliedTo?.author.id))
  );
}

/** The users and roles that tokens in a text stand for. */
function idsIn(text: string): Set<string> {
  return new Set([...text.matchAll(TOKEN)].flatMap(([, id]) => id ?? []));
}

/**
 * The text without what Discord shows as code: from a run of backticks to the next run of as many; from three or more,
 * to the next three. Linear: where no such run follows once, none is looked for again.
 */
export function outsideCode(text: string): string {
  const runs = [...text.matchAll(/\\?(`+)/g)].map(({ 0: all, 1: run = '', index }) => ({
    kind: Math.min(run.length, CODE_BLOCK),
    // A backslash before it: it opens nothing. In code, a backslash is just that.
    isEscaped: all.startsWith('\\'),
    start: index,
    end: index + all.length,
  }));
  const unclosed = new Set<number>();
  const left: string[] = [];
  let from = 0;
  for (let at = 0; at < runs.length; at++) {
    const open = runs[at];
    if (!open || open.isEscaped || unclosed.has(open.kind)) continue;
    let close = at + 1;
    while (close < runs.length && runs[close]?.kind !== open.kind) close++;
    const end = runs[close]?.end;
    if (end === undefined) unclosed.add(open.kind);
    else {
      left.push(text.slice(from, open.start));
      from = end;
      at = close;
    }
  }
  return [...left, text.slice(from)].join(' ');
}
