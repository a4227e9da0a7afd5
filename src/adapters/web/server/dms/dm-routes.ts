/** The API's routes for direct messages: they are read as any conversation, and changed on their platform alone. */
import type { Hono } from 'hono';
import type { Attachments } from '../../../../core/storage.ts';
import { isRead } from '../../door/own-requests.ts';
import { fromServer } from '../../sentences/en.ts';
import { fileHeaders } from '../file-headers.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { isDmId } from './person-dms.ts';

const { refusals } = fromServer;

export interface DmRoutesOptions {
  attachments: Pick<Attachments, 'get'>;
}

/** Comes before the routes of conversations, which it keeps from changing direct messages. */
export function mountDms(
  app: Hono<Env>,
  { attachments }: DmRoutesOptions,
  { conversationOf }: RouteTools,
): void {
  const id = ':id{dm-[\\w-]+}';
  for (const path of [`/api/conversations/${id}`, `/api/conversations/${id}/*`]) {
    app.use(path, async (c, next) => {
      if (isRead(c) || !isDmId(c.req.param('id') ?? '')) return next();
      await conversationOf(c);
      throw new Refusal(409, 'elsewhere', refusals.conversations.elsewhere);
    });
  }
  app.get(`/api/conversations/${id}/attachments/:attachment`, async (c) => {
    const { conversation } = await conversationOf(c);
    const file = await attachments.get(conversation, c.req.param('attachment') ?? '');
    if (!file) throw new Refusal(404, 'no-attachment', refusals.files.missing);
    return c.body(new Uint8Array(file.bytes), 200, {
      ...fileHeaders(file.attachment.type),
      'cache-control': 'private, max-age=86400, immutable',
    });
  });
}
