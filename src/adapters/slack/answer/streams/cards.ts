/** A step of an answer as a task card of a stream (docs.slack.dev: chat.appendStream, task_update chunks). */
import { createHash } from 'node:crypto';
import type { types } from '@slack/bolt';
import { shortLine } from '../../../../chat/answer/showing/activity.ts';
import { hostBeside } from '../../../../core/text/shown-host.ts';
import { seenName } from '../../../../core/text/unseen.ts';
import type { Source, StepState } from '../../../../core/turn/tools/step.ts';
import type { ShownStep } from '../../../../core/types.ts';
import { slackText } from '../../markdown/dialect.ts';

type Status = types.TaskUpdateChunk['status'];

const STATUS: Record<StepState, Status> = {
  asked: 'pending',
  running: 'in_progress',
  done: 'complete',
  failed: 'error',
  unknown: 'error',
};
/** Most characters of a card's id. Slack documents 256 for a title (chat.appendStream). */
const ID_CHARACTERS = 100;
/** Sources that a card names; an answer lists those that it cites. */
const MOST_SOURCES = 6;
const SOURCE_CHARACTERS = 80;
/** Longer addresses are not linked. */
const ADDRESS_CHARACTERS = 500;

/**
 * The card of a step. Its title may quote a query, so no token in it works.
 * @param isLast whether the stream ends with it: then no card is left open
 */
export function cardOf(step: ShownStep, isLast: boolean): types.TaskUpdateChunk {
  const status = STATUS[step.state];
  return {
    type: 'task_update',
    id: idOf(step.id),
    // Slack wants a title.
    title: unread(shortLine(step.says)) || step.tool,
    status: isLast && isOpen({ status }) ? 'complete' : status,
  };
}

export const isOpen = ({ status }: Pick<types.TaskUpdateChunk, 'status'>) =>
  status === 'pending' || status === 'in_progress';

/** The sources of a step, each under its title. A title that looks like another address has the real host beside it. */
export function sourcesOf({ sources = [] }: ShownStep): NonNullable<types.TaskUpdateChunk['sources']> {
  return sources.flatMap(linked).slice(0, MOST_SOURCES);
}

function linked({ url, title }: Source): NonNullable<types.TaskUpdateChunk['sources']> {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  const isWeb = address?.protocol === 'https:' || address?.protocol === 'http:';
  if (!address || !isWeb || address.href.length > ADDRESS_CHARACTERS) return [];
  const name = seenName(title, SOURCE_CHARACTERS);
  const host = hostBeside(name, address.href);
  // Slack refuses a source without a text.
  const text = unread(name === '' ? address.host : host === undefined ? name : `${name} (${host})`);
  return [{ type: 'url', url: address.href, text }];
}

/** Slack reads titles as plain text. Were it to read tokens in them, it would find none. */
const unread = (text: string) => slackText(text).replace(/<(?!\u200b)/g, '<\u200b');

function idOf(id: string): string {
  return id.length <= ID_CHARACTERS ? id : createHash('sha256').update(id).digest('hex');
}
