/** A message as Slack delivers it: with the workspace that it came from. */
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

/** A thread as it is remembered. */
export function threadKey(team: string, channel: string, thread: string): string {
  return `${team} ${channel} ${thread}`;
}

/** Messages of one lane are taken in order, however long it takes to fetch their attachments. */
export function laneOf({ message: { channel = '', ts, thread_ts }, workspace }: Delivered): string {
  // In a channel a message begins its own thread.
  const begun = isDirect(channel) ? '' : ts;
  return `${workspace.team} ${channel} ${thread_ts ?? begun}`;
}
