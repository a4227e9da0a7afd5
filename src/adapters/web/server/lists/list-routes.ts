/** The API for the list of conversations: its pages, and deleting several conversations. */
import type { Hono } from 'hono';
import { z } from 'zod';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { ConversationLists } from '../../../../core/storage.ts';
import { type ConversationList, MOST_DELETED } from '../../api/lists.ts';
import { fromServer } from '../../sentences/en.ts';
import { conversationId, readJson } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';

export interface ListRoutesOptions {
  audit: Audit;
  conversations: ConversationLists;
}

/** Conversations on a page of the list. */
const A_PAGE = 200;
/** A place is some digits and an id. */
const PLACE = /^[\w:-]{1,200}$/;
const FORM = fromServer.refusals.body.wrongForm;

const deletions = z.object({ ids: z.array(conversationId, FORM).min(1, FORM).max(MOST_DELETED, FORM) }, FORM);

/** @param before `more` of the page before */
export async function readList(
  conversations: Pick<ConversationLists, 'page'>,
  tenant: string,
  { before, archived = false }: { before?: string | undefined; archived?: boolean } = {},
): Promise<ConversationList> {
  const { entries, next = null } = await conversations.page(tenant, {
    limit: A_PAGE,
    archived,
    ...(before !== undefined && { after: before }),
  });
  return { conversations: entries, more: next };
}

export function mountLists(
  app: Hono<Env>,
  { conversations, audit }: ListRoutesOptions,
  { session, changed, forget, jsonLimit }: RouteTools,
): void {
  app.get('/api/conversations', async (c) => {
    const { tenant } = session(c);
    const before = c.req.query('before');
    if (before !== undefined && !PLACE.test(before)) throw new Refusal(400, 'invalid', FORM);
    const archived = c.req.query('archived') === 'true';
    return c.json<ConversationList>(await readList(conversations, tenant, { before, archived }));
  });

  app.post('/api/conversations/deletions', jsonLimit, async (c) => {
    const { tenant, conversation } = session(c);
    const { ids } = await readJson(c, deletions);
    for (const id of ids) {
      // Another person's conversation is none of the list, and one that is gone is deleted already.
      if (!(await conversations.find(tenant, id))) continue;
      // In the order of a single deletion (conversation-routes.ts).
      await forget(conversation(id));
      await conversations.remove(tenant, id);
      await forget(conversation(id));
      audit('forgotten', { tenant, person: tenant, what: 'conversation', conversation: conversation(id) });
    }
    changed(c, null);
    return c.body(null, 204);
  });
}
