/** Exports of other programs as they write them. The shapes are those that the readers under `page/import` name. */

interface Said {
  by: 'user' | 'assistant';
  text: string;
}

export const TALK: Said[] = [
  { by: 'user', text: 'Why is the sky blue?' },
  { by: 'assistant', text: 'Because of **Rayleigh** scattering.' },
  { by: 'user', text: 'And red at night?' },
  { by: 'assistant', text: 'The light goes through more air.' },
];

const SECONDS = 1_700_000_000;

/** `conversations.json`: a root without message, a hidden system message, a tool, and a branch that is not shown. */
export function chatGpt(id = 'conv-1', title = 'Sky', talk = TALK) {
  const mapping: Record<string, unknown> = {
    root: { id: 'root', message: null, parent: null, children: ['system'] },
    system: node(
      'system',
      'root',
      message('system', 'You are ChatGPT', { is_visually_hidden_from_conversation: true }),
    ),
  };
  let parent = 'system';
  for (const [at, { by, text }] of talk.entries()) {
    const key = `${id}-${at}`;
    mapping[key] = node(
      key,
      parent,
      message(by, text, by === 'assistant' ? { model_slug: 'gpt-4o' } : {}, at),
    );
    parent = key;
  }
  mapping.tool = node('tool', `${id}-0`, { ...message('assistant', 'search("sky")'), recipient: 'web' });
  mapping.other = node('other', `${id}-0`, message('assistant', 'An answer that was regenerated.'));
  return { id, title, create_time: SECONDS, update_time: SECONDS + 60.5, mapping, current_node: parent };
}

function node(id: string, parent: string, said: unknown) {
  return { id, message: said, parent, children: [] };
}

function message(role: string, text: string, metadata: object = {}, at = 0) {
  return {
    author: { role, name: null, metadata: {} },
    create_time: SECONDS + at,
    content: { content_type: 'text', parts: [text] },
    weight: 1,
    recipient: 'all',
    metadata,
  };
}

const NO_PARENT = '00000000-0000-0000-0000-000000000000';

export function libreChat(id = 'libre-1', title = 'Sky', talk = TALK) {
  return {
    conversationId: id,
    endpoint: 'openAI',
    title,
    exportAt: '12:00:00 GMT+0000',
    branches: false,
    recursive: false,
    messages: talk.map(({ by, text }, at) => ({
      messageId: `${id}-${at}`,
      parentMessageId: at === 0 ? NO_PARENT : `${id}-${at - 1}`,
      conversationId: id,
      sender: by === 'user' ? 'User' : 'GPT-4o',
      isCreatedByUser: by === 'user',
      // Newer answers have parts instead of a text.
      ...(by === 'user' ? { text } : { text: '', content: [{ type: 'text', text: { value: text } }] }),
      model: by === 'user' ? null : 'gpt-4o',
      createdAt: new Date((SECONDS + at) * 1_000).toISOString(),
      error: false,
      unfinished: false,
    })),
  };
}

/** The same with "recursive": a tree of children. */
export function libreChatTree() {
  const { messages, ...head } = libreChat('libre-tree');
  const tree = messages.reduceRight<object[]>((children, one) => [{ ...one, children }], []);
  return { ...head, recursive: true, messagesTree: tree };
}

export function openWebUi(id = 'webui-1', title = 'Sky', talk = TALK) {
  const messages = Object.fromEntries(
    talk.map(({ by, text }, at) => [
      `${id}-${at}`,
      {
        id: `${id}-${at}`,
        parentId: at === 0 ? null : `${id}-${at - 1}`,
        childrenIds: at === talk.length - 1 ? [] : [`${id}-${at + 1}`],
        role: by,
        content: text,
        timestamp: SECONDS + at,
        ...(by === 'assistant' && { model: 'llama3.2', done: true }),
      },
    ]),
  );
  const currentId = `${id}-${talk.length - 1}`;
  return {
    id,
    user_id: 'u',
    title,
    chat: {
      title,
      models: ['llama3.2'],
      history: { messages, currentId },
      messages: Object.values(messages),
      timestamp: SECONDS * 1_000,
    },
    updated_at: SECONDS + 60,
    created_at: SECONDS,
    archived: false,
  };
}
