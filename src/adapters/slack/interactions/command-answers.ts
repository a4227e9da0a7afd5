/** The result of a command, as its caller sees it: a modal, a message to them alone, files in their direct messages. */

import type { types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { CommandReply } from '../../../core/commands/command.ts';
import { StoreError, VaultError } from '../../../core/errors.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { failureNotice } from '../../../core/sentences/failure-notice.ts';
import { BUG_NOTICE, STORE_NOTICE } from '../../../core/sentences/notices.ts';
import { codeOf } from '../api/error-codes.ts';
import { loggable, refusesContent } from '../api/errors.ts';
import { isDirect } from '../ids.ts';
import { beginningOf, TEXT_BYTES } from '../markdown/bytes.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import {
  modalOf,
  type Origin,
  panelBlocks,
  panelOf,
  questionBlocks,
  sentenceOf,
  type UserGroup,
  withoutTexts,
} from './forms.ts';
import { mrkdwnOf, sectionsOf } from './mrkdwn.ts';

export interface Whisper {
  text: string;
  blocks?: types.KnownBlock[];
}

/** How somebody who uses a command is reached. */
export interface Caller {
  client: WebClient;
  user: string;
  origin: Origin;
  /** Opens one modal, within three seconds. */
  trigger?: string;
  /** The modal that they are in; what comes next takes its place. */
  view?: { id: string; title: string };
  /** On App Home, which has no place for messages: a sentence is a modal, too. */
  onlyModals?: boolean;
  /** Says something to them alone. */
  whisper(message: Whisper): Promise<void>;
}

export interface CommandAnswers {
  /** @param note a sentence above a form. Never throws. */
  show(reply: CommandReply, caller: Caller, note?: string): Promise<void>;
  /** The modal that a reply is; undefined where it is none. */
  viewOf(
    reply: CommandReply,
    title: string,
    origin: Origin,
    note?: string,
  ): Promise<types.ModalView | undefined>;
}

const TOO_LATE = 'That took too long. Try it again.';
const NOT_SHOWN = 'Slack did not take what was to be shown here. Tell whoever runs Parley.';
const TEXTS_LEFT_OUT =
  'What is set now is too long for Slack to show it here. What you write takes its place.';
/** Error codes of a view that came too late, or whose place is gone (views.open, views.update). */
const LATE_VIEWS = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'not_found']);
const NOT_SENT =
  'Slack did not take the files. If it stays so, Parley needs the scopes `files:write` and `im:write` here.';
/** Time for the user groups within the three seconds that a trigger lives, ms. */
const GROUPS_MS = 1_000;

/** As a message to one person, from Markdown. */
export function whisperOf(markdown: string): Whisper {
  return { text: beginningOf(mrkdwnOf(markdown), TEXT_BYTES), blocks: sectionsOf(markdown) };
}

/** The notice for a person whose use of something failed, as the core says it of a command. */
export function failedNotice(error: unknown): string {
  if (error instanceof StoreError) return STORE_NOTICE;
  return error instanceof VaultError
    ? failureNotice({ kind: 'vault' }, undefined, { reader: 'admin', words: SLACK_WORDS })
    : BUG_NOTICE;
}

export function createCommandAnswers(
  userGroups: (team: string) => Promise<UserGroup[]>,
  log: Logger,
): CommandAnswers {
  /** Opens a view, or replaces the one that the caller is in. `late`: Slack does not accept it any more. */
  async function showView(
    view: types.ModalView,
    { client, trigger, view: shown }: Caller,
  ): Promise<'shown' | 'late' | 'refused'> {
    try {
      if (shown) await client.views.update({ view_id: shown.id, view });
      else if (trigger !== undefined) await client.views.open({ trigger_id: trigger, view });
      else return 'late';
      return 'shown';
    } catch (error) {
      log.warn({ error: whereFrom(error), code: loggable(error) }, 'modal not shown');
      return refusesContent(error) && !LATE_VIEWS.has(codeOf(error) ?? '') ? 'refused' : 'late';
    }
  }

  /** Shows a reply as a view. A form is tried without its texts if Slack refuses them. */
  async function showReply(reply: CommandReply, caller: Caller, note?: string) {
    const title = caller.view?.title ?? 'Parley';
    const view = await viewOf(userGroups, reply, title, caller.origin, note);
    const result = view ? await showView(view, caller) : 'late';
    if (result !== 'refused' || reply.type !== 'form') return result;
    const short = { ...reply, form: withoutTexts(reply.form) };
    const lesser = await viewOf(userGroups, short, title, caller.origin, TEXTS_LEFT_OUT);
    return lesser ? showView(lesser, caller) : result;
  }

  async function showText(reply: Extract<CommandReply, { type: 'text' }>, caller: Caller): Promise<void> {
    const { text, files = [] } = reply;
    if (files.length === 0) return caller.whisper(whisperOf(text));
    const { client, user, origin } = caller;
    try {
      const isHere = isDirect(origin.channel ?? '');
      const { channel } = isHere ? {} : await client.conversations.open({ users: user });
      const request = {
        channel_id: channel?.id ?? origin.channel ?? '',
        initial_comment: mrkdwnOf(text),
        file_uploads: files.map((file) => ({ filename: file.name, content: file.text })),
      };
      const thread = isHere ? origin.thread : undefined;
      await client.filesUploadV2(thread === undefined ? request : { ...request, thread_ts: thread });
      if (!isHere) await caller.whisper(whisperOf('The files are in your direct messages with me.'));
    } catch (error) {
      log.warn({ error: whereFrom(error) }, 'files not sent');
      await caller.whisper(whisperOf(NOT_SENT));
    }
  }

  return {
    viewOf: (...view) => viewOf(userGroups, ...view),
    async show(reply, caller, note) {
      try {
        if (reply.type === 'question') {
          const blocks = questionBlocks(reply, caller.origin);
          return await caller.whisper({ text: mrkdwnOf(reply.text), blocks });
        }
        const isMessage = reply.type === 'text' && ((!caller.view && !caller.onlyModals) || reply.files);
        if (isMessage) return await showText(reply, caller);
        const result = await showReply(reply, caller, note);
        if (result !== 'shown') await caller.whisper(instead(reply, result));
      } catch (error) {
        log.error({ error: whereFrom(error) }, 'command not answered');
      }
    },
  };
}

/** The modal that a reply is; undefined where it is none. */
async function viewOf(
  userGroups: (team: string) => Promise<UserGroup[]>,
  reply: CommandReply,
  title: string,
  origin: Origin,
  note?: string,
): Promise<types.ModalView | undefined> {
  if (reply.type === 'panel') return panelOf(reply, origin);
  if (reply.type === 'text') return sentenceOf(title, reply.text, origin);
  if (reply.type === 'ask' || reply.type === 'question') return undefined;
  const wantsGroups = reply.form.fields.some(({ type }) => type === 'roles');
  const groups = wantsGroups ? await soon(userGroups(origin.team)) : [];
  return modalOf(reply.form, origin, { groups, ...(note !== undefined && { note }) });
}

/** The message in place of a modal that could not be shown. */
function instead(reply: CommandReply, why: 'late' | 'refused'): Whisper {
  if (reply.type === 'panel') return { text: mrkdwnOf(reply.text), blocks: panelBlocks(reply) };
  if (reply.type === 'text') return whisperOf(reply.text);
  return whisperOf(why === 'late' ? TOO_LATE : NOT_SHOWN);
}

async function soon(groups: Promise<UserGroup[]>): Promise<UserGroup[]> {
  const { promise: late, resolve } = Promise.withResolvers<UserGroup[]>();
  const timer = setTimeout(() => resolve([]), GROUPS_MS);
  try {
    return await Promise.race([groups.catch(() => []), late]);
  } finally {
    clearTimeout(timer);
  }
}
