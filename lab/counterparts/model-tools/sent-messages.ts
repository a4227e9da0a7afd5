/** The conversation in a request that a model server received. */
import type { ReceivedRequest } from '../model-script.ts';

/** The conversation in a request of either API, without the instructions and the times of its messages. */
export function sentMessages(request: ReceivedRequest | undefined): unknown[] {
  return timedMessages(request).map(withoutTime);
}

/** The same, with the line at the end of each person's message that tells when it was sent. */
export function timedMessages(request: ReceivedRequest | undefined): unknown[] {
  const { input, messages } = request?.body ?? {};
  if (Array.isArray(input)) return input;
  return Array.isArray(messages) ? messages.filter(({ role }) => role !== 'system') : [];
}

const TIME_LINE = /(?:^|\n)\[sent \w+ \d{4}-\d\d-\d\d \d\d:\d\d [\w/+-]+\]$/;

function withoutTime(message: unknown): unknown {
  if (typeof message !== 'object' || message === null || !('content' in message)) return message;
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: content.replace(TIME_LINE, '') };
  if (!Array.isArray(content)) return message;
  const parts = content.map((part: unknown) =>
    typeof part === 'object' && part !== null && 'text' in part && typeof part.text === 'string'
      ? { ...part, text: part.text.replace(TIME_LINE, '') }
      : part,
  );
  return { ...message, content: parts };
}
