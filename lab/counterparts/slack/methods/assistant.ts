/** A conversation's status, prompts and title, and the state of an agent's session. */
import { list, needed, object, text } from '../api/args.ts';
import type { Call } from '../api/call.ts';
import { explained, SlackError } from '../api/errors.ts';
import type { Context } from '../context.ts';
import { sessionOf } from '../world/streams.ts';
import { channelOf, type Methods } from './method.ts';

const LOADING_MESSAGES_MOST = 10;
const LOADING_MESSAGE_MOST = 50;
const PROMPTS_MOST = 4;
const TITLE_MOST = 200;

export const assistantMethods: Methods = {
  'assistant.threads.setStatus': { scope: 'chat:write', handle: setStatus },
  'assistant.threads.setSuggestedPrompts': { scope: 'assistant:write', handle: setSuggestedPrompts },
  'assistant.threads.setTitle': {
    scope: 'assistant:write',
    handle(context, call) {
      const { channelId, threadTs } = threadOf(call);
      sessionOf(context, channelId, threadTs).title = needed(call.args, 'title');
      return {};
    },
  },
  'agents.sessions.setStatus': {
    scope: 'chat:write',
    handle(context, call) {
      const { channelId, threadTs } = threadOf(call);
      const status = needed(call.args, 'status');
      if (!['active', 'processing', 'suspended', 'closed'].includes(status)) {
        throw explained('invalid_arguments', 'unknown status [json-pointer:/status]');
      }
      sessionOf(context, channelId, threadTs).status = status;
      return { status, ...stopWarning(context) };
    },
  },
  'agents.sessions.rename': {
    scope: 'chat:write',
    handle(context, call) {
      const { channelId, threadTs } = threadOf(call);
      const title = needed(call.args, 'title');
      if (title.length > TITLE_MOST) throw explained('invalid_arguments', 'too long [json-pointer:/title]');
      sessionOf(context, channelId, threadTs).title = title;
      return {};
    },
  },
};

function threadOf(call: Call): { channelId: string; threadTs: string } {
  const channel = channelOf(call, 'channel_id');
  if (!channel.members.has(call.workspace.bot.userId)) throw new SlackError('channel_not_found');
  const threadTs = needed(call.args, 'thread_ts', 'invalid_thread_ts');
  const parent = channel.messages.get(threadTs);
  if (!parent || parent.threadTs !== undefined) throw new SlackError('invalid_thread_ts');
  return { channelId: channel.id, threadTs };
}

function setStatus(context: Context, call: Call): object {
  const { args } = call;
  const { channelId, threadTs } = threadOf(call);
  const status = text(args, 'status');
  if (status === undefined) throw explained('invalid_arguments', 'missing required field: status');
  const given = list(args, 'loading_messages');
  const loadingMessages = (given ?? []).map(String);
  if (given && (given.length < 1 || given.length > LOADING_MESSAGES_MOST)) {
    throw explained('invalid_arguments', 'must have 1 to 10 items [json-pointer:/loading_messages]');
  }
  if (loadingMessages.some(({ length }) => length < 1 || length > LOADING_MESSAGE_MOST)) {
    throw explained('invalid_arguments', 'must be 1 to 50 characters [json-pointer:/loading_messages]');
  }
  context.statuses.push({ channelId, threadTs, status, loadingMessages, at: performance.now() });
  return stopWarning(context);
}

function stopWarning({ subscribed }: Context): object {
  if (subscribed.has('agent_session_stopped')) return {};
  const warning = 'missing_agent_session_stopped_event_subscription';
  return { warning, response_metadata: { warnings: [warning] } };
}

function setSuggestedPrompts(context: Context, call: Call): object {
  const { args } = call;
  const channel = channelOf(call, 'channel_id');
  const threadTs = text(args, 'thread_ts');
  // Only an agent has prompts outside a thread.
  if (threadTs === undefined && !context.settings.agent) {
    throw explained('invalid_arguments', 'missing required field: thread_ts');
  }
  if (threadTs !== undefined) threadOf(call);
  const prompts = (list(args, 'prompts') ?? []).map((one) => {
    const { title, message } = object(one) ?? {};
    if (typeof title !== 'string' || typeof message !== 'string') {
      throw explained('invalid_arguments', 'must have title and message [json-pointer:/prompts]');
    }
    return { title, message };
  });
  if (prompts.length === 0 || prompts.length > PROMPTS_MOST) {
    throw explained('invalid_arguments', 'must have 1 to 4 items [json-pointer:/prompts]');
  }
  context.prompts.push({ channelId: channel.id, threadTs, title: text(args, 'title'), prompts });
  return {};
}
