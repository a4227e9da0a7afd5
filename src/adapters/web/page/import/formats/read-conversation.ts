/** Reads a conversation of any program that Parley imports from. */
import { isChatGpt, readChatGpt } from './chatgpt.ts';
import type { ReadConversation } from './conversation-draft.ts';
import { isLibreChat, readLibreChat } from './librechat.ts';
import { isOpenWebUi, readOpenWebUi } from './open-webui.ts';
import { isParley, readParley } from './parley.ts';

/** In this order: a field of one can stand in another, too. */
const FORMATS = [
  { is: isParley, read: readParley },
  { is: isChatGpt, read: readChatGpt },
  { is: isOpenWebUi, read: readOpenWebUi },
  { is: isLibreChat, read: readLibreChat },
];

/**
 * Reads message by message, since a conversation can have thousands. Never throws.
 * `unknown`: it is no conversation; `empty`: nothing was said in it.
 */
export function* readConversation(
  element: unknown,
): Generator<undefined, ReadConversation | 'unknown' | 'empty'> {
  const format = FORMATS.find(({ is }) => is(element));
  return format ? ((yield* format.read(element)) ?? 'empty') : 'unknown';
}
