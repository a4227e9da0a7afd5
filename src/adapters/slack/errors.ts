/** What an error of Slack's client means to whoever shows an answer. */
import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api';
import { ShowError } from '../reply/surface.ts';
import { codeOf, REFUSED_TOKENS } from './failures.ts';

/** Nothing can be written there, or not any more. */
const CLOSED = new Set([
  ...REFUSED_TOKENS,
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'thread_not_found',
  'cannot_reply_to_message',
  'messages_tab_disabled',
  'user_not_found',
  'cant_update_message',
  'edit_window_closed',
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
/** Slack itself went wrong: it may have done its work all the same. */
const UNSURE = new Set(['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);
/** Of a message that is there and stays as it is. */
const FINAL = new Set(['cant_update_message', 'edit_window_closed']);
const BLOCKS = new Set(['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long']);
/** What comes of the course of things when a stream is written to. */
const STREAM_ENDED = new Set(['stopped_by_user', 'message_not_in_streaming_state']);

/**
 * Slack, or what stands in its place, has answered and will not do it. Not so a rate limit, nor a failure on the way,
 * after which it may be done all the same.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408;
  return error instanceof WebAPIPlatformError && showError(error).kind !== 'limited';
}

/** A refusal after which nothing can have been done. */
export function isSureRefusal(error: unknown): boolean {
  return isRefusal(error) && !UNSURE.has(codeOf(error) ?? '');
}

/** The message can be changed no more, but others can be posted. */
export function isFinal(error: unknown): boolean {
  return FINAL.has(codeOf(error) ?? '');
}

/** What refuses a message with blocks may take it with fewer. */
export function refusesBlocks(error: unknown): boolean {
  return BLOCKS.has(codeOf(error) ?? '');
}

/** A stream that can be neither gone on with nor ended, for a reason that nobody foresaw. */
export function isStuck(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return isRefusal(error) && !STREAM_ENDED.has(code) && !CLOSED.has(code) && !GONE.has(code);
}

/** For the log: Slack's code, else the HTTP status, else that of the network, such as ECONNREFUSED; nothing that could hold a text. */
export function loggable(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code !== undefined) return code;
  if (error instanceof WebAPIHTTPError) return `HTTP ${error.statusCode}`;
  if (error instanceof WebAPIPlatformError) return 'no answer of Slack';
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const errno = root instanceof Error && 'code' in root ? root.code : undefined;
  return typeof errno === 'string' && /^[A-Z][A-Z0-9_]+$/.test(errno) ? errno : undefined;
}

/** A person has stopped what is being streamed. */
export function isStopped(error: unknown): boolean {
  return codeOf(error) === 'stopped_by_user';
}

/** Every failure of a call as what an answer's showing is to do about it. Never throws. */
export function showError(error: unknown): ShowError {
  if (error instanceof ShowError) return error;
  if (error instanceof Error && 'retryAfter' in error && typeof error.retryAfter === 'number')
    return new ShowError('limited', error.retryAfter * 1000, error, 'ratelimited');
  const code = codeOf(error);
  if (code === 'ratelimited' || code === 'rate_limited') return new ShowError('limited', 1_000, error, code);
  return new ShowError(kindOf(code), undefined, error, loggable(error));
}

function kindOf(code = ''): ShowError['kind'] {
  if (GONE.has(code)) return 'gone';
  if (CLOSED.has(code) || code.startsWith('restricted_action')) return 'closed';
  return BLOCKED.has(code) ? 'blocked' : 'again';
}
