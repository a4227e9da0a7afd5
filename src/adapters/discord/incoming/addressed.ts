/** Tells whom a message is addressed to. */
import { type APIMessage, MessageType } from 'discord.js';

type Spoken = Pick<
  APIMessage,
  'content' | 'mentions' | 'mention_roles' | 'mention_everyone' | 'type' | 'author'
>;

/** Parley's ids in messages. */
export interface Own {
  botId: string;
  /**
   * The role that Discord made for the bot in that server (`tags.bot_id`, topics/permissions.mdx). Naming it
   * names the bot.
   */
  role: string | undefined;
}

const TOKEN = /<@[!&]?(\d+)>/g;
/** Least backticks of a code block; fewer are inline code. */
const CODE_BLOCK = 3;
/**
 * These words address everyone even if their author may not ping everyone. An address (`me@here.com`) does not
 * match.
 */
const EVERYONE = /(?<!\w)@(?:everyone|here)\b/;

/** Whether a message names Parley or its own role. `@everyone` and other roles do not count. */
export function namesParley(message: Spoken, { botId, role }: Own): boolean {
  const tokens = [`<@${botId}>`, `<@!${botId}>`, ...(role === undefined ? [] : [`<@&${role}>`])];
  const isIn = (text: string) => tokens.some((token) => text.includes(token));
  if (isIn(message.content)) return isIn(outsideCode(message.content));
  // A reply pings without a token in the text. Discord lists the mentions even if it withholds the text.
  const { mentions, mention_roles: roles } = message;
  return mentions.some(({ id }) => id === botId) || (role !== undefined && roles.includes(role));
}

/** Whether a message addresses others than Parley: a person, a role, or everyone. */
export function namesOthers(message: Spoken, botId: string, repliedTo: APIMessage | undefined): boolean {
  const { content, mentions, mention_roles: roles, author } = message;
  const spoken = outsideCode(content);
  const [written, named] = [idsIn(content), idsIn(spoken)];
  const isOther = (id: string | undefined) => id !== undefined && id !== botId && id !== author.id;
  // A reply pings without a token, and a token in code pings nobody.
  const isNamed = (id: string) => named.has(id) || !written.has(id);
  return (
    message.mention_everyone ||
    EVERYONE.test(spoken) ||
    [...named, ...mentions.map(({ id }) => id), ...roles].some((id) => isOther(id) && isNamed(id)) ||
    (message.type === MessageType.Reply && isOther(repliedTo?.author.id))
  );
}

/** Ids of the users and roles in a text's tokens. */
function idsIn(text: string): Set<string> {
  return new Set([...text.matchAll(TOKEN)].flatMap(([, id]) => id ?? []));
}

/**
 * The text without its code, as Discord reads it: code runs from backticks to the next run of the same length,
 * or from three or more to the next three. Linear: a length that was not found once is not searched for again.
 */
export function outsideCode(text: string): string {
  const runs = [...text.matchAll(/\\?(`+)/g)].map(({ 0: all, 1: run = '', index }) => ({
    kind: Math.min(run.length, CODE_BLOCK),
    // After a backslash a run opens nothing. Inside code a backslash is plain text.
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
