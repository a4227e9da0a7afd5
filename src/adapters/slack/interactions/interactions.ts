/** Interactions: the slash command, modals, menus, App Home, the shortcut on a message, and buttons under answers. */
import type { App, MessageShortcut, RespondFn, ViewSubmitAction } from '@slack/bolt';
import type { RunText } from '../incoming/message-commands.ts';
import { createHome } from './app-home.ts';
import { mountAnswerButtons, mountConfirm, mountHomeButtons, mountPick } from './block-actions.ts';
import { type CommandAnswersOptions, createCommandAnswers } from './command-answers.ts';
import { type CommandCallsOptions, createCallOf } from './command-callers.ts';
import { FORM } from './modals/modals.ts';
import { createReplyModals, type ReplyModalsOptions } from './modals/reply-modals.ts';
import { createSubmits } from './modals/submits.ts';
import { createPresses, type PressesOptions } from './presses.ts';
import { mountSlashCommand, type SlashCommandOptions } from './slash-command.ts';
import { createUses, type Uses } from './uses.ts';
import { byResponse, type Whisper, whisper, whisperOf } from './whisper.ts';

export interface InteractionsOptions
  extends PressesOptions,
    CommandCallsOptions,
    Omit<CommandAnswersOptions, 'modals'>,
    ReplyModalsOptions,
    SlashCommandOptions {
  onAskAbout: OnAskAbout;
}

export interface Interactions {
  /** Runs a command that was typed as a message, but for `stop`, which is not for interactions. Never throws. */
  runText: RunText;
}

/** Takes a use of the shortcut on a message. */
type OnAskAbout = (shortcut: MessageShortcut, by: { team: string; respond: RespondFn }) => Promise<void>;

/** The shortcut's callback id, as the manifests name it. */
const SHORTCUT = 'ask_parley';

export function mountInteractions(app: App, options: InteractionsOptions): Interactions {
  const { commands, help, log } = options;
  const uses = createUses(log);
  const callOf = createCallOf(options);
  const modals = createReplyModals(options);
  const answers = createCommandAnswers({ modals, announce: options.announce, log });
  const home = createHome({ commands, callOf, help, log });

  mountSlashCommand(app, options, { callOf, answers, uses });
  const submit = createSubmits({ commands, modals, callOf, answers, changed: home.publish, log });
  // A redelivered form is handled again: acknowledged without a view, the modal would close.
  app.view<ViewSubmitAction>({ callback_id: FORM, type: 'view_submission' }, submit);
  const controls = { commands, callOf, answers, uses };
  mountPick(app, controls);
  mountConfirm(app, controls, options.isFrom);
  mountHomeButtons(app, controls, home);
  mountAnswerButtons(app, uses, createPresses(options));
  app.event('app_home_opened', async ({ event, context, client }) => {
    if (event.tab === 'home') await home.publish(client, context.teamId ?? '', event.user);
  });
  mountShortcut(app, uses, options.onAskAbout);

  return {
    async runText(command, origin, user, client, values = {}) {
      const tell = (message: Whisper) => whisper(client, origin, user, message);
      await uses.run({ name: command, tell }, async () => {
        const call = await callOf(origin, user);
        if (command === 'help') return tell(whisperOf(help(call)));
        const reply = await commands.run(command, call, values);
        await answers.show(reply, { client, user, origin, whisper: tell });
      });
    },
  };
}

function mountShortcut(app: App, uses: Uses, onAskAbout: OnAskAbout): void {
  app.shortcut<MessageShortcut>(
    { callback_id: SHORTCUT, type: 'message_action' },
    async ({ shortcut, ack, context, respond }) => {
      await ack();
      const { trigger_id, action_ts, user, channel, message_ts } = shortcut;
      const id = [trigger_id, action_ts, user.id, channel.id, message_ts];
      const by = { team: context.teamId ?? '', respond };
      const use = { name: SHORTCUT, tell: byResponse(respond) };
      await uses.once(id, use, () => onAskAbout(shortcut, by));
    },
  );
}
