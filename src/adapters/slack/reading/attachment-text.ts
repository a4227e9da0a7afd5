/**
 * Text of a message's attachments, as mrkdwn with entities: cards of apps, link previews, and shared or
 * forwarded messages (docs.slack.dev: legacy secondary message attachments).
 */
import { blockLines } from './block-text.ts';
import { linkOf } from './rich-text.ts';
import { fieldsOf, listOf, type SlackFile, stringOf } from './slack-message.ts';
import { escaped, sameText } from './text.ts';

/** A message that is shared, forwarded or linked. */
export interface SharedMessage {
  /** '' where Slack does not say. */
  author: string;
  /** '' where Slack does not say. */
  authorId: string;
  text: string;
  files: SlackFile[];
  /** Whether Slack added the message because of a link. */
  isUnfurl: boolean;
}

export interface ReadAttachments {
  /** Text of cards that an app sent. */
  cards: string[];
  /** Link previews that Slack or an app added. */
  previews: string[];
  shared: SharedMessage[];
  /** Files in cards. */
  attached: SlackFile[];
}

export function readAttachments(attachments: unknown): ReadAttachments {
  const read: ReadAttachments = { cards: [], previews: [], shared: [], attached: [] };
  for (const attachment of listOf(attachments).map(fieldsOf)) {
    const files = listOf(attachment.files) as SlackFile[];
    if (attachment.is_share === true || attachment.is_msg_unfurl === true) {
      read.shared.push(sharedOf(attachment, files));
      continue;
    }
    const text = cardOf(attachment);
    if (isPreview(attachment)) read.previews.push(text);
    else {
      read.cards.push(text);
      read.attached.push(...files);
    }
  }
  return read;
}

/** Whether an attachment is a link preview: Slack then names the link. */
function isPreview({
  from_url,
  original_url,
  app_unfurl_url,
  is_app_unfurl,
}: Record<string, unknown>): boolean {
  return (
    [from_url, original_url, app_unfurl_url].some((url) => stringOf(url) !== '') || is_app_unfurl === true
  );
}

/** Reads Slack's copy of a shared message, which has its text, its blocks, or both. */
function sharedOf(attachment: Record<string, unknown>, files: SlackFile[]): SharedMessage {
  const copied = listOf(attachment.message_blocks).flatMap((one) =>
    listOf(fieldsOf(fieldsOf(one).message).blocks),
  );
  const inner = readAttachments(attachment.attachments);
  const blocks = [...copied, ...listOf(attachment.blocks)];
  const text = textBeside(stringOf(attachment.text), blocks);
  const author = stringOf(attachment.author_name) || stringOf(attachment.author_subname);
  const fields = fieldLines(attachment);
  const title = titleOf(attachment);
  const own = [title, text, ...fields, ...inner.cards, ...inner.shared.map((one) => one.text)];
  const said = own.filter((part) => part.trim() !== '').join('\n');
  return {
    author,
    authorId: stringOf(attachment.author_id),
    text: said || stringOf(attachment.fallback),
    files: [...files, ...inner.attached, ...inner.shared.flatMap((one) => one.files)],
    isUnfurl: attachment.is_share !== true,
  };
}

function cardOf(attachment: Record<string, unknown>): string {
  const lines = [
    stringOf(attachment.pretext),
    stringOf(attachment.author_name),
    titleOf(attachment),
    textBeside(stringOf(attachment.text), listOf(attachment.blocks)),
    ...fieldLines(attachment),
    ...listOf(attachment.actions).map((action) => labelOf(fieldsOf(action))),
    stringOf(attachment.footer),
  ].filter((line) => line.trim() !== '');
  return lines.length > 0 ? lines.join('\n') : stringOf(attachment.fallback);
}

function titleOf({ title, title_link }: Record<string, unknown>): string {
  const said = stringOf(title);
  const address = stringOf(title_link);
  // Slack has escaped the title.
  if (address === '' || said === '') return said;
  return `${said} (${linkOf(address, '')})`;
}

function fieldLines({ fields }: Record<string, unknown>): string[] {
  return listOf(fields)
    .map(fieldsOf)
    .map(({ title, value }) =>
      [stringOf(title), typeof value === 'number' ? String(value) : stringOf(value)]
        .filter(Boolean)
        .join(': '),
    );
}

function labelOf({ text }: Record<string, unknown>): string {
  return stringOf(text) === '' ? '' : `[${escaped(stringOf(text))}]`;
}

/**
 * Text of a message and its blocks, as people read it. Slack shows the blocks, and uses the text for notifications.
 * The text counts too where the blocks hold only labels.
 */
export function textBeside(text: string, blocks: unknown, isOwn = false): string {
  const lines = blockLines(blocks, isOwn);
  const shown = lines.map((line) => line.text).join('\n');
  if (text.trim() === '' || (shown !== '' && sameText(text, shown))) return text.trim() === '' ? shown : text;
  if (lines.some(({ isLabel }) => !isLabel)) return shown;
  return [text, shown].filter(Boolean).join('\n');
}
