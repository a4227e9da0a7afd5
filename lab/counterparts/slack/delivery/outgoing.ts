/** Deliveries from Slack to the app, and the app's answers. */
export interface Outgoing {
  type: 'events_api' | 'interactive' | 'slash_commands';
  payload: object;
  retry?: { attempt: number; reason: string };
}

export interface Answer {
  ok: boolean;
  /** The reason of a failure. */
  reason?: string;
  /** Payload of the acknowledgement. */
  payload?: unknown;
  /** HTTP status. */
  status?: number;
  /** Whether the app wants no retry. */
  final?: boolean;
}
