/** Finds the people whom a message addresses. A mention in code does not count, even if Slack shows it as one. */
import { fieldsOf, listOf, type SlackMessage, stringOf } from '../reading/slack-message.ts';

export interface Mentions {
  people: Set<string>;
  /** Whether the message mentions a user group, or everybody in the channel. */
  isToMany: boolean;
}

const MOST_LEVELS = 8;
const PERSON = /<@([A-Z0-9]+)(?:\|[^<>]*)?>/g;
const MANY = /<!(?:subteam\^|channel|here|everyone)/;

/** Reads mentions from the text, and from the rich text, where code is marked without doubt. */
export function mentionsIn({ text = '', blocks }: SlackMessage): Mentions {
  const plain = withoutCode(text);
  const found: Mentions = {
    people: new Set([...plain.matchAll(PERSON)].map(([, id = '']) => id)),
    isToMany: MANY.test(plain),
  };
  for (const block of listOf(blocks)) if (fieldsOf(block).type === 'rich_text') addFrom(block, found, 0);
  return found;
}

/** Whether a bot is mentioned, but in code only. */
export function isInCode(message: SlackMessage, botUserId: string): boolean {
  const { text = '' } = message;
  return (
    (text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`)) &&
    !mentionsIn(message).people.has(botUserId)
  );
}

function addFrom(element: unknown, found: Mentions, level: number): void {
  const fields = fieldsOf(element);
  if (level > MOST_LEVELS || fields.type === 'rich_text_preformatted') return;
  if (fieldsOf(fields.style).code === true) return;
  if (fields.type === 'user') found.people.add(stringOf(fields.user_id));
  if (fields.type === 'usergroup' || fields.type === 'broadcast') found.isToMany = true;
  for (const one of listOf(fields.elements)) addFrom(one, found, level + 1);
}

/**
 * Mrkdwn without its code: text between three backticks, or between single ones on a line. An unclosed backtick
 * begins no code.
 */
function withoutCode(text: string): string {
  const pieces = text.split('```');
  const isClosed = pieces.length % 2 === 1;
  return pieces
    .filter((_, index) => index % 2 === 0 || (!isClosed && index === pieces.length - 1))
    .map((piece) => piece.replace(/`[^`\n]+`/g, ' '))
    .join(' ');
}
