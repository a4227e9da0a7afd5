/** Modals that were filled in: acknowledged within Slack's three seconds, and answered in their place. */
import type { SlackViewMiddlewareArgs, types, ViewSubmitAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { Logger } from 'pino';
import type { CommandReply, Commands } from '../../../../core/commands/command.ts';
import { whereFrom } from '../../../../core/reports/where-from.ts';
import { en } from '../../sentences/en.ts';
import type { CommandAnswers } from '../command-answers.ts';
import type { CallOf } from '../command-callers.ts';
import { failedNotice } from '../uses.ts';
import { whisper, whisperOf } from '../whisper.ts';
import { commandOfForm } from './command-form.ts';
import { valuesOf } from './fields.ts';
import { sentenceOf } from './modals.ts';
import { type CommandOrigin, readCarried } from './origin.ts';
import type { ReplyModals } from './reply-modals.ts';

export interface SubmitsOptions {
  commands: Commands;
  modals: Pick<ReplyModals, 'of'>;
  answers: Pick<CommandAnswers, 'announce'>;
  callOf: CallOf;
  /** Called when a form may have changed what App Home shows. */
  changed(client: WebClient, team: string, user: string): Promise<void>;
  log: Logger;
}

type Submission = SlackViewMiddlewareArgs<ViewSubmitAction> & { client: WebClient };

/** Ids of forms that ask a provider, which may take longer than Slack waits. */
const ASKS_ELSEWHERE = /^key(?::|$)/;
/** Time to answer a form by its acknowledgement, ms. Slack waits 3 s for that. */
const QUICK_MS = 1_000;

export function createSubmits(options: SubmitsOptions) {
  const { commands, modals, answers, callOf, changed, log } = options;

  /** Asks again who the person is, since they may be no admin any more. Never throws. */
  async function submitted(
    id: string,
    origin: CommandOrigin,
    user: string,
    values: Record<string, string[]>,
  ): Promise<CommandReply> {
    try {
      const call = await callOf(origin, user);
      const command = commandOfForm(id);
      if (command === undefined) return await commands.submit(id, call, values);
      const given = Object.entries(values).map(([name, [value = '']]) => [name, value]);
      return await commands.run(command, call, Object.fromEntries(given));
    } catch (error) {
      log.error({ team: origin.team, error: whereFrom(error) }, 'form failed');
      return { type: 'text', text: failedNotice(error) };
    }
  }

  return async function submit({ ack, body, view, client }: Submission): Promise<void> {
    const title = view.title.text;
    const carried = readCarried(view.private_metadata);
    if (!carried || !isOf(carried.team, body, view)) {
      const origin = { team: '', conversation: '' };
      return ack({ response_action: 'update', view: sentenceOf(title, en.notices.oldForm, origin) });
    }
    const { id, ...origin } = carried;
    const { user } = body;
    const work = submitted(id, origin, user.id, valuesOf(view));
    const quick = ASKS_ELSEWHERE.test(id) ? undefined : await within(work, QUICK_MS);
    const viewFor = async (reply: CommandReply): Promise<types.ModalView> =>
      (await modals.of(reply, title, origin)) ?? sentenceOf(title, en.notices.oldForm, origin);
    if (quick) await ack({ response_action: 'update', view: await viewFor(quick) });
    else {
      await ack({ response_action: 'update', view: sentenceOf(title, 'Checking …', origin) });
      const reply = await work;
      try {
        await client.views.update({ view_id: view.id, view: await viewFor(reply) });
      } catch (error) {
        // The person may have closed the modal.
        log.info({ error: whereFrom(error) }, 'modal not updated');
        if (reply.type === 'text') await whisper(client, origin, user.id, whisperOf(reply.text));
      }
    }
    await answers.announce(await work, origin);
    await changed(client, origin.team, user.id);
  };
}

/** Whether the person is of that workspace, or used the modal in a workspace that has the app from it. */
function isOf(team: string, body: ViewSubmitAction, view: ViewSubmitAction['view']): boolean {
  return [body.team?.id, body.user.team_id, view.team_id, view.app_installed_team_id].includes(team);
}

async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
