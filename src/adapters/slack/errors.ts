/** What an error of Slack's client means to whoever shows an answer. */
import { ShowError } from '../reply/surface.ts';

/** Nothing can be written there, or not any more. */
const CLOSED = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'thread_not_found',
  'cannot_reply_to_message',
  'messages_tab_disabled',
  'user_not_found',
  'cant_update_message',
  'edit_window_closed',
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'missing_scope',
  'access_denied',
  'team_access_not_granted',
]);
/** A person took the message away. */
const GONE = new Set(['message_not_found']);
const BLOCKED = new Set([
  'msg_too_long',
  'msg_blocks_too_long',
  'invalid_blocks',
  'no_text',
  'invalid_chunks',
]);
/** Streaming is not to be had there, whatever the text. */
const NO_STREAMS = new Set([
  'channel_type_not_supported',
  'messages_tab_disabled',
  'unknown_method',
  'method_not_supported_for_channel_type',
  'missing_scope',
  'invalid_arguments',
  'invalid_thread_ts',
  'missing_recipient_user_id',
  'missing_recipient_team_id',
  'feature_not_enabled',
]);

/** Slack's own word for a refusal; undefined for any other failure. */
export function codeOf(error: unknown): string | undefined {
  const data = error instanceof Error && 'data' in error ? error.data : undefined;
  const code = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined;
  return typeof code === 'string' ? code : undefined;
}

export function refusesStreams(error: unknown): boolean {
  return NO_STREAMS.has(codeOf(error) ?? '');
}

/** A person has stopped what is being streamed. */
export function isStopped(error: unknown): boolean {
  return codeOf(error) === 'stopped_by_user';
}

export function showError(error: unknown): ShowError {
  if (error instanceof ShowError) return error;
  if (error instanceof Error && 'retryAfter' in error && typeof error.retryAfter === 'number')
    return new ShowError('limited', error.retryAfter * 1000, error);
  const code = codeOf(error);
  if (code === undefined) return new ShowError('again', undefined, error);
  if (code === 'ratelimited' || code === 'rate_limited') return new ShowError('limited', 1_000, error);
  if (GONE.has(code)) return new ShowError('gone', undefined, error);
  if (CLOSED.has(code) || code.startsWith('restricted_action'))
    return new ShowError('closed', undefined, error);
  return new ShowError(BLOCKED.has(code) ? 'blocked' : 'again', undefined, error);
}
