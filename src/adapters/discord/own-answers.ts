/** Parley's own answers, where people refer to them. */
import type { APIMessage } from 'discord.js';
import type { Transcripts } from '../../core/ports.ts';
import type { ConversationId, Quote } from '../../core/types.ts';
import { turnOfButtons } from './buttons.ts';
import { shorten } from './thread-history.ts';

/** Turns that the model is shown in any case. */
const RECENT_TURNS = 8;
const SHORT_CHARACTERS = 200;

/** Whether the model is shown the answer that this message is of, as a part of the conversation. */
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

/** Enough to tell which answer it was. */
export function shortQuote(said: string): Quote {
  return { from: 'your earlier answer', text: shorten(said, SHORT_CHARACTERS) };
}

/** The turn that it answers, as far as the message tells: by its buttons, its interaction, or what it replies to. */
function turnOf({ interaction_metadata, components, message_reference }: APIMessage): string | undefined {
  return turnOfButtons(components) ?? interaction_metadata?.id ?? message_reference?.message_id;
}
