/** The API for a person's own share links, and for their copies of what others shared. */
import type { Hono } from 'hono';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { ShareLink } from '../../api/share.ts';
import type { ConversationView } from '../../api.ts';
import { createRates } from '../../door/rates.ts';
import { fromServer } from '../../sentences/en.ts';
import { noConversation, tooManyConversations } from '../conversation-routes.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { type CopySharedOptions, createCopyShared } from './copy-shared.ts';

export interface ShareRoutesOptions extends CopySharedOptions {
  audit: Audit;
}

/** Links and copies made in an hour. Each copies a conversation. */
const MADE = { session: 60, address: 300, all: 10_000 };

const { refusals } = fromServer;

export function mountShare(
  app: Hono<Env>,
  options: ShareRoutesOptions,
  { session, conversationOf, changed }: RouteTools,
): void {
  const { audit, shareLinks } = options;
  const copyShared = createCopyShared(options);
  const made = createRates({ ...MADE, seconds: 3_600, sentence: refusals.sharing.TOO_OFTEN });

  app.get('/api/shares', async (c) =>
    c.json<{ shares: ShareLink[] }>({ shares: await shareLinks.list(session(c).tenant) }),
  );

  app.post('/api/conversations/:id/share', async (c) => {
    const { tenant, entry, conversation } = await conversationOf(c);
    await made.take({ session: tenant, address: session(c).address });
    const link = await shareLinks.share(tenant, { entry, conversation });
    if (link === 'gone') throw noConversation();
    if (link === 'empty') throw new Refusal(409, 'nothing-to-share', refusals.sharing.EMPTY);
    if (link === 'full') throw new Refusal(409, 'too-many-shares', refusals.sharing.TOO_MANY);
    audit('shared', { tenant, person: tenant, conversation });
    return c.json<ShareLink>(link, 201);
  });

  app.delete('/api/shares/:share', async (c) => {
    const { tenant } = session(c);
    if (!(await shareLinks.end(tenant, c.req.param('share'))))
      throw new Refusal(404, 'no-share', refusals.sharing.MISSING);
    audit('sharing ended', { tenant, person: tenant });
    return c.body(null, 204);
  });

  // A link is enough to read a conversation, and so to go on with a copy of it.
  app.post('/api/shares/:share/copy', async (c) => {
    const { tenant, address } = session(c);
    await made.take({ session: tenant, address });
    const link = await shareLinks.find(c.req.param('share'));
    if (!link) throw new Refusal(404, 'no-share', refusals.sharing.MISSING);
    const entry = await copyShared(tenant, link);
    if (entry === 'full') throw tooManyConversations();
    changed(c, entry.id);
    return c.json<ConversationView>(entry, 201);
  });
}
