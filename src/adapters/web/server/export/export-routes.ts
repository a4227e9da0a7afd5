/** The API for exports: a conversation as a file. */
import type { Hono } from 'hono';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { Transcripts } from '../../../../core/storage.ts';
import { EXPORT_KINDS, type ExportKind } from '../../api/export.ts';
import { fromServer } from '../../sentences/en.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import { asJson, asMarkdown } from './conversation-files.ts';

export interface ExportRoutesOptions {
  transcripts: Transcripts;
  audit: Audit;
}

const WRITERS = { markdown: asMarkdown, json: asJson };
const TYPES: Record<ExportKind, string> = { markdown: 'text/markdown', json: 'application/json' };

export function mountExport(
  app: Hono<Env>,
  { transcripts, audit }: ExportRoutesOptions,
  { conversationOf }: RouteTools,
): void {
  app.get('/api/conversations/:id/export', async (c) => {
    const { tenant, entry, conversation } = await conversationOf(c);
    const as = EXPORT_KINDS.find((kind) => kind === c.req.query('as'));
    if (!as) throw new Refusal(400, 'invalid', fromServer.refusals.exportKinds(EXPORT_KINDS.join(', ')));
    audit('exported', { tenant, person: tenant, conversation, what: as });
    return c.body(bytesOf(WRITERS[as](transcripts, conversation, entry)), 200, {
      'content-type': `${TYPES[as]}; charset=utf-8`,
      'content-disposition': 'attachment',
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });
}

/** The texts as a body. If one fails, the connection breaks, so that half a file does not look whole. */
function bytesOf(texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await texts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    cancel: async () => void (await texts.return(undefined)),
  });
}
