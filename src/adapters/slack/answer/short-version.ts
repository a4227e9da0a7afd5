/** Shows the presser alone a short version: a model's text, in blocks in which nothing pings. */
import type { types } from '@slack/bolt';
import { createDocument } from '../../../chat/markdown/document.ts';
import { en } from '../../../core/sentences/en.ts';
import { MESSAGE_BYTES, slackDialect } from '../markdown/dialect.ts';
import { summaryOf } from '../markdown/summary.ts';

export function shortVersionOf(text: string): { text: string; blocks: types.KnownBlock[] } {
  const document = createDocument({ limit: MESSAGE_BYTES, dialect: slackDialect });
  document.append(en.notices.shortVersion(text));
  const [shown = ''] = document.parts(true);
  return { text: summaryOf(shown), blocks: [{ type: 'markdown', text: shown }] };
}
