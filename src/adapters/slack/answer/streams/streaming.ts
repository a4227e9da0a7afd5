/** The places where Slack accepts streams, and what the streams of a workspace may hold. */
import { createRecent } from '../../../../core/recent.ts';

/**
 * The content of streams: cards of tasks between pieces of text, text in chunks, or text alone. Slack takes no chunks in
 * a stream that began with text alone (chat.appendStream, streaming_mode_mismatch).
 */
export type StreamForm = 'cards' | 'chunks' | 'text';

/** Every place accepts every stream, until Slack refuses one there, and again after a while. */
export interface Streaming {
  isOn(team: string, channel: string): boolean;
  /** Notes that Slack refused a stream in a place. */
  refused(team: string, channel: string): void;
  formOf(team: string): StreamForm;
  /** Notes that Slack refused this form in a workspace. */
  refusedForm(team: string, form: Exclude<StreamForm, 'text'>): void;
}

/** Channels and workspaces remembered as refusing something. */
const MOST_REMEMBERED = 10_000;
const REFUSED_MS = 5 * 60_000;
/** A workspace's plan and an app's scopes seldom change, and each new attempt costs an answer a call (ms). */
const FORM_REFUSED_MS = 60 * 60_000;

export function createStreaming(): Streaming {
  const refused = createRecent<string, true>(MOST_REMEMBERED, { ttl: REFUSED_MS });
  const forms = createRecent<string, true>(MOST_REMEMBERED, { ttl: FORM_REFUSED_MS });
  const key = (team: string, channel: string) => `${team} ${channel}`;
  return {
    isOn: (team, channel) => !refused.has(key(team, channel)),
    refused: (team, channel) => void refused.set(key(team, channel), true),
    formOf(team) {
      if (forms.has(`${team} chunks`)) return 'text';
      return forms.has(`${team} cards`) ? 'chunks' : 'cards';
    },
    refusedForm: (team, form) => void forms.set(`${team} ${form}`, true),
  };
}
