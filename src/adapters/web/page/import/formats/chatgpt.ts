/**
 * `conversations.json` of ChatGPT's data export. OpenAI documents no format; the fields are those of
 * github.com/mitkury/chatgpt-export-parser (docs/chatgpt-data-export-format.md) and of LibreChat's importer
 * (github.com/danny-avila/LibreChat, api/server/utils/import/importers.js).
 */
import type { End } from '../../../../../core/types.ts';
import type { ImportedFile } from '../../../api/import.ts';
import { type ConversationSteps, draftConversation, type SaidInFile } from './conversation-draft.ts';
import { at, fieldsOf, firstText, type JsonFields, listOf, numberOf, textOf, timeOf } from './fields.ts';
import { lastLeaf, pathTo } from './shown-path.ts';

/** Marks of citations within a text: private-use characters around ids that mean nothing elsewhere. */
const CITATION = /\ue200[^\ue200\ue201]{0,400}\ue201/g;
/** Files of a message that are looked at: each attached picture can stand in it twice. */
const MOST_FILES = 40;
const ENDS = new Map<unknown, End>([
  ['max_tokens', 'length'],
  ['interrupted', 'stopped'],
]);

export const isChatGpt = (element: unknown): boolean => fieldsOf(at(element, 'mapping')) !== undefined;

export function* readChatGpt(element: unknown): ConversationSteps {
  const mapping = fieldsOf(at(element, 'mapping')) ?? {};
  const draft = draftConversation({
    source: 'chatgpt',
    key: firstText(at(element, 'conversation_id'), at(element, 'id')),
    title: textOf(at(element, 'title')),
    at: timeOf(at(element, 'update_time'), at(element, 'create_time')),
  });
  for (const id of shownIn(mapping, textOf(at(element, 'current_node')))) {
    yield;
    const message = messageOf(id, at(mapping, id, 'message'));
    if (message) draft.add(message);
  }
  return draft.finish();
}

function shownIn(mapping: JsonFields, current: string): string[] {
  const parentOf = (id: string) => textOf(at(mapping, id, 'parent')) || undefined;
  const leaf = Object.hasOwn(mapping, current)
    ? current
    : lastLeaf(Object.keys(mapping).map((id) => ({ id, parent: parentOf(id) })));
  return leaf === undefined ? [] : pathTo(leaf, parentOf);
}

/** Undefined: people never saw it, or it is a step of a tool. */
function messageOf(id: string, message: unknown): SaidInFile | undefined {
  const role = at(message, 'author', 'role');
  const metadata = at(message, 'metadata');
  const isHidden =
    at(metadata, 'is_visually_hidden_from_conversation') === true || at(message, 'weight') === 0;
  const recipient = at(message, 'recipient');
  const isToTool = typeof recipient === 'string' && recipient !== 'all';
  if (isHidden || isToTool || !['user', 'assistant', 'tool'].includes(textOf(role))) return undefined;
  const said = contentOf(at(message, 'content'));
  // A tool's own words are a step; the pictures that it made are part of the answer.
  const text = role === 'tool' ? '' : said.text;
  const files = [...said.files, ...listOf(at(metadata, 'attachments')).map(attachmentOf)];
  if (text === '' && said.thoughts === '' && files.length === 0) return undefined;
  return {
    key: id,
    by: role === 'user' ? 'person' : 'model',
    text,
    files: namedOnce(files.slice(0, MOST_FILES)),
    thoughts: said.thoughts,
    model: textOf(at(metadata, 'model_slug')),
    end: ENDS.get(at(metadata, 'finish_details', 'type')) ?? 'stop',
    at: timeOf(at(message, 'create_time')),
  };
}

interface Said {
  text: string;
  thoughts: string;
  files: ImportedFile[];
}

function contentOf(content: unknown): Said {
  const kind = textOf(at(content, 'content_type'));
  const said: Said = { text: '', thoughts: '', files: [] };
  if (kind === 'thoughts') {
    const thoughts = listOf(at(content, 'thoughts')).map((one) =>
      firstText(at(one, 'content'), at(one, 'summary')),
    );
    return { ...said, thoughts: thoughts.filter(Boolean).join('\n\n') };
  }
  if (kind === 'code') {
    const language = textOf(at(content, 'language')).replace(/\W/g, '');
    const code = textOf(at(content, 'text'));
    return { ...said, text: code && `\`\`\`${language === 'unknown' ? '' : language}\n${code}\n\`\`\`` };
  }
  if (kind !== 'text' && kind !== 'multimodal_text') return said;
  const texts: string[] = [];
  for (const part of listOf(at(content, 'parts'))) {
    if (typeof part === 'string') texts.push(part);
    // Speech comes with its text.
    else if (at(part, 'content_type') === 'audio_transcription') texts.push(textOf(at(part, 'text')));
    else if (typeof at(part, 'asset_pointer') === 'string') said.files.push(pictureOf(part));
  }
  return { ...said, text: texts.filter(Boolean).join('\n').replace(CITATION, '').trim() };
}

/** A picture by its pointer, such as `file-service://file-abc` or `sediment://file_abc`. */
function pictureOf(part: unknown): ImportedFile {
  const name = textOf(at(part, 'asset_pointer')).split('/').at(-1) ?? '';
  return { name, type: 'image/png', size: numberOf(at(part, 'size_bytes')) };
}

function attachmentOf(file: unknown): ImportedFile {
  return {
    name: firstText(at(file, 'name'), at(file, 'id')),
    type: firstText(at(file, 'mime_type'), at(file, 'mimeType')),
    size: numberOf(at(file, 'size')),
  };
}

/** An attached picture stands among the parts by its id, and among the attachments by its name. */
function namedOnce(files: ImportedFile[]): ImportedFile[] {
  return files.filter(({ type, size, name }, index) => {
    const isPointer = type === 'image/png' && /^file[-_]/.test(name);
    return !isPointer || !files.some((other, place) => place !== index && other.size === size && size > 0);
  });
}
