/** The API for conversations: the list, one with its turns, renaming, deleting, and its files. */
import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import type { Audit } from '../../../core/reports/audit.ts';
import type {
  Attachments,
  ConversationEntry,
  ConversationLists,
  Transcripts,
} from '../../../core/storage.ts';
import { branchIn } from '../../../core/turn/past/branches.ts';
import type { ConversationChange } from '../api/lists.ts';
import type { ConversationView, TurnsPage } from '../api.ts';
import { createRates } from '../door/rates.ts';
import { fromServer } from '../sentences/en.ts';
import { readAttachment } from './attachment-upload.ts';
import { fileInAny } from './branches/branch-files.ts';
import { withVersions } from './branches/versions.ts';
import { fileHeaders } from './file-headers.ts';
import { conversationChange, conversationId, limits, newConversation, readJson } from './input.ts';
import { limitBody } from './limit-body.ts';
import { Refusal } from './refusal.ts';
import type { Env, RouteTools } from './route-tools.ts';
import { NEW_TITLE } from './titles.ts';

const { refusals } = fromServer;

export interface ConversationRoutesOptions {
  audit: Audit;
  transcripts: Transcripts;
  attachments: Attachments;
  conversations: ConversationLists;
}

export const noConversation = () => new Refusal(404, 'no-conversation', refusals.conversations.missing);
export const tooManyConversations = () =>
  new Refusal(409, 'too-many-conversations', refusals.conversations.tooMany);

const TURNS_A_PAGE = 50;
/** Bytes that may be uploaded in an hour. */
const UPLOADED = { session: 200 * 2 ** 20, address: 2 ** 30, all: 10 * 2 ** 30 };

export function mountConversations(
  app: Hono<Env>,
  options: ConversationRoutesOptions,
  tools: RouteTools,
): void {
  const { transcripts, conversations, audit } = options;
  const { session, changed, conversationOf, forget, view, jsonLimit } = tools;
  mountFiles(app, options, tools);

  app.post('/api/conversations', jsonLimit, async (c) => {
    const { tenant } = session(c);
    const { id = randomUUID() } = await readJson(c, newConversation);
    const known = await conversations.find(tenant, id);
    if (known) return c.json<ConversationView>(known);
    const entry: ConversationView = { id, title: NEW_TITLE, at: Date.now() };
    if ((await conversations.add(tenant, entry)) === 'full') throw tooManyConversations();
    changed(c, id);
    return c.json<ConversationView>(entry, 201);
  });

  app.get('/api/conversations/:id', async (c) => {
    const { id, entry, conversation } = await conversationOf(c);
    const before = Number.parseInt(c.req.query('before') ?? '', 10);
    const { turns, more } = await transcripts.read(conversation, {
      limit: TURNS_A_PAGE,
      ...(Number.isSafeInteger(before) && { before }),
    });
    const trunk = session(c).conversation(id);
    const views = await view(conversation, turns);
    return c.json<TurnsPage>({
      conversation: { ...entry, shown: branchIn(conversation) ?? id },
      turns: await withVersions(transcripts, { id, trunk, line: conversation, turns, views }),
      more,
      first: await transcripts.firstSeq(conversation),
    });
  });

  app.patch('/api/conversations/:id', jsonLimit, async (c) => {
    const { tenant, id } = await conversationOf(c);
    const wanted = await readJson(c, conversationChange);
    const entry = await conversations.change(tenant, id, (old) => changedEntry(old, wanted));
    if (!entry) throw noConversation();
    changed(c, id);
    return c.json<ConversationView>(entry);
  });

  app.delete('/api/conversations/:id', async (c) => {
    const { tenant, id } = await conversationOf(c);
    const conversation = session(c).conversation(id);
    // The list's entry goes last, so that a conversation that a crash leaves can be deleted again. Messages that came
    // meanwhile go too.
    await forget(conversation);
    await conversations.remove(tenant, id);
    await forget(conversation);
    audit('forgotten', { tenant, person: tenant, what: 'conversation', conversation });
    changed(c, id);
    return c.body(null, 204);
  });
}

/** The entry as the person wants it. A conversation is pinned, archived, or neither. */
function changedEntry(
  old: ConversationEntry,
  { title, ...wanted }: ConversationChange,
): Partial<ConversationEntry> {
  const { pinned = old.pinned, archived = old.archived, unread } = wanted;
  return {
    ...(title !== undefined && { title, titledBy: 'person' }),
    ...(unread !== undefined && { unread }),
    ...(pinned !== undefined && { pinned: pinned && wanted.archived !== true }),
    ...(archived !== undefined && { archived: archived && wanted.pinned !== true }),
  };
}

function mountFiles(
  app: Hono<Env>,
  { attachments, transcripts }: ConversationRoutesOptions,
  { session, conversationOf }: RouteTools,
): void {
  const uploads = createRates({
    ...UPLOADED,
    seconds: 3_600,
    sentence: refusals.TOO_MANY_UPLOADS,
  });
  const fileLimit = limitBody(
    limits.attachmentBytes,
    refusals.files.tooLarge(limits.attachmentBytes / 2 ** 20),
  );

  // The files of a first message arrive before it begins the conversation. Files that no message claims are
  // deleted after a day.
  app.post('/api/conversations/:id/attachments', fileLimit, async (c) => {
    const { tenant, address, conversation } = session(c);
    const id = c.req.param('id');
    const begins = c.req.query('begins') === 'true' && conversationId.safeParse(id).success;
    if (!begins) await conversationOf(c);
    const { attachment, bytes } = await readAttachment(c);
    await uploads.take({ session: tenant, address }, attachment.size);
    await attachments.put(conversation(id), attachment, bytes, { tenant, person: tenant });
    return c.json(attachment, 201);
  });

  app.get('/api/conversations/:id/attachments/:attachment', async (c) => {
    const conversation = session(c).conversation(c.req.param('id'));
    const file = await fileInAny({ attachments, transcripts }, conversation, c.req.param('attachment'));
    if (!file) throw new Refusal(404, 'no-attachment', refusals.files.missing);
    return c.body(new Uint8Array(file.bytes), 200, {
      ...fileHeaders(file.attachment.type),
      'cache-control': 'private, max-age=86400, immutable',
    });
  });
}
