/** Recognises Parley's own answers when people refer to them. */
import type { APIMessage } from 'discord.js';
import type { Transcripts } from '../../../core/storage.ts';
import type { ConversationId, Origin } from '../../../core/types.ts';
import { turnOfButtons } from '../answer/buttons.ts';

/** Number of the latest turns that the model always sees. */
const RECENT_TURNS = 8;
const SHORT_CHARACTERS = 200;
const OWN_ANSWER: Origin = { from: '', note: 'your earlier answer' };

/** Whether the conversation that the model sees already holds the answer in this message. */
export async function isInHistory(
  message: APIMessage,
  conversation: ConversationId,
  transcripts: Transcripts,
): Promise<boolean> {
  const turn = turnOf(message);
  if (turn === undefined) return false;
  const { turns } = await transcripts.read(conversation, { limit: RECENT_TURNS });
  return turns.some((one) => one.message.id === turn && one.answer !== '' && !one.omit);
}

/** Whether the turn of the answer in this message is still stored. */
export async function isKept(
  message: APIMessage,
  conversation: ConversationId,
  transcripts: Transcripts,
): Promise<boolean> {
  const turn = turnOf(message);
  return turn !== undefined && (await transcripts.find(conversation, turn)) !== undefined;
}

/** The beginning of an answer, long enough to recognise it. */
export const shortened = (said: string) => shorten(said, SHORT_CHARACTERS);

/** The origin of a quote of the answer in this message. */
export function ownOrigin(message: APIMessage): Origin {
  const turn = turnOf(message);
  return { ...OWN_ANSWER, ...(turn !== undefined && { by: turn }) };
}

/** The turn that a message answers, told by its buttons, its interaction, or the message it replies to. */
function turnOf({ interaction_metadata, components, message_reference }: APIMessage): string | undefined {
  return turnOfButtons(components) ?? interaction_metadata?.id ?? message_reference?.message_id;
}

/** Cuts a text to `most` characters, with a mark if it was longer. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most).toWellFormed()} [it goes on …]`;
}
