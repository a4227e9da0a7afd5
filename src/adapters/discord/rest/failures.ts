/** Translates failed calls of Discord's REST API for the code that shows answers. */
import { RESTJSONErrorCodes as Code, DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { type Obstacle, ShowError } from '../../../chat/answer/surface.ts';

/** An edit that must wait longer than this (ms) goes into a new message instead. */
const LONGEST_OLD_EDIT_WAIT_MS = 10_000;

/** Discord's error codes, by their meaning for an answer (topics/opcodes-and-status-codes.mdx). */
const MEANINGS = new Map<number | string, Obstacle>([
  [Code.UnknownMessage, 'gone'],
  [Code.UnknownChannel, 'gone'],
  [Code.UnknownWebhook, 'closed'],
  [Code.UnknownInteraction, 'closed'],
  [Code.InvalidWebhookToken, 'closed'],
  [Code.CannotSendMessagesToThisUser, 'closed'],
  [Code.CannotSendMessagesToThisUserDueToHavingNoMutualGuilds, 'closed'],
  [Code.CannotSendMessagesInNonTextChannel, 'closed'],
  [Code.ThreadLocked, 'closed'],
  // The thread was just unarchived. Discord sends the same code for locked threads (discord-api-docs #6884).
  [Code.InvalidActionOnArchivedThread, 'forbidden'],
  [Code.MissingAccess, 'forbidden'],
  [Code.MissingPermissions, 'forbidden'],
  [Code.MessageWasBlockedByAutomaticModeration, 'blocked'],
  [Code.MessageBlockedByHarmfulLinksFilter, 'blocked'],
  [Code.RequestEntityTooLarge, 'file'],
  [Code.FileUploadedExceedsMaximumSize, 'file'],
  [Code.ServiceResourceIsBeingRateLimited, 'again'],
  [Code.APIResourceOverloaded, 'again'],
]);

/** Discord's error code; undefined for any other failure. */
export function codeOf(error: unknown): number | undefined {
  return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}

/**
 * The code for the log: Discord's, else the HTTP status, else the network's, such as ECONNREFUSED. It holds no
 * text.
 */
export function loggable(error: unknown): string | undefined {
  if (error instanceof RateLimitError) return '429';
  if (error instanceof HTTPError) return `HTTP ${error.status}`;
  if (error instanceof DiscordAPIError) return hasCode(error) ? String(error.code) : `HTTP ${error.status}`;
  if (error instanceof Error && error.name === 'AbortError') return 'no answer in time';
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  const errno = root instanceof Error && 'code' in root ? root.code : undefined;
  return typeof errno === 'string' && /^[A-Z][A-Z0-9_]+$/.test(errno) ? errno : undefined;
}

/** Turns any failure of a call into a `ShowError`. */
export function showError(error: unknown): ShowError {
  if (error instanceof ShowError) return error;
  const { kind, waitMs } = meaningOf(error);
  return new ShowError(kind, waitMs, error, loggable(error));
}

function meaningOf(error: unknown): { kind: Obstacle; waitMs?: number } {
  if (error instanceof RateLimitError) {
    const waitMs = Math.max(error.retryAfter, error.timeToReset);
    // Without a stated wait, only a growing pause helps.
    return error.retryAfter > 0 ? { kind: 'limited', waitMs } : { kind: 'again' };
  }
  if (!(error instanceof DiscordAPIError)) return { kind: 'again' };
  if (!hasCode(error)) return { kind: withoutCode(error.status) };
  if (error.code === Code.MaximumNumberOfEditsToMessagesOlderThanOneHourReached) return oldEdit(error);
  if (error.code === Code.ActionCannotBePerformedDueToSlowmodeRateLimit)
    return { kind: 'again', ...waitOf(error) };
  return { kind: MEANINGS.get(error.code) ?? (error.status === 403 ? 'forbidden' : 'refused') };
}

/** Discord gives each reason a code; 0 means none. */
function hasCode({ code }: DiscordAPIError): boolean {
  return typeof code === 'number' && code > 0;
}

/**
 * Meaning of a refusal without a code, from Cloudflare or another proxy, or a general one of Discord. It says
 * nothing about the place. A 401 may pass too; token-watch.ts checks that.
 */
function withoutCode(status: number): Obstacle {
  if (status === 413) return 'file';
  return status === 404 ? 'forbidden' : 'again';
}

function oldEdit(error: DiscordAPIError): { kind: Obstacle; waitMs?: number } {
  const { waitMs = Number.POSITIVE_INFINITY } = waitOf(error);
  return waitMs <= LONGEST_OLD_EDIT_WAIT_MS ? { kind: 'again', waitMs } : { kind: 'stuck' };
}

/** The wait that Discord names. */
function waitOf({ rawError }: DiscordAPIError): { waitMs?: number } {
  const seconds = 'retry_after' in rawError ? Number(rawError.retry_after) : Number.NaN;
  return Number.isFinite(seconds) ? { waitMs: seconds * 1000 } : {};
}
