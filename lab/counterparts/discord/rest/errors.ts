/** Refusals of Discord, with their codes (developers/topics/opcodes-and-status-codes.mdx). */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: number;
  readonly errors: Record<string, unknown> | undefined;
  /** Wait before the next attempt, seconds. */
  retryAfter: number | undefined;
  /** Whether a page of Cloudflare is sent instead of Discord's response. */
  isPage = false;

  constructor(status: number, code: number, message: string, errors?: Record<string, unknown>) {
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

export const unauthorized = () => new ApiError(401, 0, '401: Unauthorized');
export const notFound = () => new ApiError(404, 0, '404: Not Found');
export const unknownChannel = () => new ApiError(404, 10003, 'Unknown Channel');
export const unknownGuild = () => new ApiError(404, 10004, 'Unknown Guild');
export const unknownMember = () => new ApiError(404, 10007, 'Unknown Member');
export const unknownMessage = () => new ApiError(404, 10008, 'Unknown Message');
export const unknownUser = () => new ApiError(404, 10013, 'Unknown User');
export const unknownWebhook = () => new ApiError(404, 10015, 'Unknown Webhook');
export const unknownInteraction = () => new ApiError(404, 10062, 'Unknown interaction');
export const tooLarge = () => new ApiError(413, 40005, 'Request entity too large');
export const alreadyAcknowledged = () =>
  new ApiError(400, 40060, 'Interaction has already been acknowledged.');
export const missingAccess = () => new ApiError(403, 50001, 'Missing Access');
export const notTheAuthor = () => new ApiError(403, 50005, 'Cannot edit a message authored by another user');
export const emptyMessage = () => new ApiError(400, 50006, 'Cannot send an empty message');
export const cannotDm = () => new ApiError(403, 50007, 'Cannot send messages to this user');
export const notText = () => new ApiError(400, 50008, 'Cannot send messages in a non-text channel');
export const missingPermissions = () => new ApiError(403, 50013, 'Missing Permissions');
export const wrongChannelType = () => new ApiError(400, 50024, 'Cannot execute action on this channel type');
export const invalidToken = () => new ApiError(401, 50027, 'Invalid Webhook Token');
export const entryPointRemoved = () =>
  new ApiError(400, 50240, 'You cannot remove this app’s Entry Point command in a bulk update operation.');
export const threadArchived = () => new ApiError(400, 50083, 'Thread is archived');
export const noHistory = () =>
  new ApiError(400, 160002, 'Cannot reply without permission to read message history');
export const threadExists = () =>
  new ApiError(400, 160004, 'A thread has already been created for this message');
export const oldEditsLimited = () =>
  new ApiError(429, 30046, 'Maximum number of edits to messages older than 1 hour reached. Try again later.');
export const slowMode = () =>
  new ApiError(429, 20016, 'This action cannot be performed due to slowmode rate limit.');
export const threadLocked = () => new ApiError(400, 160005, 'Thread is locked');

/** Error 50035 for one field. `path` is the path in the request's body, such as `components.0.label`. */
export function invalidForm(path: string, code: string, message: string): ApiError {
  const leaf: Record<string, unknown> = { _errors: [{ code, message }] };
  const errors = path
    .split('.')
    .reduceRight<Record<string, unknown>>((inner, key) => ({ [key]: inner }), leaf);
  return new ApiError(400, 50035, 'Invalid Form Body', errors);
}

export function tooLong(path: string, most: number): ApiError {
  return invalidForm(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${most} or fewer in length.`);
}
