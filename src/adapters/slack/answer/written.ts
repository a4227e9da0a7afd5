/** A model's Markdown as messages for one person alone, in blocks in which nothing pings. */
import type { types } from '@slack/bolt';
import { createDocument } from '../../../chat/markdown/document.ts';
import { MESSAGE_BYTES, slackDialect } from '../markdown/dialect.ts';
import { summaryOf } from '../markdown/summary.ts';

/** Most messages: a response address takes five (interactivity/handling-user-interaction). */
const MOST_MESSAGES = 4;

export function writtenOf(markdown: string): { text: string; blocks: types.KnownBlock[] }[] {
  const document = createDocument({ limit: MESSAGE_BYTES, dialect: slackDialect });
  document.append(markdown);
  return document
    .parts(true)
    .slice(0, MOST_MESSAGES)
    .map((text) => ({ text: summaryOf(text), blocks: [{ type: 'markdown', text }] }));
}
