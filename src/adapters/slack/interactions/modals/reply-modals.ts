/** A command's reply as a modal, shown to the person who used the command. */
import type { types } from '@slack/bolt';
import type { Logger } from 'pino';
import type { CommandReply } from '../../../../core/commands/command.ts';
import { whereFrom } from '../../../../core/reports/where-from.ts';
import { codeOf } from '../../api/error-codes.ts';
import { loggable, refusesContent } from '../../api/errors.ts';
import type { UserGroup } from '../../reading/user-groups.ts';
import { en } from '../../sentences/en.ts';
import type { CommandCaller } from '../command-callers.ts';
import { modalOf, panelOf, sentenceOf, withoutTexts } from './modals.ts';
import type { CommandOrigin } from './origin.ts';

/** `late`: Slack accepts no modal any more. `refused`: Slack did not accept what the modal holds. */
export type ModalResult = 'shown' | 'late' | 'refused';

export interface ReplyModals {
  /** Opens a modal, or replaces the one that the caller is in. @param note a sentence above a form */
  show(reply: CommandReply, caller: CommandCaller, note?: string): Promise<ModalResult>;
  /** The modal that a reply is; undefined where it is none. */
  of(
    reply: CommandReply,
    title: string,
    origin: CommandOrigin,
    note?: string,
  ): Promise<types.ModalView | undefined>;
}

export interface ReplyModalsOptions {
  /** A workspace's user groups; empty where Slack does not say. */
  userGroups(team: string): Promise<UserGroup[]>;
  log: Logger;
}

/** Error codes of a view that came too late, or whose place is gone (views.open, views.update). */
const LATE_VIEWS = new Set(['expired_trigger_id', 'exchanged_trigger_id', 'invalid_trigger_id', 'not_found']);
/** Time for the user groups, ms. A trigger lives for 3 s. */
const GROUPS_MS = 1_000;

export function createReplyModals({ userGroups, log }: ReplyModalsOptions): ReplyModals {
  async function of(
    reply: CommandReply,
    title: string,
    origin: CommandOrigin,
    note?: string,
  ): Promise<types.ModalView | undefined> {
    if (reply.type === 'panel') return panelOf(reply, origin);
    if (reply.type === 'text') return sentenceOf(title, reply.text, origin);
    if (reply.type === 'ask' || reply.type === 'question') return undefined;
    const wantsGroups = reply.form.fields.some(({ type }) => type === 'roles');
    const groups = wantsGroups ? await soon(userGroups(origin.team)) : [];
    return modalOf(reply.form, origin, { groups, ...(note !== undefined && { note }) });
  }

  async function showView(
    view: types.ModalView,
    { client, trigger, view: shown }: CommandCaller,
  ): Promise<ModalResult> {
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

  return {
    of,
    async show(reply, caller, note) {
      const title = caller.view?.title ?? en.modals.title;
      const view = await of(reply, title, caller.origin, note);
      const result = view ? await showView(view, caller) : 'late';
      if (result !== 'refused' || reply.type !== 'form') return result;
      // Slack may accept the form without the texts that are set now.
      const short = { ...reply, form: withoutTexts(reply.form) };
      const lesser = await of(short, title, caller.origin, en.modals.textsLeftOut);
      return lesser ? showView(lesser, caller) : result;
    },
  };
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
