/** A message in Slack's events, history and shortcuts. A ts is a string, never a number. */
export interface SlackMessage {
  type?: string;
  subtype?: string | undefined;
  channel?: string;
  channel_type?: string;
  user?: string | undefined;
  bot_id?: string | undefined;
  app_id?: string | undefined;
  /** The name shown for a bot's message. */
  username?: string | undefined;
  bot_profile?: { name?: string } | undefined;
  text?: string | undefined;
  ts: string;
  thread_ts?: string | undefined;
  hidden?: boolean;
  edited?: unknown;
  blocks?: unknown;
  attachments?: unknown;
  files?: SlackFile[] | undefined;
  /** Sent if the app is an agent. Then each of a person's direct messages begins a thread of its own. */
  app_context?: unknown;
  assistant_thread?: unknown;
}

export interface SlackFile {
  id?: string;
  name?: string | null;
  title?: string | null;
  mimetype?: string;
  size?: number;
  mode?: string;
  file_access?: string;
  url_private?: string;
  url_private_download?: string;
}

/** Whether a message was written to an agent; Slack says so in the event of a direct message. */
export function isOfAgent({ app_context, assistant_thread }: SlackMessage): boolean {
  return app_context !== undefined || assistant_thread !== undefined;
}

/** The fields of a value from JSON. Empty if the value is no object. */
export function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The value if it is a string; '' for anything else. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whether a message is a reply in a thread. */
export function isReply({ ts, thread_ts: thread }: SlackMessage): boolean {
  return thread !== undefined && thread !== ts;
}
