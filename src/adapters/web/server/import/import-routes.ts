/** The API for imports: a few conversations at a time, as the page read them from a file. */
import type { Hono } from 'hono';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { ConversationLists, Transcripts } from '../../../../core/storage.ts';
import type { ImportOutcome } from '../../api/import.ts';
import { createRates } from '../../door/rates.ts';
import { fromServer } from '../../sentences/en.ts';
import { readJson } from '../input.ts';
import { limitBody } from '../limit-body.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { importBatch } from './import-form.ts';
import { createKeepImported } from './keep-imported.ts';

export interface ImportRoutesOptions {
  audit: Audit;
  conversations: ConversationLists;
  transcripts: Transcripts;
}

/** Bytes of one request. Its JSON is read at once, and must not hold up the event loop. */
const MOST_BYTES = 1.5 * 2 ** 20;
/** KB that may be imported in an hour; each request counts as some more. */
const IMPORTED = { session: 600_000, address: 2_000_000, all: 20_000_000 };
const KB_A_REQUEST = 8;

const { importing } = fromServer.refusals;

/** Requests of imports are counted by their bytes, not among the other writes. */
export const IMPORT_PATH = '/api/import';

export function mountImport(
  app: Hono<Env>,
  options: ImportRoutesOptions,
  { session, changed }: RouteTools,
): void {
  const rates = createRates({ ...IMPORTED, seconds: 3_600, sentence: importing.TOO_MUCH });
  const keep = createKeepImported(options);

  app.post(IMPORT_PATH, limitBody(MOST_BYTES, importing.TOO_LARGE), async (c) => {
    const { tenant, address } = session(c);
    const bytes = Number(c.req.header('content-length') ?? MOST_BYTES);
    await rates.take({ session: tenant, address }, KB_A_REQUEST + Math.ceil(bytes / 1_024));
    const { conversations, isLast } = await readJson(c, importBatch);
    const outcomes = await keep(tenant, conversations);
    if (isLast) {
      options.audit('imported', { tenant, person: tenant });
      changed(c, null);
    }
    return c.json<{ outcomes: ImportOutcome[] }>({ outcomes });
  });
}
