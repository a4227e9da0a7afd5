/** Controls that people use: menus of panels, buttons of questions and of App Home, buttons under answers. */
import type { App, BlockAction } from '@slack/bolt';
import type { Commands } from '../../../core/commands/command.ts';
import { ANSWER_ACTION } from '../answer/blocks.ts';
import { channelOf, teamOf, threadOf } from '../ids.ts';
import { en } from '../sentences/en.ts';
import { type Home, OPEN_ACTION, readOpen } from './app-home.ts';
import type { CommandAnswers } from './command-answers.ts';
import { type CallOf, callerOf } from './command-callers.ts';
import { CONFIRM, PICK, readConfirmed, readPanelId } from './modals/choices.ts';
import { formOfCommand } from './modals/command-form.ts';
import type { SlackPress } from './presses.ts';
import type { Uses } from './uses.ts';
import { byResponse, whisperOf } from './whisper.ts';

export interface BlockActionsOptions {
  commands: Commands;
  callOf: CallOf;
  answers: Pick<CommandAnswers, 'show'>;
  uses: Uses;
}

/** All that makes the use of a control differ from others. */
const useOf = ({ trigger_id, user, container, actions }: BlockAction) => [
  trigger_id,
  user.id,
  container,
  actions,
];

/** The menu of a panel, in a modal or in a message. */
export function mountPick(app: App, { commands, callOf, answers, uses }: BlockActionsOptions): void {
  app.action<BlockAction>(PICK, async ({ body, ack, context, client, respond }) => {
    await ack();
    const caller = callerOf({ body, team: context.teamId ?? '', client, respond });
    await uses.once(useOf(body), { name: 'pick', tell: caller.whisper }, async () => {
      const [action] = body.actions;
      const choice = action?.type === 'static_select' ? action.selected_option.value : '';
      const call = await callOf(caller.origin, caller.user);
      const reply = await commands.pick(readPanelId(action?.block_id ?? '') ?? '', call, choice);
      await answers.show(reply, caller);
    });
  });
}

/** The button that confirms a question. */
export function mountConfirm(
  app: App,
  options: BlockActionsOptions,
  isFrom: (team: string, body: BlockAction) => Promise<boolean>,
): void {
  const { commands, callOf, answers, uses } = options;
  app.action<BlockAction>(CONFIRM, async ({ body, ack, client, respond }) => {
    await ack();
    // The answer takes the place of the question.
    const whisper = byResponse(respond, { replaces: true });
    await uses.once(useOf(body), { name: 'confirm', tell: whisper }, async () => {
      const [action] = body.actions;
      const confirmed = action?.type === 'button' ? readConfirmed(action.value ?? '') : undefined;
      const conversation = confirmed?.conversation ?? '';
      const [team, channel, thread] = [teamOf(conversation), channelOf(conversation), threadOf(conversation)];
      // The press counts only in the channel of the question.
      if (!confirmed || channel !== body.channel?.id || !(await isFrom(team, body)))
        return whisper(whisperOf(en.notices.oldForm));
      const origin = { team, conversation, channel, ...(thread !== undefined && { thread }) };
      const user = body.user.id;
      const reply = await commands.pick(confirmed.id, await callOf(origin, user), confirmed.choice);
      await answers.show(reply, { client, user, origin, whisper });
    });
  });
}

/** The buttons of App Home. */
export function mountHomeButtons(app: App, options: BlockActionsOptions, home: Home): void {
  const { commands, callOf, answers, uses } = options;
  app.action<BlockAction>(OPEN_ACTION, async ({ body, ack, context, client, respond }) => {
    await ack();
    const caller = callerOf({ body, team: context.teamId ?? '', client, respond });
    const tell = () => home.publish(client, caller.origin.team, caller.user);
    await uses.once(useOf(body), { name: 'open', tell }, async () => {
      const name = readOpen(body.actions[0]?.action_id ?? '');
      const command = commands.list.find((one) => one.name === name);
      if (!command) return;
      const call = await callOf(caller.origin, caller.user);
      const isAsked = command.options.length > 0 && call.isAdmin;
      const reply = isAsked
        ? { type: 'form' as const, form: await formOfCommand(command, call, commands) }
        : await commands.run(command.name, call, {});
      await answers.show(reply, caller);
    });
  });
}

/** The buttons and the feedback under an answer. */
export function mountAnswerButtons(
  app: App,
  uses: Uses,
  press: (pressed: SlackPress) => Promise<void>,
): void {
  app.action<BlockAction>(ANSWER_ACTION, async ({ body, ack, client, respond }) => {
    await ack();
    const use = { name: 'press', tell: byResponse(respond) };
    await uses.once(useOf(body), use, () => press({ body, client, respond }));
  });
}
