/**
 * The API's routes for direct messages: they are read as any conversation, go on here and on their platform, and are
 * changed in other ways there alone.
 */
import type { Hono } from 'hono';
import type { TakenFromPage } from '../../../../core/platform.ts';
import { en } from '../../../../core/sentences/en.ts';
import type { Attachments, StoredTurn, Transcripts } from '../../../../core/storage.ts';
import { viewOf } from '../../answer/turn-view.ts';
import type { Accepted } from '../../api.ts';
import { isRead } from '../../door/own-requests.ts';
import { fromServer } from '../../sentences/en.ts';
import { fileHeaders } from '../file-headers.ts';
import { newMessage, readJson } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { isDmId, type PersonDms } from './person-dms.ts';

const { refusals } = fromServer;

export interface DmRoutesOptions {
  attachments: Pick<Attachments, 'get'>;
  transcripts: Pick<Transcripts, 'find'>;
  dms: Pick<PersonDms, 'say'>;
}

const ID = ':id{dm-[\\w-]+}';
/** Changes that a person can make here, too. */
const CHANGES = /\/(?:messages|turns\/[^/]+\/stop)$/;

/** Comes before the routes of conversations, which it keeps from changing direct messages. */
export function mountDms(app: Hono<Env>, options: DmRoutesOptions, tools: RouteTools): void {
  const { attachments } = options;
  const { conversationOf } = tools;
  for (const path of [`/api/conversations/${ID}`, `/api/conversations/${ID}/*`]) {
    app.use(path, async (c, next) => {
      if (isRead(c) || !isDmId(c.req.param('id') ?? '')) return next();
      await conversationOf(c);
      if (c.req.method === 'POST' && CHANGES.test(c.req.path)) return next();
      throw new Refusal(409, 'elsewhere', refusals.conversations.elsewhere);
    });
  }
  mountSaying(app, options, tools);
  app.get(`/api/conversations/${ID}/attachments/:attachment`, async (c) => {
    const { conversation } = await conversationOf(c);
    const file = await attachments.get(conversation, c.req.param('attachment') ?? '');
    if (!file) throw new Refusal(404, 'no-attachment', refusals.files.missing);
    return c.body(new Uint8Array(file.bytes), 200, {
      ...fileHeaders(file.attachment.type),
      'cache-control': 'private, max-age=86400, immutable',
    });
  });
}

/** Takes a message. Its answer is followed as any other, and shown on the platform, too. */
function mountSaying(
  app: Hono<Env>,
  { transcripts, dms }: DmRoutesOptions,
  { session, conversationOf, jsonLimit, changed, view }: RouteTools,
): void {
  app.post(`/api/conversations/${ID}/messages`, jsonLimit, async (c) => {
    const { id: page, conversation, entry } = await conversationOf(c);
    const { id, text, attachments } = await readJson(c, newMessage);
    if (attachments.length > 0) throw new Refusal(422, 'no-files', refusals.conversations.noFiles);
    const { tenant } = session(c);
    const known = await transcripts.find(conversation, id);
    const taken = known ? 'seen' : await dms.say(tenant, { id, conversation, text, at: Date.now() });
    refuseUntaken(taken);
    const turn = known ?? (await transcripts.find(conversation, id));
    if (taken === 'new') changed(c, page);
    const at = Math.max(entry.at, turn?.message.at ?? 0);
    return c.json<Accepted>({ turn: await shown(turn), conversation: { ...entry, at } }, known ? 200 : 202);

    async function shown(stored: StoredTurn | undefined) {
      if (!stored) return null;
      if (taken === 'new') return viewOf(stored, 'waiting');
      return (await view(conversation, [stored]))[0] ?? null;
    }
  });
}

/** @throws Refusal where the message was not taken */
function refuseUntaken(taken: TakenFromPage | undefined): void {
  if (taken === undefined) throw new Refusal(409, 'off', refusals.conversations.off);
  if (taken === 'full') throw new Refusal(429, 'busy', en.notices.tooManyWaiting);
  if (typeof taken === 'string') return;
  const status = { access: 403, limits: 429, away: 409 } as const;
  throw new Refusal(status[taken.refused], taken.refused, taken.notice);
}
