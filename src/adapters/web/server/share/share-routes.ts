/** The API for a person's own share links. */
import type { Hono } from 'hono';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { ShareLink } from '../../api/share.ts';
import { createRates } from '../../door/rates.ts';
import { fromServer } from '../../sentences/en.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import type { ShareLinks } from './share-links.ts';

export interface ShareRoutesOptions {
  audit: Audit;
  shareLinks: ShareLinks;
}

/** Links made in an hour. Each copies a conversation. */
const MADE = { session: 60, address: 300, all: 10_000 };

const { refusals } = fromServer;

export function mountShare(
  app: Hono<Env>,
  { audit, shareLinks }: ShareRoutesOptions,
  { session, conversationOf }: RouteTools,
): void {
  const made = createRates({ ...MADE, seconds: 3_600, sentence: refusals.sharing.TOO_OFTEN });

  app.get('/api/shares', async (c) =>
    c.json<{ shares: ShareLink[] }>({ shares: await shareLinks.list(session(c).tenant) }),
  );

  app.post('/api/conversations/:id/share', async (c) => {
    const { tenant, id, entry, conversation } = await conversationOf(c);
    await made.take({ session: tenant, address: session(c).address });
    const link = await shareLinks.share(tenant, { id, title: entry.title, conversation });
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
}
