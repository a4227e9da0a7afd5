/** The result of a command, as its caller sees it: a modal, a message to them alone, files in their direct messages. */
import type { Logger } from 'pino';
import type { CommandReply } from '../../../core/commands/command.ts';
import type { Figures } from '../../../core/commands/figures.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import type { ConversationId } from '../../../core/types.ts';
import { writtenOf } from '../answer/written.ts';
import { loggable } from '../api/errors.ts';
import { isDirect } from '../ids.ts';
import { mrkdwnOf } from '../markdown/mrkdwn.ts';
import { en } from '../sentences/en.ts';
import type { CommandCaller } from './command-callers.ts';
import { panelBlocks, questionBlocks } from './modals/choices.ts';
import type { CommandOrigin } from './modals/origin.ts';
import type { ModalResult, ReplyModals } from './modals/reply-modals.ts';
import { type Whisper, whisperOf, whispersOf } from './whisper.ts';

export interface CommandAnswers {
  /**
   * Shows a reply to the caller, and then what everybody at the place is to know. Never throws.
   * @param note a sentence above a form
   */
  show(reply: CommandReply, caller: CommandCaller, note?: string): Promise<void>;
  /** Says what everybody at the place is to know of a command. Never throws. */
  announce(reply: CommandReply, origin: CommandOrigin): Promise<void>;
}

export interface CommandAnswersOptions {
  modals: Pick<ReplyModals, 'show'>;
  /** Says something in a conversation, to all who read it. Never throws. */
  announce(conversation: ConversationId, text: string): Promise<void>;
  log: Logger;
}

type TextReply = Extract<CommandReply, { type: 'text' }>;

export function createCommandAnswers({ modals, announce, log }: CommandAnswersOptions): CommandAnswers {
  async function answer(reply: CommandReply, caller: CommandCaller, note?: string): Promise<void> {
    if (reply.type === 'question') {
      const blocks = questionBlocks(reply, caller.origin);
      return caller.whisper({ text: mrkdwnOf(reply.text), blocks });
    }
    if (reply.type === 'text' && reply.figures) return showFigures(reply.text, reply.figures, caller, log);
    const isMessage = reply.type === 'text' && ((!caller.view && !caller.onlyModals) || reply.files);
    if (isMessage) return showText(reply, caller, log);
    const result = await modals.show(reply, caller, note);
    if (result !== 'shown') await caller.whisper(instead(reply, result));
  }

  async function announceReply(reply: CommandReply, { channel, conversation }: CommandOrigin): Promise<void> {
    if (reply.type !== 'text' || reply.announcement === undefined || channel === undefined) return;
    await announce(conversation, reply.announcement);
  }

  return {
    async show(reply, caller, note) {
      try {
        await answer(reply, caller, note);
      } catch (error) {
        log.error({ error: whereFrom(error) }, 'command not answered');
      }
      await announceReply(reply, caller.origin);
    },
    announce: announceReply,
  };
}

/** Not every workspace has Slack's newer blocks. One that refuses them gets the same as text. */
async function showFigures(
  text: string,
  figures: Figures,
  caller: CommandCaller,
  log: Logger,
): Promise<void> {
  const { drawn, written } = whispersOf(text, figures);
  try {
    await caller.whisper(drawn);
  } catch (error) {
    log.warn({ error: whereFrom(error), code: loggable(error) }, 'figures shown as text');
    await caller.whisper(written);
  }
}

async function showText(reply: TextReply, caller: CommandCaller, log: Logger): Promise<void> {
  const { text, files = [], isWritten } = reply;
  if (isWritten) {
    for (const said of writtenOf(text)) await caller.whisper(said);
    return;
  }
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
    if (!isHere) await caller.whisper(whisperOf(en.slash.filesSent));
  } catch (error) {
    log.warn({ error: whereFrom(error) }, 'files not sent');
    await caller.whisper(whisperOf(en.slash.filesNotSent));
  }
}

/** The message in place of a modal that could not be shown. */
function instead(reply: CommandReply, why: Exclude<ModalResult, 'shown'>): Whisper {
  if (reply.type === 'panel') return { text: mrkdwnOf(reply.text), blocks: panelBlocks(reply) };
  if (reply.type === 'text') return whisperOf(reply.text);
  return whisperOf(why === 'late' ? en.notices.tookTooLong : en.modals.notShown);
}
