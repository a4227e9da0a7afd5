/**
 * A conversation that LibreChat exported as JSON: `messages` in a row, or a tree of `children` where the person chose
 * "recursive" (github.com/danny-avila/LibreChat, client/src/hooks/Conversations/useExportConversation.ts).
 */
import type { ImportedFile } from '../../../api/import.ts';
import { type ConversationSteps, draftConversation, type SaidInFile } from './conversation-draft.ts';
import { at, fieldsOf, firstText, listOf, numberOf, textOf, timeOf } from './fields.ts';
import { lastLeaf, pathTo } from './shown-path.ts';

interface Placed {
  id: string;
  parent: string | undefined;
  message: unknown;
}

export const isLibreChat = (element: unknown): boolean =>
  Array.isArray(at(element, 'messages')) ||
  Array.isArray(at(element, 'messagesTree')) ||
  fieldsOf(at(element, 'messages')) !== undefined;

export function* readLibreChat(element: unknown): ConversationSteps {
  const draft = draftConversation({
    source: 'librechat',
    key: textOf(at(element, 'conversationId')),
    title: textOf(at(element, 'title')),
    at: undefined,
  });
  const tree = at(element, 'messagesTree') ?? at(element, 'messages');
  for (const { id, message } of shownOf(placed(Array.isArray(tree) ? tree : [tree]))) {
    yield;
    const read = messageOf(id, message);
    if (read) draft.add(read);
  }
  return draft.finish();
}

/** All messages, each after its parent. Children within a message are told of their parent. */
function placed(roots: unknown[]): Placed[] {
  const found: Placed[] = [];
  const waiting: { message: unknown; parent: string | undefined }[] = roots
    .map((message) => ({ message, parent: textOf(at(message, 'parentMessageId')) || undefined }))
    .reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { message, parent } = next;
    const id = textOf(at(message, 'messageId')) || `${found.length}`;
    found.push({ id, parent, message });
    for (const child of listOf(at(message, 'children')).toReversed())
      waiting.push({ message: child, parent: id });
  }
  return found;
}

function shownOf(messages: Placed[]): Placed[] {
  const byId = new Map(messages.map((one) => [one.id, one]));
  // Old exports name no parents: there is one branch, in its order.
  if (!messages.some(({ parent }) => parent !== undefined && byId.has(parent))) return messages;
  const leaf = lastLeaf(messages);
  const path = leaf === undefined ? [] : pathTo(leaf, (id) => byId.get(id)?.parent);
  return path.flatMap((id) => byId.get(id) ?? []);
}

function messageOf(id: string, message: unknown): SaidInFile | undefined {
  const isPerson = at(message, 'isCreatedByUser') === true || at(message, 'sender') === 'User';
  const parts = listOf(at(message, 'content'));
  const texts = parts.map((part) => (at(part, 'type') === 'text' ? wordsOf(at(part, 'text')) : ''));
  const thoughts = parts.map((part) => (at(part, 'type') === 'think' ? wordsOf(at(part, 'think')) : ''));
  const text = texts.filter(Boolean).join('\n\n') || textOf(at(message, 'text'));
  const files = [...listOf(at(message, 'files')), ...listOf(at(message, 'attachments'))].map(fileOf);
  if (text === '' && files.length === 0) return undefined;
  return {
    key: id,
    by: isPerson ? 'person' : 'model',
    text,
    files,
    thoughts: thoughts.filter(Boolean).join('\n\n'),
    model: textOf(at(message, 'model')),
    end:
      at(message, 'error') === true ? 'error' : at(message, 'unfinished') === true ? 'interrupted' : 'stop',
    at: timeOf(at(message, 'createdAt')),
  };
}

/** A text, or an object that has it as `value`. */
const wordsOf = (text: unknown) => firstText(text, at(text, 'value'));

function fileOf(file: unknown): ImportedFile {
  return {
    name: firstText(at(file, 'filename'), at(file, 'name'), at(file, 'file_id')),
    type: textOf(at(file, 'type')),
    size: numberOf(at(file, 'bytes')),
  };
}
