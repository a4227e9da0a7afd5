/** Recognises a press of a button under an answer, and tells the presser. `chat/answer/buttons.ts` says what it does. */
import { type APIMessageComponentInteraction, SnowflakeUtil } from 'discord.js';
import { type ButtonsOptions, createButtons } from '../../../chat/answer/buttons.ts';
import type { CallerRights } from '../../../chat/inbox/caller.ts';
import { beginningOf } from '../../../chat/markdown/characters/grapheme.ts';
import { en } from '../../../core/sentences/en.ts';
import type { ConversationId } from '../../../core/types.ts';
import { readButton } from '../answer/buttons.ts';
import type { Surfaces } from '../answer/surfaces.ts';
import { channelOf, personOf, tenantOf, tenantOfConversation } from '../ids.ts';
import { isModerator } from '../permissions.ts';
import { DISCORD_WORDS } from '../vocabulary.ts';
import { type InteractionAnswers, userOf } from './responses.ts';

export interface PressesOptions extends Omit<ButtonsOptions, 'words'> {
  surfaces: Surfaces;
  answers: InteractionAnswers;
}

/** Most characters of reasoning in a message. Longer reasoning also comes as a file. Rendering for Discord may add some. */
const THOUGHT_CHARACTERS = 1_800;

export function createPresses(options: PressesOptions) {
  const { surfaces, answers } = options;
  const press = createButtons({ ...options, words: DISCORD_WORDS });
  /** @param callerOf the presser, as who asks the model there */
  return (
    interaction: APIMessageComponentInteraction,
    callerOf: () => Promise<CallerRights>,
  ): Promise<void> => {
    const { id: presser } = userOf(interaction);
    const { id, message, application_id: application, token } = interaction;
    return press({
      pressed: readButton(interaction.data.custom_id),
      message: message.id,
      presser,
      isAt: (conversation) => isIn(interaction, conversation),
      by: (conversation) => ({ tenant: tenantOfConversation(conversation), person: personOf(presser) }),
      mayManage: () => isModerator(interaction),
      callerOf,
      acknowledge: () => answers.acknowledge(interaction),
      tell: (notice) => answers.whisper(interaction, notice),
      async showShort(making) {
        const reply = making.then((made) => ({
          type: 'text' as const,
          text: 'text' in made ? en.notices.shortVersion(made.text) : made.notice,
        }));
        await answers.reply(interaction, reply, false);
      },
      showThoughts: (text) => showThoughts(answers, interaction, text),
      nextMessage: () => ({
        id,
        at: SnowflakeUtil.timestampFrom(id),
        place: placeOf(interaction),
        replyTo: message.id,
      }),
      reach: (turn, conversation) =>
        surfaces.reachBy(turn, conversation, { application, token, at: Date.now(), isOnMessage: true }),
      surface: surfaces.ofAnswer,
    });
  };
}

async function showThoughts(
  answers: InteractionAnswers,
  interaction: APIMessageComponentInteraction,
  text: string,
): Promise<void> {
  const beginning = beginningOf(text, THOUGHT_CHARACTERS);
  const short = { type: 'text' as const, text: beginning === text ? text : `${beginning} …` };
  if (beginning === text) return void (await answers.reply(interaction, Promise.resolve(short), false));
  const whole = { ...short, files: [{ name: 'thinking.txt', text }] };
  try {
    await answers.reply(interaction, Promise.resolve(whole), false);
  } catch {
    // Files may be forbidden there.
    await answers.reply(interaction, Promise.resolve(short), false);
  }
}

/** Whether a press came from the server and the channel of a conversation. */
function isIn(press: APIMessageComponentInteraction, conversation: ConversationId): boolean {
  const tenant = tenantOf(press.guild_id || undefined, userOf(press).id);
  return tenant === tenantOfConversation(conversation) && placeOf(press) === channelOf(conversation);
}

const placeOf = (press: APIMessageComponentInteraction) => press.channel?.id ?? press.channel_id;
