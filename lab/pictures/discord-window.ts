/** Messages of the counterpart's Discord, with the components that Parley sent, as a window draws them. */
import { z } from 'zod';
import type { MessageView } from '../counterparts/discord/people/view.ts';
import type { Discord } from '../counterparts/discord/start.ts';
import type { Drawn } from './chat-window.ts';

/**
 * An action row of buttons. Anything else fails, so that a picture leaves nothing out in silence. Emoji are left out:
 * a machine without an emoji font draws boxes for them.
 */
const row = z.object({
  type: z.literal(1),
  components: z.array(z.object({ type: z.literal(2), label: z.string() })),
});

export function drawnOfDiscord(discord: Discord, channel: string): Drawn[] {
  const messages = discord.messages(channel);
  return messages.map((message) => {
    if (message.embeds.length > 0) throw new Error('embeds are not drawn');
    const question = messages.find(({ id }) => id === message.referenceId);
    return {
      author: message.author.name,
      isBot: message.author.bot,
      ...(question && { repliesTo: { author: question.author.name, text: textOf(discord, question) } }),
      markdown: textOf(discord, message),
      buttons: message.components.map((component) =>
        row.parse(component).components.map(({ label }) => label),
      ),
    };
  });
}

const textOf = (discord: Discord, { content }: MessageView) =>
  content.replaceAll(/<@(\d+)>/g, (_, id: string) => `@${discord.world.users.get(id)?.name ?? id}`);
