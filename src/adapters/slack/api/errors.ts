/** The meaning of an error of Slack's client for showing an answer. */
import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api';
import { ShowError } from '../../../chat/answer/surface.ts';
import { codeOf, REFUSED_TOKENS } from './error-codes.ts';

/**
 * Codes for a place where nothing can be written, or not any more (chat.postMessage, chat.startStream,
 * chat.update).
 */
const CLOSED = new Set([
  ...REFUSED_TOKENS,
  'channel_not_found',
  'invalid_channel',
  'not_in_channel',
  'is_archived',
  'thread_not_found',
  'cannot_reply_to_message',
  'messages_tab_disabled',
  'user_not_found',
  'cant_update_message',
  'edit_window_closed',
  'missing_scope',
  'no_permission',
  'access_denied',
  'ekm_access_denied',
  'team_access_not_granted',
  'posting_to_channel_denied',
  'message_limit_exceeded',
]);
const CLOSED_BEGINNINGS = ['restricted_action', 'cant_post'];
/** A person took the message away. */
const GONE = new Set(['message_not_found']);
/** Codes for a rule of the workspace about content. */
const CONTENT_RULES = new Set([
  'slack_connect_canvas_sharing_blocked',
  'slack_connect_file_link_sharing_blocked',
  'slack_connect_lists_sharing_blocked',
]);
/** Slack itself went wrong: it may have done its work all the same. */
const UNSURE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'messaging_processing_failed',
]);
/** Whether a message is there and stays as it is. */
const FINAL = new Set(['cant_update_message', 'edit_window_closed']);
const TOO_LONG = new Set(['msg_too_long', 'msg_blocks_too_long', 'attachment_payload_limit_exceeded']);
/** Codes for a channel that can be written to, but not in threads. */
const NO_THREADS = new Set(['restricted_action_non_threadable_channel', 'cannot_reply_to_message']);
/** Codes that mean the stream has already ended. */
const STREAM_ENDED = new Set(['stopped_by_user', 'message_not_in_streaming_state']);
/** Codes that mean no streams at all for this app, this workspace or this kind of channel. */
const NO_STREAMS = new Set([
  'channel_type_not_supported',
  'method_not_supported_for_channel_type',
  'unknown_method',
  'method_deprecated',
  'deprecated_endpoint',
  'feature_not_enabled',
  'is_inactive',
]);

/**
 * Whether Slack answered and refused. Rate limits and failures on the way, such as a proxy's page, are no
 * refusal: the call may succeed all the same.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408;
  return codeOf(error) !== undefined && showError(error).kind !== 'limited';
}

/** A refusal after which nothing can have been done. */
export function isSureRefusal(error: unknown): boolean {
  return isRefusal(error) && !UNSURE.has(codeOf(error) ?? '');
}

/** The message can be changed no more, but others can be posted. */
export function isFinal(error: unknown): boolean {
  return FINAL.has(codeOf(error) ?? '');
}

/**
 * Whether Slack seems to refuse the content: the code is not about the place, the token or the message. The
 * same message with less in it may be accepted.
 */
export function refusesContent(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined || !isSureRefusal(error) || code === 'streaming_state_conflict') return false;
  return !isClosed(code) && !GONE.has(code) && !CONTENT_RULES.has(code) && !STREAM_ENDED.has(code);
}

export function refusesLength(error: unknown): boolean {
  return TOO_LONG.has(codeOf(error) ?? '');
}

export function refusesThreads(error: unknown): boolean {
  return NO_THREADS.has(codeOf(error) ?? '');
}

/**
 * Whether the next stream there would be refused too. A server in Slack's place that does not know the method
 * answers 404.
 */
export function refusesStreams(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError) return error.statusCode === 404;
  const code = codeOf(error) ?? '';
  return NO_STREAMS.has(code) || isClosed(code);
}

/** A stream that can be neither gone on with nor ended, for a reason that nobody foresaw. */
export function isStuck(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return isRefusal(error) && !STREAM_ENDED.has(code) && !isClosed(code) && !GONE.has(code);
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
  if (isClosed(code)) return 'closed';
  return CONTENT_RULES.has(code) ? 'blocked' : 'again';
}

function isClosed(code: string): boolean {
  return CLOSED.has(code) || CLOSED_BEGINNINGS.some((beginning) => code.startsWith(beginning));
}
