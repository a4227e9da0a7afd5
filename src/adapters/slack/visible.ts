/** What a person sees in a message, whoever wrote it: the one place where Slack's messages are read. */
import { readAttachments, type SharedMessage, textBeside } from './attachment-text.ts';
import { fieldsOf, listOf, type SlackFile, type SlackMessage } from './slack-message.ts';

/** Texts are mrkdwn with entities; `readable` makes a person's text of them. */
export interface Visible {
  /** What it says, with the cards of apps in it. */
  text: string;
  /** What Slack added to links in it; in a message that a person typed, every card. */
  previews: string[];
  shared: SharedMessage[];
  files: SlackFile[];
}

/** @param isOwn of a message of Parley's, whose buttons are not told */
export function visibleIn(message: SlackMessage, isOwn = false): Visible {
  const { text = '', blocks, files = [] } = message;
  const { cards, previews, shared, attached } = readAttachments(message.attachments);
  const typed = isTyped(message);
  const said = text.trim() !== '' && typed ? text : textBeside(text, blocks, isOwn);
  return {
    text: [said, ...(typed ? [] : cards)].filter((part) => part.trim() !== '').join('\n\n'),
    previews: typed ? [...cards, ...previews] : previews,
    shared,
    files: [...listOf(files), ...attached] as SlackFile[],
  };
}

/** Files that are in a message, or in what it shares. */
export function filesIn(message: SlackMessage): SlackFile[] {
  const { files, shared } = visibleIn(message);
  return [...files, ...shared.flatMap((one) => one.files)];
}

/** Whether a person typed it: then Slack's text says all that its blocks do. */
function isTyped({ user, bot_id, app_id, blocks }: SlackMessage): boolean {
  const isPersons = user !== undefined && bot_id === undefined && app_id === undefined;
  return isPersons && listOf(blocks).every((block) => fieldsOf(block).type === 'rich_text');
}

/** Whether it holds more than what was typed, such as files or cards, be it readable or not. */
export function holdsMore({ blocks, attachments, files = [] }: SlackMessage): boolean {
  return (
    files.length > 0 ||
    listOf(attachments).length > 0 ||
    listOf(blocks).some((block) => fieldsOf(block).type !== 'rich_text')
  );
}
