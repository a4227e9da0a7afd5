/**
 * What the buttons under an answer do. Only who asked may press them, or an admin of the workspace, and only under that
 * answer.
 */
import type { BlockAction, RespondFn, types } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { LRUCache } from 'lru-cache';
import type { AnswerRecord, Records } from '../../../chat/answer/answer-records.ts';
import type { Answering } from '../../../chat/answer/answering.ts';
import { pressedAnswer } from '../../../chat/answer/pressed-answer.ts';
import { usualButtons } from '../../../chat/answer/show.ts';
import type { Button } from '../../../chat/answer/surface.ts';
import type { Access } from '../../../core/access/access.ts';
import type { MessageRate } from '../../../core/access/message-rate.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import type { Audit } from '../../../core/reports/audit.ts';
import {
  ANSWER_TOO_OLD,
  BUSY_OR_GONE,
  NO_THOUGHTS,
  notYourButton,
  RESTART_NOTICE,
  tooManyNotice,
} from '../../../core/sentences/notices.ts';
import type { Transcripts } from '../../../core/storage.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId, Feedback } from '../../../core/types.ts';
import { holdsText, readAction, withButtons } from '../answer/blocks.ts';
import { thoughtsBeginning, thoughtsModal } from '../answer/thoughts.ts';
import { codeOf } from '../api/error-codes.ts';
import { refusesContent } from '../api/errors.ts';
import { channelOf, messageIdOf, personOf, teamOf, tenantOf, timeOf } from '../ids.ts';
import { summaryOf } from '../markdown/summary.ts';
import { decode } from '../reading/text.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import { whisperOf } from './command-answers.ts';
import { mrkdwnSections } from './mrkdwn.ts';

export interface PressesOptions {
  answering: Pick<Answering, 'live' | 'again' | 'goOn' | 'withdraw' | 'showKept'>;
  records: Pick<Records, 'read'>;
  transcripts: Pick<Transcripts, 'find' | 'rate'>;
  queue: Pick<TurnQueue, 'cancel'>;
  rate: MessageRate;
  refusals: Refusals;
  audit: Audit;
  isAdmin(team: string, user: string): Promise<boolean>;
  /** Whether an interaction came from that workspace, or by somebody of another one that shares the channel. */
  isFrom(team: string, body: BlockAction): Promise<boolean>;
  /** Whether somebody may ask the model there now, however it was when they asked first. */
  accessOf(conversation: ConversationId, user: string): Promise<Access>;
}

export interface Press {
  body: BlockAction;
  client: WebClient;
  respond: RespondFn;
}

const MOST_CONTINUED = 1_000;

export function createPresses(options: PressesOptions) {
  const { answering, records, transcripts, queue, isAdmin, isFrom, accessOf, audit } = options;
  /** Answers that are gone on with, by their turn and how often they were begun: a second press comes late. */
  const continued = new LRUCache<string, true>({ max: MOST_CONTINUED });

  /** A press of Stop on an answer that nobody is writing any more: the message is put right. */
  async function stop(press: Press, turn: string, { conversation }: AnswerRecord): Promise<void> {
    if (await queue.cancel(conversation, turn)) return;
    const kept = await transcripts.find(conversation, turn);
    if (!kept) return void (await update(press, [], turn));
    if (kept.end !== null) return answering.showKept(kept);
    const buttons = usualButtons('interrupted', { hasText: false, hasThoughts: false });
    const isSaid = await update(press, buttons, turn, RESTART_NOTICE);
    if (!isSaid) await whisper(press, RESTART_NOTICE);
  }

  /** Who may not is told so. */
  async function mayAsk(press: Press, record: AnswerRecord): Promise<boolean> {
    const { conversation } = record;
    const { user, trigger_id: trigger, actions } = press.body;
    const access = await accessOf(conversation, user.id);
    if (access !== 'yes') {
      await whisper(press, options.refusals.noticeFor(access, byWhom(press, record)));
      return false;
    }
    const at = timeOf(actions[0]?.action_ts ?? '');
    const wait = await options.rate.count(personOf(teamOf(conversation), user.id), { id: trigger, at });
    if (wait) await whisper(press, tooManyNotice(wait.seconds));
    return !wait;
  }

  async function regenerate(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    if (!(await mayAsk(press, record))) return;
    if (!(await answering.again(turn, record))) await whisper(press, BUSY_OR_GONE);
  }

  /** A turn of its own, whose answer goes on where the last one was cut. */
  async function goOn(press: Press, turn: string, record: AnswerRecord): Promise<void> {
    if (!(await mayAsk(press, record))) return;
    const key = `${turn} ${record.run}`;
    if (continued.has(key)) return;
    continued.set(key, true);
    let hasThoughts = false;
    try {
      const { conversation } = record;
      const cut = await transcripts.find(conversation, turn);
      if (!cut) return await whisper(press, BUSY_OR_GONE);
      hasThoughts = cut.thoughts !== undefined;
      const ts = press.body.actions[0]?.action_ts ?? '';
      const id = messageIdOf(teamOf(conversation), channelOf(conversation), ts);
      await answering.goOn(cut, { id, at: timeOf(ts) }, {});
    } catch (error) {
      // It was not begun: another press may do better.
      continued.delete(key);
      throw error;
    }
    await update(press, usualButtons('stop', { hasText: true, hasThoughts }), turn);
  }

  async function remove(press: Press, turn: string): Promise<void> {
    // Its last message may have come meanwhile.
    const record = await records.read(turn);
    if (!record) return;
    await answering.withdraw(turn, record, true);
    const { conversation } = record;
    audit('forgotten', { ...byWhom(press, record), conversation, what: 'message' });
  }

  async function rate(
    press: Press,
    turn: string,
    { conversation }: AnswerRecord,
    feedback: Feedback,
  ): Promise<void> {
    if (!(await transcripts.rate(conversation, turn, feedback))) await whisper(press, ANSWER_TOO_OLD);
  }

  /** Shows the reasoning only to the person who pressed. */
  async function thoughts(press: Press, turn: string, { conversation }: AnswerRecord): Promise<void> {
    const kept = await transcripts.find(conversation, turn);
    if (!kept?.thoughts) return whisper(press, NO_THOUGHTS);
    await showThoughts(press, kept.thoughts);
  }

  const buttons = { stop, regenerate, continue: goOn, thoughts, delete: remove };

  /** The answer whose message holds the button: in its channel, in its workspace or pressed from another that shares it. */
  async function answerOf({ body }: Press, turn: string): Promise<AnswerRecord | undefined> {
    const { container, message, channel } = body;
    const ts: unknown = container.message_ts ?? message?.ts;
    const record = await pressedAnswer(records, turn, {
      message: typeof ts === 'string' ? ts : '',
      isThere: ({ conversation }) => channelOf(conversation) === (channel?.id ?? container.channel_id),
    });
    return record && (await isFrom(teamOf(record.conversation), body)) ? record : undefined;
  }

  /** A press that Slack has been told was taken. */
  return async function press(pressed: Press): Promise<void> {
    const { body } = pressed;
    const [first] = body.actions;
    const action = first && readAction(first);
    const record = action && (await answerOf(pressed, action.turn));
    if (!action || !record) return whisper(pressed, ANSWER_TOO_OLD);
    const isForAll = action.type === 'button' && action.button === 'thoughts';
    if (
      !isForAll &&
      body.user.id !== record.asker &&
      !(await isAdmin(teamOf(record.conversation), body.user.id))
    ) {
      const what = action.type === 'button' ? action.button : action.type;
      audit('refused', { ...byWhom(pressed, record), what, reason: 'role' });
      return whisper(pressed, notYourButton(SLACK_WORDS));
    }
    if (action.type === 'feedback') return rate(pressed, action.turn, record, action.feedback);
    await buttons[action.button](pressed, action.turn, record);
  };
}

function byWhom({ body }: Press, { conversation }: AnswerRecord) {
  return { tenant: tenantOf(teamOf(conversation)), person: body.user.id };
}

/**
 * Shows thoughts in a modal, which has room for them. If the modal comes too late, the person alone sees their
 * beginning.
 */
async function showThoughts(press: Press, thoughts: string): Promise<void> {
  const { client, body } = press;
  try {
    await client.views.open({ trigger_id: body.trigger_id, view: thoughtsModal(thoughts) });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await whisper(press, thoughtsBeginning(thoughts));
  }
}

/** To who pressed alone, in the same thread. */
async function whisper({ body, respond }: Press, text: string): Promise<void> {
  const thread = body.container.thread_ts ?? body.message?.thread_ts;
  await respond({
    ...whisperOf(text),
    response_type: 'ephemeral',
    replace_original: false,
    ...(typeof thread === 'string' && { thread_ts: thread }),
  });
}

/**
 * Changes the buttons of the message that was pressed. Slack does not send the content of ephemeral messages
 * along.
 * @returns false where Slack does not accept its own blocks back: they stay as they are
 */
async function update(
  { body: { message, channel }, client }: Press,
  buttons: Button[],
  turn: string,
  note?: string,
): Promise<boolean> {
  if (!message || !channel) return false;
  const given: types.AnyBlock[] = Array.isArray(message.blocks) ? message.blocks : [];
  // A streamed message may come back as text only; blocks of buttons alone would replace that text.
  const blocks = given.some(holdsText) ? given : [...mrkdwnSections(message.text ?? ''), ...given];
  const request = {
    channel: channel.id,
    ts: message.ts,
    text: summaryOf(decode(message.text ?? '')),
    blocks: withButtons(blocks, buttons, turn, note),
  };
  try {
    await client.chat.update(request);
  } catch (error) {
    if (refusesContent(error)) return false;
    // Still a stream, which nobody writes to any more.
    if (codeOf(error) !== 'streaming_state_conflict') throw error;
    await client.chat.stopStream({ channel: channel.id, ts: message.ts });
    await client.chat.update(request);
  }
  return true;
}
