/** What Slack sends to the app, and what the app answers. */
export interface Outgoing {
  type: 'events_api' | 'interactive' | 'slash_commands';
  payload: object;
  retry?: { attempt: number; reason: string };
}

export interface Answer {
  ok: boolean;
  /** Why not. */
  reason?: string;
  /** What the app said with its acknowledgement. */
  payload?: unknown;
  /** The status, by HTTP. */
  status?: number;
  /** No retry is wanted. */
  final?: boolean;
}
