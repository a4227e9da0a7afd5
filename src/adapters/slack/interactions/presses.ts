/** Recognises a press under an answer, and tells the presser. `chat/answer/buttons.ts` does what the press asks. */
import type { BlockAction, RespondFn } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import type { AnswerRecord } from '../../../chat/answer/answer-records.ts';
import { type ButtonsOptions, createButtons } from '../../../chat/answer/buttons.ts';
import type { Press } from '../../../chat/answer/press.ts';
import type { Surface } from '../../../chat/answer/surface.ts';
import type { CallerRights } from '../../../chat/inbox/caller.ts';
import { en } from '../../../core/sentences/en.ts';
import type { ConversationId } from '../../../core/types.ts';
import { type AnswerAction, readAction } from '../answer/blocks.ts';
import type { StandingMessage } from '../answer/standing-message.ts';
import { thoughtsBeginning, thoughtsModal } from '../answer/thoughts.ts';
import { writtenOf } from '../answer/written.ts';
import { codeOf } from '../api/error-codes.ts';
import { channelOf, messageIdOf, personOf, teamOf, tenantOf, timeOf } from '../ids.ts';
import { SLACK_WORDS } from '../vocabulary.ts';
import { type Whisper, whisperOf } from './whisper.ts';

export interface PressesOptions extends Omit<ButtonsOptions, 'words'> {
  isAdmin(team: string, user: string): Promise<boolean>;
  /** Whether an interaction came from that workspace, or by a person of another one that shares the channel. */
  isFrom(team: string, body: BlockAction): Promise<boolean>;
  /** A person's rights in a conversation now. They may have changed since the person asked. */
  callerOf(conversation: ConversationId, user: string): Promise<CallerRights>;
  /** The surface of an answer of which Slack sent one message with the press. */
  pressedSurface(turn: string, record: AnswerRecord, standing: StandingMessage | undefined): Surface;
}

/** A press that Parley has acknowledged. */
export interface SlackPress {
  body: BlockAction;
  client: WebClient;
  respond: RespondFn;
}

export function createPresses(options: PressesOptions) {
  const { isAdmin, isFrom, callerOf, pressedSurface } = options;
  const press = createButtons({ ...options, words: SLACK_WORDS });

  return (pressed: SlackPress): Promise<void> => {
    const { body } = pressed;
    const { container, message, channel, user } = body;
    const [action] = body.actions;
    const ts: unknown = container.message_ts ?? message?.ts;
    const standing = message && channel ? (message as StandingMessage) : undefined;
    return press({
      pressed: pressedIn(action && readAction(action)),
      message: typeof ts === 'string' ? ts : '',
      presser: user.id,
      isAt: async (conversation) =>
        channelOf(conversation) === (channel?.id ?? container.channel_id) &&
        (await isFrom(teamOf(conversation), body)),
      by(conversation) {
        const team = teamOf(conversation);
        return { tenant: tenantOf(team), person: personOf(team, user.id) };
      },
      mayManage: (conversation) => isAdmin(teamOf(conversation), user.id),
      callerOf: (conversation) => callerOf(conversation, user.id),
      acknowledge: async () => {},
      tell: (notice) => whisper(pressed, whisperOf(notice)),
      async showShort(making) {
        const made = await making;
        if ('notice' in made) return whisper(pressed, whisperOf(made.notice));
        for (const said of writtenOf(en.notices.shortVersion(made.text))) await whisper(pressed, said);
      },
      showThoughts: (text) => showThoughts(pressed, text),
      nextMessage(conversation) {
        const at = action?.action_ts ?? '';
        return { id: messageIdOf(teamOf(conversation), channelOf(conversation), at), at: timeOf(at) };
      },
      surface: (turn, record) => pressedSurface(turn, record, standing),
    });
  };
}

function pressedIn(action: AnswerAction | undefined): Press['pressed'] {
  if (action?.type === 'feedback') return { turn: action.turn, button: action.feedback };
  return action;
}

/** Shows thoughts in a modal, which has room for them. The presser alone sees their beginning if the modal is late. */
async function showThoughts(press: SlackPress, thoughts: string): Promise<void> {
  const { client, body } = press;
  try {
    await client.views.open({ trigger_id: body.trigger_id, view: thoughtsModal(thoughts) });
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    await whisper(press, whisperOf(thoughtsBeginning(thoughts)));
  }
}

/** Tells the presser alone, in the same thread. */
async function whisper({ body, respond }: SlackPress, said: Whisper): Promise<void> {
  const thread = body.container.thread_ts ?? body.message?.thread_ts;
  await respond({
    ...said,
    response_type: 'ephemeral',
    replace_original: false,
    ...(typeof thread === 'string' && { thread_ts: thread }),
  });
}
