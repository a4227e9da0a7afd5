/**
 * An element of open-webui's export of all chats (github.com/open-webui/open-webui, `getAllChats`, `importChat`): its
 * messages by their ids under `chat.history`, and in a row under `chat.messages` in older files.
 */
import type { ImportedFile } from '../../../api/import.ts';
import { type ConversationSteps, draftConversation, type SaidInFile } from './conversation-draft.ts';
import { at, fieldsOf, firstText, listOf, numberOf, textOf, timeOf } from './fields.ts';
import { lastLeaf, pathTo } from './shown-path.ts';

/** The model's reasoning stands in the answer as a block that is folded. */
const REASONING = '<details type="reasoning"';
const REASONING_END = '</details>';

export function isOpenWebUi(element: unknown): boolean {
  const chat = chatOf(element);
  return (
    fieldsOf(at(chat, 'history', 'messages')) !== undefined || Array.isArray(at(element, 'chat', 'messages'))
  );
}

/** An element has the chat with facts about it around, or is the chat itself. */
const chatOf = (element: unknown): unknown => fieldsOf(at(element, 'chat')) ?? element;

export function* readOpenWebUi(element: unknown): ConversationSteps {
  const chat = chatOf(element);
  const draft = draftConversation({
    source: 'open-webui',
    key: firstText(at(element, 'id'), at(chat, 'id')),
    title: firstText(at(chat, 'title'), at(element, 'title')),
    at: timeOf(
      at(element, 'updated_at'),
      at(element, 'timestamp'),
      at(chat, 'timestamp'),
      at(element, 'created_at'),
    ),
  });
  for (const { id, message } of shownIn(chat)) {
    yield;
    const read = messageOf(id, message);
    if (read) draft.add(read);
  }
  return draft.finish();
}

function shownIn(chat: unknown): { id: string; message: unknown }[] {
  const messages = fieldsOf(at(chat, 'history', 'messages'));
  if (!messages)
    return listOf(at(chat, 'messages')).map((message, index) => ({
      id: textOf(at(message, 'id')) || `${index}`,
      message,
    }));
  const parentOf = (id: string) => textOf(at(messages, id, 'parentId')) || undefined;
  const current = textOf(at(chat, 'history', 'currentId'));
  const leaf = Object.hasOwn(messages, current)
    ? current
    : lastLeaf(Object.keys(messages).map((id) => ({ id, parent: parentOf(id) })));
  const path = leaf === undefined ? [] : pathTo(leaf, parentOf);
  return path.map((id) => ({ id, message: at(messages, id) }));
}

function messageOf(id: string, message: unknown): SaidInFile | undefined {
  const role = at(message, 'role');
  if (role !== 'user' && role !== 'assistant') return undefined;
  const content = at(message, 'content');
  // A message with pictures can have a list of parts, as in OpenAI's API.
  const said =
    typeof content === 'string'
      ? content
      : listOf(content)
          .map((part) => textOf(at(part, 'text')))
          .join('\n');
  const { text, thoughts } = role === 'user' ? { text: said, thoughts: '' } : withoutReasoning(said);
  const files = listOf(at(message, 'files')).map(fileOf);
  if (text === '' && files.length === 0) return undefined;
  return {
    key: id,
    by: role === 'user' ? 'person' : 'model',
    text,
    files,
    thoughts,
    model: firstText(at(message, 'model'), at(message, 'modelName')),
    end: fieldsOf(at(message, 'error')) ? 'error' : 'stop',
    at: timeOf(at(message, 'timestamp')),
  };
}

function withoutReasoning(said: string): { text: string; thoughts: string } {
  const end = said.startsWith(REASONING) ? said.indexOf(REASONING_END) : -1;
  if (end < 0) return { text: said, thoughts: '' };
  const inner = said.slice(said.indexOf('>') + 1, end);
  const summary = inner.indexOf('</summary>');
  const thoughts = summary < 0 ? inner : inner.slice(summary + '</summary>'.length);
  return {
    text: said.slice(end + REASONING_END.length).trim(),
    thoughts: thoughts.trim().replace(/^> ?/gm, ''),
  };
}

function fileOf(file: unknown): ImportedFile {
  const meta = at(file, 'file', 'meta');
  return {
    name: firstText(at(file, 'name'), at(meta, 'name'), at(file, 'file', 'filename'), at(file, 'type')),
    type: firstText(at(meta, 'content_type'), at(file, 'type') === 'image' ? 'image/png' : ''),
    size: numberOf(at(file, 'size') ?? at(meta, 'size')),
  };
}
