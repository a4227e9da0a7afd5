/** A message as Slack delivers it, with its workspace. */
import { isDirect, messageIdOf } from '../ids.ts';
import type { SlackMessage } from '../reading/slack-message.ts';
import type { Workspace } from '../workspaces/workspaces.ts';

export interface Delivered {
  message: SlackMessage;
  workspace: Workspace;
  /** The message before an edit, if Slack sends it. */
  previous?: SlackMessage | undefined;
}

/** The id of the message's turn. */
export function idOf({ message: { channel = '', ts }, workspace }: Delivered): string {
  return messageIdOf(workspace.team, channel, ts);
}

/** The key by which Parley remembers a thread. */
export function threadKey(team: string, channel: string, thread: string): string {
  return `${team} ${channel} ${thread}`;
}

/** The lane of a message. Messages of one lane are taken in order, even while attachments are fetched. */
export function laneOf({ message: { channel = '', ts, thread_ts }, workspace }: Delivered): string {
  // In a channel a message begins its own thread.
  const begun = isDirect(channel) ? '' : ts;
  return `${workspace.team} ${channel} ${thread_ts ?? begun}`;
}
