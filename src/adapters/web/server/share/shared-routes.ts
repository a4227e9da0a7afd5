/**
 * Shared conversations, for anybody who has the link: no session, no cookie, nothing to write. A link that has ended
 * and one that never was get the same answer.
 */
import type { Context, Hono } from 'hono';
import type { Attachments, StoredTurn, Transcripts } from '../../../../core/storage.ts';
import { trunkOf } from '../../../../core/turn/past/branches.ts';
import { madeView } from '../../answer/turn-view.ts';
import type { SharedPage, SharedTurn } from '../../api/share.ts';
import type { ClientAddresses } from '../../door/client-address.ts';
import { createRates } from '../../door/rates.ts';
import { fromServer } from '../../sentences/en.ts';
import { fileInAny } from '../branches/branch-files.ts';
import type { Page } from '../bundle.ts';
import { fileHeaders } from '../file-headers.ts';
import { Refusal } from '../refusal.ts';
import type { Env } from '../route-tools.ts';
import { serveAsset } from '../serve-asset.ts';
import type { FoundLink, ShareLinks } from './share-links.ts';
import { SHARED_PAGE } from './snapshots.ts';

export interface SharedRoutesOptions {
  page: Page;
  attachments: Attachments;
  transcripts: Transcripts;
  shareLinks: ShareLinks;
  gate: { clients: ClientAddresses };
}

/** Requests of shared pages in a minute; a page with many pictures makes some dozens. */
const READ = { session: 600, address: 600, all: 30_000 };

const { sharing } = fromServer.refusals;
const noLink = () => new Refusal(404, 'no-share', sharing.MISSING);

export function mountShared(app: Hono<Env>, options: SharedRoutesOptions): void {
  const { page, shareLinks, gate } = options;
  const rates = createRates({ ...READ, seconds: 60, sentence: fromServer.refusals.TOO_MUCH_AT_ONCE });

  app.use('/share/*', async (c, next) => {
    c.header('x-robots-tag', 'noindex, nofollow');
    c.header('referrer-policy', 'no-referrer');
    c.header('cache-control', 'no-store');
    const address = gate.clients.addressOf(c.env.incoming);
    await rates.take({ session: undefined, address });
    await next();
  });

  async function linkOf(c: Context): Promise<FoundLink> {
    const link = await shareLinks.find(c.req.param('share') ?? '');
    if (!link) throw noLink();
    return link;
  }

  app.get('/share/:share', async (c) => {
    await linkOf(c);
    return c.html(htmlOf(page, c.req.path));
  });

  // The page itself may ask for a token, so a shared page has its script and style below its own address.
  app.get('/share/:share/assets/:name', async (c) => {
    await linkOf(c);
    const asset = page.assets.get(`/assets/${c.req.param('name')}`);
    if (!asset) throw noLink();
    return serveAsset(c, asset);
  });

  app.get('/share/:share/turns', async (c) => {
    const { snapshot, count, at, title } = await linkOf(c);
    const from = Number(c.req.query('from') ?? 0);
    if (!Number.isSafeInteger(from) || from < 0 || from >= count) throw noLink();
    const turns = await shareLinks.snapshots.read(snapshot, from);
    const next = from + SHARED_PAGE < count ? from + SHARED_PAGE : null;
    return c.json<SharedPage>({ title, at, turns: turns.map(sharedView), next });
  });

  app.get('/share/:share/files/:turn/:file', async (c) => {
    const { snapshot, from } = await linkOf(c);
    const turn = await shareLinks.snapshots.find(snapshot, c.req.param('turn'));
    const id = c.req.param('file');
    const known = [...(turn?.message.attachments ?? []), ...(turn?.files ?? [])];
    const file = known.some((one) => one.id === id) ? await fileInAny(options, trunkOf(from), id) : undefined;
    if (!file) throw noLink();
    return c.body(new Uint8Array(file.bytes), 200, fileHeaders(file.attachment.type));
  });

  app.all('/share/*', () => {
    throw noLink();
  });
}

function sharedView({ message, answer, end, endedAt, files = [] }: StoredTurn): SharedTurn {
  const { id, text, attachments, at } = message;
  const named = attachments.map(({ id, name, type, size }) => ({ id, name, type, size }));
  const ended = endedAt === undefined ? {} : { endedAt };
  return { id, text, attachments: named, answer, end, files: files.map(madeView), at, ...ended };
}

/** The page's own document, which no search engine keeps. */
function htmlOf({ html }: Page, path: string): string {
  return (
    html
      .replace('<head>', '<head>\n<meta name="robots" content="noindex, nofollow">')
      // Readers install no app of a link.
      .replace(/<link rel="manifest"[^<>]*>/, '')
      .replaceAll('"/assets/', `"${path}/assets/`)
  );
}
