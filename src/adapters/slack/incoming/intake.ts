/** Takes messages, edits and deletions to the queue, in order and once each. */
import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type { Records } from '../../../chat/answer/answer-records.ts';
import type { Answering } from '../../../chat/answer/answering.ts';
import type { JoinedThreads } from '../../../chat/joined-threads.ts';
import type { RareNotices } from '../../../chat/rare-notices.ts';
import { untilStored } from '../../../chat/until-stored.ts';
import type { Access } from '../../../core/access/access.ts';
import type { MessageRate } from '../../../core/access/message-rate.ts';
import type { Refusals } from '../../../core/access/refusals.ts';
import type { CommandCall } from '../../../core/commands/command.ts';
import { StoreError } from '../../../core/errors.ts';
import { createLanes } from '../../../core/lanes.ts';
import { whereFrom } from '../../../core/reports/where-from.ts';
import { LATER_NOTICE, tooManyNotice, UNREADABLE_NOTICE } from '../../../core/sentences/notices.ts';
import type { TurnQueue } from '../../../core/turn/queue.ts';
import type { ConversationId, Message } from '../../../core/types.ts';
import { tellAlone } from '../answer/telling.ts';
import { commandPlaceOf, conversationOf, isDirect, messageIdOf, personOf, tenantOf, timeOf } from '../ids.ts';
import { fieldsOf, type SlackMessage, stringOf } from '../reading/slack-message.ts';
import { filesIn } from '../reading/visible.ts';
import type { Workspace } from '../workspaces/workspaces.ts';
import { createAnnounced } from './announced.ts';
import type { Caller } from './callers.ts';
import { type EarlySign, showEarly } from './early-sign.ts';
import { editOf } from './edits.ts';
import type { Incoming } from './incoming.ts';
import type { MessageCommands } from './message-commands.ts';
import type { Missed } from './missed.ts';
import { createOvertaking } from './overtaking.ts';

export interface Intake {
  /** Takes a message that may be for Parley. Throws if it could not be stored, so that Slack redelivers it. */
  take(message: SlackMessage, workspace: Workspace): Promise<void>;
  /** Takes a message from an event, after those that were missed in the same place. */
  takeEvent(message: SlackMessage, workspace: Workspace): Promise<void>;
  /**
   * Handles an edit of a question that is being answered or waits. Other edits are ignored. Slack reports link
   * previews, reply counts, languages and pins in the same way.
   * @param previous the message before the edit, if Slack sends it
   */
  takeEdit(message: SlackMessage, previous: SlackMessage | undefined, workspace: Workspace): Promise<void>;
  /** @param thread of the deleted message, if Slack names it */
  takeDeletion(workspace: Workspace, channel: string, ts: string, thread: string | undefined): Promise<void>;
  /** Joins the call's thread: messages after that ts are for Parley. */
  join(team: string, call: Caller, ts: string): Promise<void>;
}

export interface IntakeOptions {
  incoming: Incoming;
  answering: Answering;
  queue: TurnQueue;
  records: Records;
  threads: JoinedThreads;
  typed: MessageCommands;
  rate: MessageRate;
  refusals: Refusals;
  rareNotices: RareNotices;
  /** The answer to a mention without a question. */
  help(call: CommandCall): string;
  sayIn(conversation: ConversationId, turn: string, text: string): Promise<void>;
  seen: Missed['seen'];
  whenRead: Missed['whenRead'];
  /** Aborted when Parley stops. */
  shutdown: AbortSignal;
  log: Logger;
}

/** Handled message ids kept in memory, so a redelivery costs no read. */
const MOST_TAKEN = 10_000;

export function createIntake(options: IntakeOptions): Intake {
  const { incoming, answering, queue, records, threads, typed, sayIn, log } = options;
  const lanes = createLanes();
  const announced = createAnnounced({ queue, records, log });
  const taken = new LRUCache<string, true>({ max: MOST_TAKEN });
  /** Messages that people deleted, maybe before they were taken. */
  const deleted = new LRUCache<string, true>({ max: MOST_TAKEN });
  /** Messages that could not be stored when they came. */
  const told = new LRUCache<string, true>({ max: MOST_TAKEN });
  const overtaking = createOvertaking((message, workspace) => void take(message, workspace).catch(() => {}));

  /** Messages of one lane are taken in order, however long it takes to fetch their attachments. */
  function inOrder(
    { team }: Workspace,
    { channel = '', ts, thread_ts: thread }: Pick<SlackMessage, 'channel' | 'ts' | 'thread_ts'>,
    task: () => Promise<void>,
  ): Promise<void> {
    // In a channel a message begins its own thread.
    const begun = isDirect(channel) ? '' : ts;
    return lanes.run(`${team} ${channel} ${thread ?? begun}`, task);
  }

  async function takeNow(message: SlackMessage, workspace: Workspace): Promise<void> {
    const id = idOf(message, workspace);
    // This is the same post in another event, or a redelivery.
    if (taken.has(id) || deleted.has(id)) return;
    const call = await incoming.recognise(message, workspace);
    if (!call) {
      if (incoming.mayFollow(message, workspace)) overtaking.hold(message, workspace);
      return;
    }
    await answer(message, workspace, call, id);
    taken.set(id, true);
    await options.seen(message, workspace.team, call.place.thread);
  }

  async function answer(
    message: SlackMessage,
    workspace: Workspace,
    call: Caller,
    id: string,
  ): Promise<void> {
    const say = (text: string) => sayIn(conversationOf(call.tenant, call.place), `notice-${id}`, text);
    if (call.isAddressed) {
      const text = await incoming.text(message, workspace);
      const command = await typed.run(text, workspace, call, message);
      if (command && command.problem !== undefined) await say(command.problem);
      if (command) return;
    }
    if (call.access !== 'yes') {
      // In a channel where Parley must not answer, it stays silent.
      if (call.access !== 'channel' && call.isAddressed)
        await refuse(message, workspace, { access: call.access, isAdmin: call.isAdmin }, say);
      return;
    }
    const wait = await countMessage(message, workspace, id, timeOf(message.ts));
    if (wait) return wait.isFirst ? await say(tooManyNotice(wait.seconds)) : undefined;
    const unasked = await ask(message, workspace, call);
    if (unasked === 'unreadable') await say(UNREADABLE_NOTICE);
    else if (unasked === 'nothing' && call.isAddressed) await say(options.help(commandCallOf(message, call)));
  }

  /** Says why there is no answer. What its reader can't change is said once an hour, and to a person alone. */
  async function refuse(
    { channel = '', thread_ts: thread, user = '' }: SlackMessage,
    workspace: Workspace,
    { access, isAdmin }: { access: Exclude<Access, 'yes'>; isAdmin: boolean },
    say: (text: string) => Promise<void>,
  ): Promise<void> {
    const by = { tenant: tenantOf(workspace.team), person: user, isAdmin };
    const notice = options.refusals.noticeFor(access, by);
    const isDue = (where: string) => options.rareNotices.isDue(access, `${workspace.team} ${where}`);
    if (access === 'workspace' && !(await isDue(channel))) return;
    if (access === 'person') {
      if (!(await isDue(user))) return;
      if (!isDirect(channel)) return tellAlone({ workspace, channel, thread, asker: user, log }, notice);
    }
    await say(notice);
  }

  const countMessage = (message: SlackMessage, { team }: Workspace, id: string, at: number) => {
    const { user = '', channel = '', thread_ts: thread = '' } = message;
    return options.rate.count(personOf(team, user), { id, at, place: `${channel} ${thread}` });
  };

  /**
   * Queues the question, and shows people meanwhile that it is being read. Returns why there is nothing to
   * answer, if so.
   */
  async function ask(message: SlackMessage, workspace: Workspace, call: Caller) {
    const { channel = '', user = '' } = message;
    const id = idOf(message, workspace);
    const sign = showEarly({
      workspace,
      place: call.place,
      turn: id,
      takesLong: incoming.takesLong(message),
      announce: () => announced.note(id, conversationOf(call.tenant, call.place), user),
    });
    try {
      const asked = await incoming.messageOf(message, workspace, call);
      const isDeleted = deleted.has(id);
      if (typeof asked !== 'string' && !isDeleted)
        return await begin(asked, message.ts, workspace, call, sign);
      await sign.remove();
      await announced.remove(id, workspace, channel);
      return typeof asked === 'string' && !isDeleted ? asked : undefined;
    } catch (error) {
      await sign.remove();
      throw error;
    }
  }

  async function begin(
    asked: Message,
    ts: string,
    { team }: Workspace,
    call: Caller,
    sign: EarlySign,
  ): Promise<undefined> {
    await join(team, call, ts);
    const placeholder = await sign.handOver();
    const outcome = await answering.begin(asked, placeholder === undefined ? {} : { placeholder });
    if (outcome === 'new' || placeholder === undefined) return;
    // Another process may have taken the question too, found the placeholder, and answer in it.
    const { ids = [] } = (await records.read(asked.id)) ?? {};
    if (!ids.includes(placeholder)) await sign.remove();
  }

  async function join(team: string, { place, isDirect: isAlone }: Caller, ts: string): Promise<void> {
    if (!place.thread || isAlone) return;
    await threads.add(`${team} ${place.channel} ${place.thread}`);
    overtaking.joined(team, place.channel, place.thread, ts);
  }

  async function isSameQuestion(
    message: SlackMessage,
    previous: SlackMessage,
    workspace: Workspace,
  ): Promise<boolean> {
    const [now, before] = await Promise.all([
      incoming.askedBy(message, workspace),
      incoming.askedBy(previous, workspace),
    ]);
    return now === before;
  }

  async function editNow(
    message: SlackMessage,
    previous: SlackMessage | undefined,
    workspace: Workspace,
  ): Promise<void> {
    const before = await answering.live(idOf(message, workspace));
    if (!before || (previous && (await isSameQuestion(message, previous, workspace)))) return;
    const call = await incoming.recognise(message, workspace);
    if (call?.access !== 'yes') return;
    const edited = await incoming.messageOf(message, workspace, call);
    if (typeof edited === 'string') return;
    const asked = editOf(before, edited, filesIn(previous ?? message));
    if (!asked) return;
    const wait = await countMessage(message, workspace, `${before.id} ${revisionOf(message)}`, Date.now());
    if (!wait) await answering.restart(asked);
    else if (wait.isFirst)
      await sayIn(before.conversation, `notice-${before.id}-edit`, tooManyNotice(wait.seconds));
  }

  /** Takes a message later: Slack redelivers only after a minute or more, and only a few times. */
  async function takeLater(message: SlackMessage, workspace: Workspace): Promise<void> {
    const place = { channel: message.channel, message: message.ts };
    const wait = async () => {
      await untilStored(() => takeNow(message, workspace), {
        async onAway() {
          log.warn(place, 'message waits for the store');
          await sayLater(message, workspace);
        },
        shutdown: options.shutdown,
      });
    };
    try {
      await inOrder(workspace, message, wait);
    } catch (error) {
      log.error({ ...place, error: whereFrom(error) }, 'message not taken');
    }
  }

  /** Tells a person once who expects an answer, as far as Parley can tell that without the store. */
  async function sayLater(message: SlackMessage, workspace: Workspace): Promise<void> {
    const spot = incoming.spotOf(message, workspace);
    const id = idOf(message, workspace);
    if (!spot || told.has(id)) return;
    told.set(id, true);
    const { team, channel, thread } = spot;
    const place = { channel, ...(thread !== undefined && { thread }) };
    await sayIn(conversationOf(tenantOf(team), place), `later-${id}`, LATER_NOTICE);
  }

  async function take(message: SlackMessage, workspace: Workspace): Promise<void> {
    try {
      await inOrder(workspace, message, () => takeNow(message, workspace));
    } catch (error) {
      const { channel, ts } = message;
      if (error instanceof StoreError) void takeLater(message, workspace);
      else log.error({ channel, message: ts, error: whereFrom(error) }, 'message not taken');
      throw error;
    }
  }

  return {
    take,
    join,

    async takeEvent(message, workspace) {
      await options.whenRead(message, workspace.team);
      await take(message, workspace);
    },

    takeEdit: (message, previous, workspace) =>
      inOrder(workspace, message, () => editNow(message, previous, workspace)),

    async takeDeletion(workspace, channel, ts, thread) {
      answering.messageDeleted(ts);
      const id = messageIdOf(workspace.team, channel, ts);
      deleted.set(id, true);
      await inOrder(workspace, { channel, ts, thread_ts: thread }, async () => {
        await announced.remove(id, workspace, channel);
        const record = await records.read(id);
        if (record) await answering.withdraw(id, record, false);
      });
    },
  };
}

function idOf({ channel = '', ts }: SlackMessage, { team }: Workspace): string {
  return messageIdOf(team, channel, ts);
}

/** Which edit of a message it is; without Slack's mark each is another one. */
function revisionOf({ edited }: SlackMessage): string {
  return stringOf(fieldsOf(edited).ts) || randomUUID();
}

function commandCallOf(
  { user = '', ts }: SlackMessage,
  { tenant, place, isAdmin, access }: Caller,
): CommandCall {
  const conversation = conversationOf(tenant, place);
  const author = { id: user, name: '' };
  const isModerator = isAdmin;
  return {
    tenant,
    conversation,
    author,
    isAdmin,
    isModerator,
    access,
    place: commandPlaceOf(conversation, ts),
  };
}
