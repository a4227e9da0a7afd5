/** Questions that are no messages: by the slash command, and by the shortcut on a message. */
import type { MessageShortcut, RespondFn } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Answering } from '../../../chat/answer/answering.ts';
import type { Part } from '../../../chat/answer/surface.ts';
import type { Access } from '../../../core/access/access.ts';
import { type QuestionLimits, refusalByLimits } from '../../../core/access/question-limits.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import { ASK_ABOUT_PROMPT } from '../../../core/sentences/prompts.ts';
import { readerByRights } from '../../../core/types.ts';
import { createMessageContent } from '../answer/messages/message-content.ts';
import { whyNotPosted } from '../answer/telling.ts';
import { codeOf } from '../api/error-codes.ts';
import { showError } from '../api/errors.ts';
import { conversationOf, isDirect, messageIdOf, personOf, timeOf } from '../ids.ts';
import type { Caller } from '../incoming/callers.ts';
import { showEarly } from '../incoming/early-sign.ts';
import type { Incoming } from '../incoming/incoming.ts';
import { beginningOf } from '../markdown/bytes.ts';
import { MESSAGE_BYTES, slackText } from '../markdown/dialect.ts';
import type { People } from '../reading/people.ts';
import type { SlackMessage } from '../reading/slack-message.ts';
import { decode } from '../reading/text.ts';
import { filesIn } from '../reading/visible.ts';
import { en } from '../sentences/en.ts';
import type { Workspace, Workspaces } from '../workspaces/workspaces.ts';
import type { PrivateQuestions } from './private-questions.ts';
import type { AskedBy } from './slash-command.ts';
import { byResponse } from './whisper.ts';

export interface QuestionsOptions extends QuestionLimits {
  privateQuestions: Pick<PrivateQuestions, 'add'>;
  workspaces: Workspaces;
  people: People;
  incoming: Incoming;
  answering: Answering;
  refusals: Refusals;
  /** Joins the call's thread. Messages in it after the ts are for Parley. */
  join(team: string, call: Caller, ts: string): Promise<void>;
  directMessages: boolean;
  log: Logger;
}

export interface Questions {
  /** @param question as Slack sends it, with its entities */
  ask(question: string, isPrivate: boolean, by: AskedBy): Promise<void>;
  askAbout(shortcut: MessageShortcut, team: string, respond: RespondFn): Promise<void>;
}

/** Codes that mean Parley is not in the channel (chat.postMessage). */
const NOT_IN = new Set(['not_in_channel', 'channel_not_found']);

export function createQuestions(options: QuestionsOptions): Questions {
  return { ask: createAsk(options), askAbout: createAskAbout(options) };
}

/** Takes a question by the slash command. Parley posts the question, and answers in a thread under it. */
function createAsk(options: QuestionsOptions): Questions['ask'] {
  const { workspaces, incoming, directMessages } = options;

  /** Whether a person may ask in direct messages, where Parley answers private questions. */
  async function accessDirectly(team: string, user: string, { settings }: Caller): Promise<Access> {
    const spot = { team, channel: '', thread: undefined, user, isDirect: true };
    return (await incoming.callFrom(spot, settings)).access;
  }

  return async (question, isPrivate, by) => {
    const { team, user, channel, respond } = by;
    const workspace = await workspaces.of(team);
    if (!workspace) return;
    const spot = { team, channel, thread: undefined, user, isDirect: isDirect(channel) };
    const call = await incoming.callFrom(spot);
    const access = call.access === 'yes' && isPrivate ? await accessDirectly(team, user, call) : call.access;
    if (access !== 'yes') return refuse(options, access, call, by);
    const asked = { team, user, text: decode(question), id: by.trigger, at: Date.now() };
    const refused = await refusalOf(options, call, asked);
    if (refused !== undefined) return whisper(respond, refused);
    try {
      await put(options, { question, isPrivate, by, call, workspace });
    } catch (error) {
      const { kind, code } = showError(error);
      if (kind !== 'closed') throw error;
      const isOutside = !isPrivate && NOT_IN.has(code ?? '');
      const why = whyNotPosted(code, isPrivate ? undefined : channel, { directMessages });
      await whisper(respond, isOutside ? en.telling.notAMember : why);
    }
  };
}

interface PutQuestion {
  question: string;
  isPrivate: boolean;
  by: AskedBy;
  call: Caller;
  workspace: Workspace;
}

/** Posts a question where Parley answers it, and hands it to the queue. */
async function put(
  { people, incoming, answering, join, privateQuestions, log }: QuestionsOptions,
  { question, isPrivate, by, call, workspace }: PutQuestion,
): Promise<void> {
  const { team, user, respond } = by;
  const { client } = workspace;
  const said = await incoming.text({ ts: '', channel: by.channel, text: question }, workspace);
  const asker = (await people.find(team, user))?.name ?? en.commands.SOMEBODY;
  const channel = isPrivate
    ? ((await client.conversations.open({ users: user })).channel?.id ?? '')
    : by.channel;
  const { reply } = await createMessageContent('', log).send(shownQuestion(asker, said), (content) =>
    client.chat.postMessage({ channel, ...content, unfurl_links: false, unfurl_media: false }),
  );
  const { ts } = reply;
  if (ts === undefined) return;
  const { person } = call.location;
  // In direct messages there are no histories of single persons.
  const location = { channel, thread: ts, ...(!isDirect(channel) && person !== undefined && { person }) };
  const there: Caller = { ...call, location, isDirect: isDirect(channel) };
  const asked = await incoming.messageOf({ ts, channel, user, text: question }, workspace, there);
  if (typeof asked === 'string') return;
  await join(team, there, ts);
  const isElsewhere = isPrivate && channel !== by.channel;
  const at = conversationOf(call.tenant, { channel: by.channel });
  // This comes first, so that the person can forget the question where they asked it.
  if (isElsewhere) await privateQuestions.add(at, user, asked.conversation);
  await answering.begin(asked, { isAwaited: true, settings: call.settings });
  if (isElsewhere) await whisper(respond, en.telling.answeredPrivately);
}

/** Takes a use of the shortcut on a message, which Parley answers in the message's thread. */
function createAskAbout(options: QuestionsOptions): Questions['askAbout'] {
  const { workspaces, incoming, answering, join } = options;
  return async (shortcut, team, respond) => {
    const workspace = await workspaces.of(team);
    const channel = shortcut.channel.id;
    const about = { ...(shortcut.message as SlackMessage), channel };
    if (!workspace) return;
    const user = shortcut.user.id;
    const thread = about.thread_ts ?? about.ts;
    const call = await incoming.callFrom({ team, channel, thread, user, isDirect: isDirect(channel) });
    if (call.access !== 'yes') return refuse(options, call.access, call, { user, respond });
    const id = messageIdOf(team, channel, shortcut.action_ts);
    const prompt = { team, user, text: ASK_ABOUT_PROMPT, id, at: timeOf(shortcut.action_ts) };
    const refused = await refusalOf(options, call, prompt);
    if (refused !== undefined) return whisper(respond, refused);
    // This comes before the model is paid for an answer that nobody would see.
    if (!call.isDirect && !(await isMember(workspace, channel)))
      return whisper(respond, en.telling.notAMember);
    const files = filesIn(about);
    const sign = showEarly({
      workspace,
      location: call.location,
      turn: id,
      takesLong: files.length > 0,
      announce: async () => false,
    });
    const asked = await incoming.messageOf(
      { ts: shortcut.action_ts, channel, user, text: '', files },
      workspace,
      call,
      {
        id,
        text: ASK_ABOUT_PROMPT,
        quotes: await incoming.quoteOf(about, workspace),
        origin: await incoming.originOf(about, workspace),
      },
    );
    if (typeof asked === 'string' || (asked.attachments.length === 0 && !asked.quotes)) {
      await sign.remove();
      return whisper(respond, en.notices.unreadable);
    }
    await join(team, call, shortcut.action_ts);
    await sign.handOver();
    await answering.begin(asked, { isAwaited: true, settings: call.settings });
  };
}

/** The sentence for a person who sent too many messages, or has nothing left to spend. */
function refusalOf(
  limits: QuestionLimits,
  { tenant, settings, namedRoles: roles, ...rights }: Caller,
  { team, user: author, text, ...sent }: { team: string; user: string; text: string; id: string; at: number },
): Promise<string | undefined> {
  const [person, reader] = [personOf(team, author), readerByRights(rights)];
  return refusalByLimits(limits, { tenant, person, roles, author, settings, reader, text }, sent);
}

function refuse(
  { refusals }: QuestionsOptions,
  access: Exclude<Access, 'yes'>,
  { tenant, isAdmin }: Caller,
  { user: person, respond }: Pick<AskedBy, 'user' | 'respond'>,
): Promise<void> {
  return whisper(respond, refusals.noticeFor(access, { tenant, person, isAdmin }));
}

/** Whether Parley is in a channel. True if Slack does not say. */
async function isMember({ client }: Workspace, channel: string): Promise<boolean> {
  try {
    return (await client.conversations.info({ channel })).channel?.is_member !== false;
  } catch (error) {
    // Slack says this of a private channel to everybody but its members.
    return codeOf(error) !== 'channel_not_found';
  }
}

/** Marks of Markdown, which a person's name may hold. */
const MARKS = /[\\*_~`[\]<>|#]/g;

/**
 * The question for people, cut with a mark if it exceeds a message. The model reads all of it. Its further lines are a
 * quote, so that none of them looks like another question.
 */
function shownQuestion(asker: string, said: string): Part {
  const quoted = said.replace(/\n/g, '\n> ');
  const whole = slackText(`**${asker.replace(MARKS, '\\$&')} asks:** ${quoted}`);
  const shown = beginningOf(whole, MESSAGE_BYTES);
  return { text: shown === whole ? whole : `${shown.trimEnd()} …`, buttons: [] };
}

const whisper = (respond: RespondFn, text: string) => byResponse(respond)({ text });
