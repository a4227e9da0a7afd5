/**
 * What the buttons under an answer do. Only who asked may press them, or a moderator who may ask there, and only under
 * that answer.
 */
import { type APIMessageComponentInteraction, MessageFlags, SnowflakeUtil } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { AnswerRecord, Records } from '../../../chat/answer/answer-records.ts';
import type { Answering } from '../../../chat/answer/answering.ts';
import { pressedAnswer } from '../../../chat/answer/pressed-answer.ts';
import { usualButtons } from '../../../chat/answer/show.ts';
import { beginningOf } from '../../../chat/markdown/characters/grapheme.ts';
import type { Access } from '../../../core/access/access.ts';
import type { MessageRate } from '../../../core/access/message-rate.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import {
  ANSWER_TOO_OLD,
  BUSY_OR_GONE,
  NO_THOUGHTS,
  notDeletedNotice,
  notYourButton,
  RESTART_NOTICE,
  tooManyNotice,
} from '../../../core/sentences/notices.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId } from '../../../core/types.ts';
import { readButton, rowsOf } from '../answer/buttons.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import { channelOf, personOf, tenantOf, tenantOfConversation } from '../ids.ts';
import { MESSAGE_CHARACTERS, smallPrint } from '../markdown/dialect.ts';
import { isModerator } from '../permissions.ts';
import { DISCORD_WORDS } from '../vocabulary.ts';
import { type InteractionAnswers, userOf } from './responses.ts';

export interface PressesOptions {
  answering: Answering;
  surfaces: Surfaces;
  records: Records;
  transcripts: Transcripts;
  queue: TurnQueue;
  answers: InteractionAnswers;
  rate: MessageRate;
  refusals: Refusals;
  audit: Audit;
}

type Press = APIMessageComponentInteraction;
type Asked = () => Promise<Access>;

const MOST_CONTINUED = 1_000;
/** Longer reasoning also comes as a file. Rendering for Discord may make Markdown a little longer. */
const THOUGHT_CHARACTERS = 1_800;

export function createPresses(options: PressesOptions) {
  const { answering, surfaces, records, transcripts, queue, answers, rate, refusals, audit } = options;
  /** Answers that are gone on with, by their turn and when the message was edited last: a second press comes late. */
  const continued = new LRUCache<string, true>({ max: MOST_CONTINUED });

  /**
   * A private answer is reached by the token that it was made with, while that lives; then by that of a press, but
   * only the message that this is on.
   */
  async function reach(press: Press, turn: string, record: AnswerRecord): Promise<AnswerRecord> {
    if (!record.isPrivate || !(await surfaces.reachBy(turn, record.conversation, tokenOf(press))))
      return record;
    const reached = { ...record, ids: [press.message.id] };
    await records.write(turn, reached);
    return reached;
  }

  /** A press of Stop on an answer that nobody is writing any more: the message is put right. */
  async function stop(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    if (await queue.cancel(record.conversation, turn)) return answers.acknowledge(press);
    const kept = await transcripts.find(record.conversation, turn);
    if (!kept) return answers.update(press, { components: [] });
    if (kept.end !== null) {
      await answers.acknowledge(press);
      await reach(press, turn, record);
      return answering.showKept(kept);
    }
    const { content } = press.message;
    const told = `${content}\n\n${smallPrint(RESTART_NOTICE)}`;
    await answers.update(press, {
      content: told.length <= MESSAGE_CHARACTERS ? told : content,
      components: rowsOf(usualButtons('interrupted', { hasText: false, hasThoughts: false }), turn),
      flags: MessageFlags.SuppressEmbeds,
      allowed_mentions: { parse: [] },
    });
  }

  /** Whether who pressed may ask the model there now, however it was when they asked first; else they are told. */
  async function mayAsk(press: Press, record: AnswerRecord, access: Asked): Promise<boolean> {
    const is = await access();
    if (is !== 'yes') {
      await answers.whisper(press, refusals.noticeFor(is, byWhom(press, record)));
    }
    return is === 'yes';
  }

  /** Whether who pressed sent too many; if so, they are told. */
  async function mustWait(press: Press): Promise<boolean> {
    const sent = { id: press.id, at: SnowflakeUtil.timestampFrom(press.id), place: placeOf(press) };
    const wait = await rate.count(personOf(userOf(press).id), sent);
    if (wait) await answers.whisper(press, tooManyNotice(wait.seconds));
    return wait !== undefined;
  }

  async function regenerate(press: Press, turn: string, record: AnswerRecord, access: Asked): Promise<void> {
    if (!(await mayAsk(press, record, access)) || (await mustWait(press))) return;
    await answers.acknowledge(press);
    // A private answer that is being written is not to be reached by another message.
    const isLive = (await answering.live(turn)) !== undefined;
    const isBegun = !isLive && (await answering.again(turn, await reach(press, turn, record)));
    if (!isBegun) await answers.whisper(press, BUSY_OR_GONE);
  }

  /** A turn of its own, whose answer goes on where the last one was cut. */
  async function goOn(press: Press, turn: string, record: AnswerRecord, access: Asked): Promise<void> {
    if (!(await mayAsk(press, record, access)) || (await mustWait(press))) return;
    const key = `${turn} ${press.message.edited_timestamp}`;
    if (continued.has(key)) return answers.acknowledge(press);
    continued.set(key, true);
    try {
      const cut = await transcripts.find(record.conversation, turn);
      const hasThoughts = cut?.thoughts !== undefined;
      const buttons = usualButtons('stop', { hasText: true, hasThoughts });
      await answers.update(press, { components: rowsOf(buttons, turn) });
      if (!cut) return await answers.whisper(press, BUSY_OR_GONE);
      if (record.isPrivate) await surfaces.reachBy(press.id, record.conversation, tokenOf(press));
      const { id } = press;
      await answering.goOn(
        cut,
        { id, at: SnowflakeUtil.timestampFrom(id) },
        { replyTo: press.message.id, ...(record.isPrivate && { isPrivate: true }) },
      );
    } catch (error) {
      // Another press shall not be taken for a second one.
      continued.delete(key);
      throw error;
    }
  }

  async function remove(press: Press, turn: string): Promise<void> {
    await answers.acknowledge(press);
    // Its last message may have come meanwhile.
    const record = await records.read(turn);
    if (!record) return;
    const isGone = await answering.withdraw(turn, await reach(press, turn, record), true);
    const { conversation } = record;
    audit('forgotten', { ...byWhom(press, record), conversation, what: 'message' });
    if (!isGone) await answers.whisper(press, notDeletedNotice(DISCORD_WORDS));
  }

  async function thoughts(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    const kept = await transcripts.find(record.conversation, turn);
    const text = kept?.thoughts;
    if (text === undefined) return answers.whisper(press, NO_THOUGHTS);
    const beginning = beginningOf(text, THOUGHT_CHARACTERS);
    const short = { type: 'text' as const, text: beginning === text ? text : `${beginning} …` };
    if (beginning === text) return void (await answers.reply(press, Promise.resolve(short), false));
    const whole = { ...short, files: [{ name: 'thinking.txt', text }] };
    try {
      await answers.reply(press, Promise.resolve(whole), false);
    } catch {
      // Files may be forbidden there.
      await answers.reply(press, Promise.resolve(short), false);
    }
  }

  const actions = { stop, regenerate, continue: goOn, thoughts, delete: remove };

  /** @param access whether who presses may ask the model there */
  return async function press(interaction: Press, access: Asked): Promise<void> {
    const pressed = readButton(interaction.data.custom_id);
    if (!pressed) return answers.whisper(interaction, ANSWER_TOO_OLD);
    const record = await pressedAnswer(records, pressed.turn, {
      message: interaction.message.id,
      isThere: ({ conversation }) => isIn(interaction, conversation),
    });
    if (!record) return answers.whisper(interaction, ANSWER_TOO_OLD);
    // Anyone who sees the answer may see its reasoning.
    const isForAll = pressed.button === 'thoughts';
    if (!isForAll && userOf(interaction).id !== record.asker) {
      if (!isModerator(interaction)) {
        audit('refused', { ...byWhom(interaction, record), what: pressed.button, reason: 'role' });
        return answers.whisper(interaction, notYourButton(DISCORD_WORDS));
      }
      if (!(await mayAsk(interaction, record, access))) return;
    }
    await actions[pressed.button](interaction, pressed.turn, record, access);
  };
}

function byWhom(press: Press, { conversation }: AnswerRecord) {
  return { tenant: tenantOfConversation(conversation), person: userOf(press).id };
}

function tokenOf({ application_id, token }: Press) {
  return { application: application_id, token, at: Date.now(), isOnMessage: true };
}

/** Whether a press came from the server and the channel of a conversation. */
function isIn(press: Press, conversation: ConversationId): boolean {
  const tenant = tenantOf(press.guild_id || undefined, userOf(press).id);
  return tenant === tenantOfConversation(conversation) && placeOf(press) === channelOf(conversation);
}

const placeOf = (press: Press) => press.channel?.id ?? press.channel_id;
