/** Reads a message as a person sees it. Parley reads all of Slack's messages by this. */
import { readAttachments, type SharedMessage, textBeside } from './attachment-text.ts';
import { fieldsOf, listOf, type SlackFile, type SlackMessage } from './slack-message.ts';

/** Visible content. Texts are mrkdwn with entities; `readable` turns them into a person's text. */
export interface VisibleContent {
  /** The message's text, with the cards of apps. */
  text: string;
  /** Link previews that Slack added. In a message that a person typed, all cards count as previews. */
  previews: string[];
  shared: SharedMessage[];
  files: SlackFile[];
}

/** @param isOwn whether the message is Parley's own, so that its buttons are left out */
export function visibleIn(message: SlackMessage, isOwn = false): VisibleContent {
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

/** The files in a message, and in the messages that it shares. */
export function filesIn(message: SlackMessage): SlackFile[] {
  const { files, shared } = visibleIn(message);
  return [...files, ...shared.flatMap((one) => one.files)];
}

/** Whether a person typed the message. Then its text says everything that its blocks say. */
function isTyped({ user, bot_id, app_id, blocks }: SlackMessage): boolean {
  const isPersons = user !== undefined && bot_id === undefined && app_id === undefined;
  return isPersons && listOf(blocks).every((block) => fieldsOf(block).type === 'rich_text');
}

/** Whether the message holds more than typed text, such as files or cards, readable or not. */
export function holdsMore({ blocks, attachments, files = [] }: SlackMessage): boolean {
  return (
    files.length > 0 ||
    listOf(attachments).length > 0 ||
    listOf(blocks).some((block) => fieldsOf(block).type !== 'rich_text')
  );
}
