/** Interactions: the slash command, modals, menus, App Home, the shortcut on a message, and buttons under answers. */
import { createHash } from 'node:crypto';
import type { App, BlockAction, MessageShortcut, RespondFn, ViewSubmitAction } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { CommandCall, CommandReply, Commands, CommandValues } from '../../../core/commands/command.ts';
import type { TypedCommand } from '../../../core/commands/typed.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { noCommandNotice, OLD_FORM_NOTICE } from '../../../core/sentences/notices.ts';
import type { ConversationId } from '../../../core/types.ts';
import { ANSWER_ACTION } from '../answer/blocks.ts';
import { channelOf, commandPlaceOf, isDirect, teamOf, tenantOf, threadOf } from '../ids.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import { createHome, homeOrigin, OPEN_ACTION, readOpen } from './app-home.ts';
import {
  type Caller,
  createCommandAnswers,
  failedNotice,
  type Whisper,
  whisperOf,
} from './command-answers.ts';
import { formOfCommand } from './command-form.ts';
import {
  CONFIRM,
  FORM,
  type Origin,
  PICK,
  readCarried,
  readConfirmed,
  readPanelId,
  type UserGroup,
} from './forms.ts';
import { createPresses, type PressesOptions } from './presses.ts';
import { createSubmits } from './submits.ts';
import { readCommand, SLASH } from './typed-command.ts';

/** A question by the slash command. */
export interface AskedBy {
  team: string;
  channel: string;
  user: string;
  /** Slack's id of the use. */
  trigger: string;
  /** Reaches who asked, five times within half an hour, also where Parley is no member. */
  respond: RespondFn;
}

export interface InteractionsOptions extends PressesOptions {
  commands: Commands;
  /** Help for a person who asked nothing, or used a command that does not exist. */
  help(call: CommandCall): string;
  /** As conversations call them; never throws. */
  nameOf(team: string, user: string): Promise<string>;
  /** The conversation that a command is about. */
  whereOf(
    team: string,
    channel: string,
    thread: string | undefined,
    user: string,
  ): Promise<ConversationId> | ConversationId;
  /** The conversations elsewhere of what a person asked there in private. */
  privateOf(conversation: ConversationId, user: string): Promise<ConversationId[]>;
  /** Says something in a conversation, to all who read it. Never throws. */
  announce(conversation: ConversationId, text: string): Promise<void>;
  /** None where Slack does not say. */
  userGroups(team: string): Promise<UserGroup[]>;
  /** @param text as Slack sends it, with its entities */
  onAsk(text: string, isPrivate: boolean, by: AskedBy): Promise<void>;
  /** The shortcut on a message. */
  onAskAbout(shortcut: MessageShortcut, by: { team: string; respond: RespondFn }): Promise<void>;
  log: Logger;
}

export interface Interactions {
  /** A command that was typed as a message, in a thread or elsewhere. Stopping is the caller's. Never throws. */
  runText(
    command: Exclude<TypedCommand, 'stop'>,
    origin: Origin & { channel: string },
    user: string,
    client: WebClient,
    values?: CommandValues,
  ): Promise<void>;
}

/** As the manifests name it. */
const SHORTCUT = 'ask_parley';
const MOST_SEEN = 10_000;
const NOT_USED =
  'What you typed behind the command was not used: a key is entered here, where nobody but you sees it.';
/** In a channel, these are about each thread. */
const THREADS_NOTE: Record<string, string> = {
  new: 'Each thread is a conversation of its own: write `@Parley new` in it to begin it afresh.',
};

export function mountInteractions(app: App, options: InteractionsOptions): Interactions {
  const { commands, whereOf, isAdmin, accessOf, nameOf, help, log } = options;
  const answers = createCommandAnswers(options.userGroups, log);
  const home = createHome({ commands, callOf, help, log });
  const press = createPresses(options);
  const submit = createSubmits({ commands, answers, callOf, changed: home.publish, whisper, announce, log });
  /** Uses of commands, buttons and shortcuts. */
  const seen = new LRUCache<string, true>({ max: MOST_SEEN });

  async function callOf({ team, conversation, at }: Origin, user: string): Promise<CommandCall> {
    const [name, admin, access, conversations] = await Promise.all([
      nameOf(team, user),
      isAdmin(team, user),
      accessOf(conversation, user),
      options.privateOf(conversation, user),
    ]);
    return {
      tenant: tenantOf(team),
      conversation,
      author: { id: user, name },
      isAdmin: admin,
      isModerator: admin,
      access,
      place: commandPlaceOf(conversation, at, { person: user, conversations }),
    };
  }

  /** Shows a reply to who called, and then what everybody at the place is to know. */
  async function show(reply: CommandReply, caller: Caller, note?: string): Promise<void> {
    await answers.show(reply, caller, note);
    await announce(reply, caller.origin);
  }

  async function announce(reply: CommandReply, { channel, conversation }: Origin): Promise<void> {
    if (reply.type !== 'text' || reply.announcement === undefined || channel === undefined) return;
    await options.announce(conversation, reply.announcement);
  }

  /**
   * Slack delivers again what it believes was lost.
   * @param use what tells it from any other; a trigger alone does not where something else stands in Slack's place
   */
  function isNew(...use: unknown[]): boolean {
    const key = createHash('sha256').update(JSON.stringify(use)).digest('base64');
    if (seen.has(key)) return false;
    seen.set(key, true);
    return true;
  }

  function isNewAction({ trigger_id, user, container, actions }: BlockAction): boolean {
    return isNew(trigger_id, user.id, container, actions);
  }

  /** An acknowledged interaction fails for whoever used it, not for Slack. */
  async function guarded(
    what: string,
    task: () => Promise<void>,
    tell: (notice: Whisper) => Promise<unknown>,
  ) {
    try {
      await task();
    } catch (error) {
      log.error({ interaction: what, error: whereFrom(error) }, 'interaction failed');
      await tell(whisperOf(failedNotice(error))).catch(() => {});
    }
  }

  const byResponse = (respond: RespondFn) => async (message: Whisper) => {
    await respond({ ...message, response_type: 'ephemeral', replace_original: false });
  };

  /** To one person, where a modal or a message of theirs came from; in a direct message nobody else reads along. */
  async function whisper(client: WebClient, { channel, thread }: Origin, user: string, message: Whisper) {
    if (!channel) return;
    const at = { channel, ...(thread !== undefined && { thread_ts: thread }) };
    if (isDirect(channel)) await client.chat.postMessage({ ...at, ...message });
    else await client.chat.postEphemeral({ ...at, user, ...message });
  }

  app.command(SLASH, async ({ command, ack, respond, client }) => {
    await ack();
    const { team_id: team, channel_id: channel, user_id: user, trigger_id: trigger } = command;
    if (!isNew(trigger, command.response_url, team, channel, user, command.text)) return;
    const tell = byResponse(respond);
    const task = async () => {
      const origin = { team, channel, conversation: await whereOf(team, channel, undefined, user) };
      const call = await callOf(origin, user);
      const { name, values, hasMore, missing } = readCommand(command.text, commands.list);
      if (name === undefined) return tell(whisperOf(`${noCommandNotice(SLACK_WORDS)}\n\n${help(call)}`));
      if (name === 'help') return tell(whisperOf(help(call)));
      if (missing !== undefined)
        return tell(whisperOf(`Write the ${missing} behind it: \`${SLASH} ${name} …\``));
      const reply = await commands.run(name, call, values);
      if (reply.type === 'ask')
        return options.onAsk(reply.text, reply.isPrivate, { team, channel, user, trigger, respond });
      const isLost = reply.type === 'form' && hasMore;
      const caller: Caller = { client, user, origin, trigger, whisper: tell };
      const note = reply.type === 'text' && !isDirect(channel) ? THREADS_NOTE[name] : undefined;
      const noted = reply.type === 'text' && note !== undefined ? { ...reply, text: note } : reply;
      await show(noted, caller, isLost ? NOT_USED : undefined);
    };
    await guarded(SLASH, task, tell);
  });

  // Delivered again, it does the same once more: acknowledged without a view, the modal would close.
  app.view<ViewSubmitAction>({ callback_id: FORM, type: 'view_submission' }, submit);

  /** Who used something in a modal, on App Home or under a message. */
  function callerOf(body: BlockAction, team: string, client: WebClient, respond: RespondFn): Caller {
    const { user, view, trigger_id: trigger, channel } = body;
    const isModal = view?.type === 'modal';
    const carried = isModal ? readCarried(view.private_metadata) : undefined;
    const { id: _, ...from } = carried ?? { id: '', ...homeOrigin(team, user.id) };
    const origin = !view && channel ? { ...from, channel: channel.id } : from;
    return {
      client,
      user: user.id,
      origin,
      trigger,
      ...(isModal && { view: { id: view.id, title: view.title.text } }),
      ...(view && !isModal && { onlyModals: true }),
      whisper: view ? (message) => whisper(client, origin, user.id, message) : byResponse(respond),
    };
  }

  app.action<BlockAction>(PICK, async ({ body, ack, context, client, respond }) => {
    await ack();
    if (!isNewAction(body)) return;
    const caller = callerOf(body, context.teamId ?? '', client, respond);
    const task = async () => {
      const [action] = body.actions;
      const choice = action?.type === 'static_select' ? action.selected_option.value : '';
      const call = await callOf(caller.origin, caller.user);
      const reply = await commands.pick(readPanelId(action?.block_id ?? '') ?? '', call, choice);
      await show(reply, caller);
    };
    await guarded('pick', task, caller.whisper);
  });

  app.action<BlockAction>(CONFIRM, async ({ body, ack, client, respond }) => {
    await ack();
    if (!isNewAction(body)) return;
    // The question goes where it was asked.
    const whisper = async (message: Whisper) => {
      await respond({ ...message, response_type: 'ephemeral', replace_original: true });
    };
    const task = async () => {
      const [action] = body.actions;
      const confirmed = action?.type === 'button' ? readConfirmed(action.value ?? '') : undefined;
      const conversation = confirmed?.conversation ?? '';
      const [team, channel, thread] = [teamOf(conversation), channelOf(conversation), threadOf(conversation)];
      // It counts only where it was asked.
      if (!confirmed || channel !== body.channel?.id || !(await options.isFrom(team, body)))
        return whisper(whisperOf(OLD_FORM_NOTICE));
      const origin = { team, conversation, channel, ...(thread !== undefined && { thread }) };
      const user = body.user.id;
      const reply = await commands.pick(confirmed.id, await callOf(origin, user), confirmed.choice);
      await show(reply, { client, user, origin, whisper });
    };
    await guarded('confirm', task, whisper);
  });

  app.action<BlockAction>(OPEN_ACTION, async ({ body, ack, context, client, respond }) => {
    await ack();
    if (!isNewAction(body)) return;
    const caller = callerOf(body, context.teamId ?? '', client, respond);
    const task = async () => {
      const name = readOpen(body.actions[0]?.action_id ?? '');
      const command = commands.list.find((one) => one.name === name);
      if (!command) return;
      const call = await callOf(caller.origin, caller.user);
      const isAsked = command.options.length > 0 && call.isAdmin;
      const reply = isAsked
        ? { type: 'form' as const, form: await formOfCommand(command, call, commands) }
        : await commands.run(command.name, call, {});
      await answers.show(reply, caller);
    };
    await guarded('open', task, () => home.publish(client, caller.origin.team, caller.user));
  });

  app.action<BlockAction>(ANSWER_ACTION, async ({ body, ack, client, respond }) => {
    await ack();
    if (!isNewAction(body)) return;
    const pressed = { body, client, respond };
    await guarded('press', () => press(pressed), byResponse(respond));
  });

  app.event('app_home_opened', async ({ event, context, client }) => {
    if (event.tab === 'home') await home.publish(client, context.teamId ?? '', event.user);
  });

  app.shortcut<MessageShortcut>(
    { callback_id: SHORTCUT, type: 'message_action' },
    async ({ shortcut, ack, context, respond }) => {
      await ack();
      const { trigger_id, action_ts, user, channel, message_ts } = shortcut;
      if (!isNew(trigger_id, action_ts, user.id, channel.id, message_ts)) return;
      const by = { team: context.teamId ?? '', respond };
      await guarded(SHORTCUT, () => options.onAskAbout(shortcut, by), byResponse(respond));
    },
  );

  return {
    async runText(command, origin, user, client, values = {}) {
      const tell = (message: Whisper) => whisper(client, origin, user, message);
      const task = async () => {
        const call = await callOf(origin, user);
        if (command === 'help') return tell(whisperOf(help(call)));
        const reply = await commands.run(command, call, values);
        await show(reply, { client, user, origin, whisper: tell });
      };
      await guarded(command, task, tell);
    },
  };
}
