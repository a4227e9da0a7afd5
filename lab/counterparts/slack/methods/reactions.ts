/** Emoji on messages. */
import { needed } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { newTs } from '../world/ids.ts';
import { channelOf, type Methods, messageOf } from './method.ts';

export const reactionMethods: Methods = {
  'reactions.add': {
    scope: 'reactions:write',
    handle(context, call) {
      const { message, name, user } = reactionOf(call);
      const users = message.reactions.get(name) ?? new Set();
      if (users.has(user)) throw new SlackError('already_reacted');
      message.reactions.set(name, users.add(user));
      tell(context, call, 'reaction_added', name);
      return {};
    },
  },
  'reactions.remove': {
    scope: 'reactions:write',
    handle(context, call) {
      const { message, name, user } = reactionOf(call);
      const users = message.reactions.get(name);
      if (!users?.delete(user)) throw new SlackError('no_reaction');
      if (users.size === 0) message.reactions.delete(name);
      tell(context, call, 'reaction_removed', name);
      return {};
    },
  },
};

function reactionOf(call: Call) {
  const name = needed(call.args, 'name', 'invalid_name');
  if (!/^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/.test(name)) throw new SlackError('invalid_name');
  const message = messageOf(channelOf(call), needed(call.args, 'timestamp', 'no_item_specified'));
  return { message, name, user: call.workspace.bot.userId };
}

function tell({ events }: Context, { workspace, args }: Call, type: string, reaction: string): void {
  const item = { type: 'message', channel: args.channel, ts: args.timestamp };
  events.emit(workspace, type, { type, user: workspace.bot.userId, reaction, item, event_ts: newTs() });
}
