/** What the buttons under an answer do. Only who asked may press them, or a moderator. */
import { type APIMessageComponentInteraction, MessageFlags, PermissionFlagsBits } from 'discord.js';
import {
  ANSWER_TOO_OLD,
  BUSY_OR_GONE,
  CONTINUE_PROMPT,
  NOT_YOUR_BUTTON,
  RESTART_NOTICE,
} from '../../core/notices.ts';
import type { Transcripts, TurnQueue } from '../../core/ports.ts';
import type { Answering } from '../reply/answering.ts';
import type { AnswerRecord, Records } from '../reply/records.ts';
import { readButton, rowsOf } from './buttons.ts';
import { MESSAGE_CHARACTERS, smallPrint } from './dialect.ts';
import { type InteractionAnswers, userOf } from './interaction-answers.ts';
import type { Surfaces } from './surfaces.ts';

export interface PressesOptions {
  answering: Answering;
  surfaces: Surfaces;
  records: Records;
  transcripts: Transcripts;
  queue: TurnQueue;
  answers: InteractionAnswers;
}

type Press = APIMessageComponentInteraction;

export function createPresses({ answering, surfaces, records, transcripts, queue, answers }: PressesOptions) {
  /** A press of Stop on an answer that nobody is writing any more: the message is put right. */
  async function stop(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    if (queue.cancel(record.conversation, turn)) return answers.acknowledge(press);
    const { content } = press.message;
    const told = `${content}\n\n${smallPrint(RESTART_NOTICE)}`;
    await answers.update(press, {
      content: told.length <= MESSAGE_CHARACTERS ? told : content,
      components: rowsOf(['regenerate', 'delete'], turn),
      flags: MessageFlags.SuppressEmbeds,
      allowed_mentions: { parse: [] },
    });
  }

  async function regenerate(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    await answers.acknowledge(press);
    if (record.isPrivate) surfaces.reachBy(turn, tokenOf(press));
    if (!(await answering.again(turn, record))) await answers.whisper(press, BUSY_OR_GONE);
  }

  /** A turn of its own, whose answer goes on where the last one was cut. */
  async function goOn(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    await answers.update(press, { components: rowsOf(['regenerate', 'delete'], turn) });
    const cut = await transcripts.find(record.conversation, turn);
    if (!cut) return answers.whisper(press, BUSY_OR_GONE);
    const { quotes: _, ...message } = cut.message;
    if (record.isPrivate) surfaces.reachBy(press.id, tokenOf(press));
    await answering.begin(
      { ...message, id: press.id, text: CONTINUE_PROMPT, attachments: [], at: Date.now() },
      { replyTo: press.message.id, ...(record.isPrivate && { isPrivate: true }) },
    );
  }

  async function remove(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    await answers.acknowledge(press);
    if (record.isPrivate) surfaces.reachBy(turn, tokenOf(press));
    await answering.withdraw(turn, record, true);
  }

  const actions = { stop, regenerate, continue: goOn, delete: remove };

  return async function press(interaction: Press): Promise<void> {
    const pressed = readButton(interaction.data.custom_id);
    if (!pressed) return answers.whisper(interaction, ANSWER_TOO_OLD);
    const record = await records.read(pressed.turn);
    if (!record) return answers.whisper(interaction, ANSWER_TOO_OLD);
    if (userOf(interaction).id !== record.asker && !isModerator(interaction)) {
      return answers.whisper(interaction, NOT_YOUR_BUTTON);
    }
    await actions[pressed.button](interaction, pressed.turn, record);
  };
}

function tokenOf({ application_id, token }: Press) {
  return { application: application_id, token, at: Date.now(), isOnMessage: true };
}

/** One who may delete other people's messages there anyway. */
function isModerator({ member }: Press): boolean {
  const bits = BigInt(member?.permissions ?? 0);
  return (bits & (PermissionFlagsBits.ManageMessages | PermissionFlagsBits.Administrator)) !== 0n;
}
