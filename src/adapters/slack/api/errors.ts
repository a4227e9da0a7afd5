/** The meaning of an error of Slack's client for an answer that is being shown. */
import { WebAPIHTTPError, WebAPIPlatformError } from '@slack/web-api';
import { ShowError } from '../../../chat/answer/surface.ts';
import { codeOf, REFUSED_TOKENS } from './error-codes.ts';

/** Codes that mean Parley can write nothing in a place (chat.postMessage, chat.startStream, chat.update). */
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
/** Codes that mean somebody deleted the message. */
const GONE = new Set(['message_not_found']);
/** Codes for a rule of the workspace about content. */
const CONTENT_RULES = new Set([
  'slack_connect_canvas_sharing_blocked',
  'slack_connect_file_link_sharing_blocked',
  'slack_connect_lists_sharing_blocked',
]);
/** Codes for a failure inside Slack. The call may have succeeded all the same. */
const UNSURE = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'messaging_processing_failed',
]);
/** Codes that mean the message stands and can no longer be changed. */
const FINAL = new Set(['cant_update_message', 'edit_window_closed']);
const TOO_LONG = new Set(['msg_too_long', 'msg_blocks_too_long', 'attachment_payload_limit_exceeded']);
/** Codes for a channel that takes messages, but no threads. */
const NO_THREADS = new Set(['restricted_action_non_threadable_channel', 'cannot_reply_to_message']);
/** Codes that mean the stream has already ended. */
const STREAM_ENDED = new Set(['stopped_by_user', 'message_not_in_streaming_state']);
/** Codes for arguments that Slack does not know, or takes no more in this stream (chat.startStream, chat.appendStream). */
const NO_CHUNKS = new Set([
  'invalid_chunks',
  'invalid_arguments',
  'invalid_arg_name',
  'no_text',
  'streaming_mode_mismatch',
]);
/** Codes that mean Slack gives no streams to this app, this workspace or this kind of channel. */
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
 * Whether Slack answered and refused. Rate limits and failures on the way, such as a proxy's page, are no refusals: the
 * call may have succeeded, or may succeed later.
 */
export function isRefusal(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError)
    return error.statusCode >= 400 && error.statusCode < 500 && error.statusCode !== 408;
  return codeOf(error) !== undefined && showError(error).kind !== 'limited';
}

/** Whether Slack refused, and certainly did nothing. */
export function isSureRefusal(error: unknown): boolean {
  return isRefusal(error) && !UNSURE.has(codeOf(error) ?? '');
}

/** Whether the message can no longer be changed. Others can still be posted. */
export function isFinal(error: unknown): boolean {
  return FINAL.has(codeOf(error) ?? '');
}

/**
 * Whether Slack seems to refuse the content, since the code is not about the place, the token or the message. Slack may
 * accept the same message with less in it.
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
 * Whether Slack would refuse the next stream in that place, too. A server in Slack's place that does not know the
 * method answers 404.
 */
export function refusesStreams(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError) return error.statusCode === 404;
  const code = codeOf(error) ?? '';
  return NO_STREAMS.has(code) || isClosed(code);
}

/** Whether Slack takes the text of streams alone, and not in chunks. */
export function refusesChunks(error: unknown): boolean {
  return NO_CHUNKS.has(codeOf(error) ?? '');
}

/** Whether a stream with cards is refused for its cards, as far as the code tells. Cards may need a scope. */
export function refusesCards(error: unknown): boolean {
  if (codeOf(error) === 'missing_scope') return true;
  return refusesContent(error) && !refusesLength(error) && !NO_STREAMS.has(codeOf(error) ?? '');
}

/** Whether a stream can be neither continued nor ended, for a reason that Parley does not know. */
export function isStuck(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return isRefusal(error) && !STREAM_ENDED.has(code) && !isClosed(code) && !GONE.has(code);
}

/** A failure's code for the log: Slack's, the HTTP status, or the network's, such as ECONNREFUSED. Never a free text. */
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

/** Whether a person has stopped the stream. */
export function isStopped(error: unknown): boolean {
  return codeOf(error) === 'stopped_by_user';
}

/** A failed call as the error that tells the showing of an answer what to do. Never throws. */
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
