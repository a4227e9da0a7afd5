/** Answers to interactions by `response_url` (docs.slack.dev/interactivity/handling-user-interaction). */
import { type Args, flag, text } from '../api/args.ts';
import { SlackError } from '../api/errors.ts';
import type { Context, Interaction } from '../context.ts';
import { contentOf } from '../methods/chat.ts';
import { change, ping, post, remember, remove } from '../world/posting.ts';

const USES_MOST = 5;

/** Uses the address. Returns the refusal, or undefined. */
export function useResponseUrl(context: Context, interaction: Interaction, args: Args): string | undefined {
  if (performance.now() - interaction.at > context.settings.responseLifetime) return 'expired_url';
  if (interaction.uses >= USES_MOST) return 'used_url';
  interaction.uses += 1;
  return respond(context, interaction, args);
}

/** Shows an answer. Returns the problem, or undefined. */
export function respond(context: Context, interaction: Interaction, args: Args): string | undefined {
  try {
    show(context, interaction, args);
    return undefined;
  } catch (error) {
    if (error instanceof SlackError) return error.code;
    throw error;
  }
}

function show(context: Context, interaction: Interaction, args: Args): void {
  const { workspace, channel, user, source } = interaction;
  if (!channel) throw new SlackError('invalid_arguments');
  const where = { workspace, channel };
  const original = source?.own ? source : interaction.responses.at(-1);
  if (flag(args, 'delete_original') === true) {
    if (!original) throw new SlackError('message_not_found');
    if (original.ephemeralTo === undefined) remove(context, where, original);
    else original.deleted = true;
    return;
  }
  const content = contentOf(args);
  if (content.blocks.some(({ type }) => context.settings.refusedBlocks.includes(type)))
    throw new SlackError(context.settings.refusedBlocksError);
  if (flag(args, 'replace_original') === true && original) {
    if (original.ephemeralTo === undefined) {
      change(context, where, original, content, { by: workspace.bot.userId, hidden: true });
    } else {
      Object.assign(original, content);
      remember(original);
    }
    ping(context, original, 'update');
    return;
  }
  const everyone = text(args, 'response_type') === 'in_channel';
  const message = post(context, where, {
    ...content,
    userId: workspace.bot.userId,
    // An answer to a message of a thread is in the thread only if it says so.
    threadTs: text(args, 'thread_ts'),
    ephemeralTo: everyone ? undefined : user.id,
  });
  interaction.responses.push(message);
}
