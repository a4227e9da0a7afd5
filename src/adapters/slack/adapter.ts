/**
 * Parley on Slack: its events and interactions on the way to the queue, in order, and the answers on the way back. What
 * each of them means is told in the files that are put together here.
 */
import { LRUCache } from 'lru-cache';
import type { CommandCall } from '../../core/commands/command.ts';
import { createLanes } from '../../core/lanes.ts';
import {
  accessNotice,
  LATER_NOTICE,
  NOT_YOUR_BUTTON,
  NOTHING_TO_STOP,
  UNREADABLE_NOTICE,
} from '../../core/notices.ts';
import { type Adapter, StoreError } from '../../core/ports.ts';
import type { ConversationId, Message } from '../../core/types.ts';
import { whereFrom } from '../../core/where-from.ts';
import type { ChatAdapterOptions } from '../chat-adapter.ts';
import { createIncomingFiles } from '../incoming-files.ts';
import { createJoinedThreads } from '../joined-threads.ts';
import { createAnswering, FIRST_SHOWING } from '../reply/answering.ts';
import { createPacer } from '../reply/pacing.ts';
import { type AnswerRecord, createRecords } from '../reply/records.ts';
import type { Surface } from '../reply/surface.ts';
import { untilStored } from '../until-stored.ts';
import type { SlackConnection } from './connection.ts';
import { MESSAGE_BYTES, slackDialect, smallPrint } from './dialect.ts';
import { type EarlySign, showEarly } from './early-sign.ts';
import { editOf } from './edits.ts';
import { type Call, createIncoming } from './incoming.ts';
import { mountInteractions } from './interactions.ts';
import { bucketOf } from './limits.ts';
import { createMissed } from './missed.ts';
import { createPeople } from './people.ts';
import {
  channelOf,
  conversationOf,
  homeOf,
  isDirect,
  isIn,
  messageIdOf,
  PLATFORM,
  teamOf,
  tenantOf,
  threadOf,
} from './place.ts';
import { createQuestions } from './questions.ts';
import type { SlackMessage } from './slack-message.ts';
import { createStreaming } from './streaming.ts';
import { createSurface } from './surface.ts';
import { tellNotPosted } from './telling.ts';
import { readTextCommand } from './typed-command.ts';
import { createUserGroups } from './user-groups.ts';
import { filesIn } from './visible.ts';
import { inSlacksWords } from './wording.ts';
import type { Workspace } from './workspaces.ts';

export interface SlackAdapterOptions extends ChatAdapterOptions {
  connection: SlackConnection;
  /** The Web API's base: files are fetched from Slack's own hosts and from this one. */
  apiUrl: string;
}

/** Where Slack keeps files. */
const FILE_HOSTS = ['files.slack.com', 'slack-files.com'];
/** As many messages are known again without asking the store. */
const MOST_TAKEN = 10_000;

export function createSlackAdapter(options: SlackAdapterOptions): Adapter {
  const { connection, transcripts, attachments, settings, notebook, forgetting, queue, log } = options;
  const { app, workspaces } = connection;
  const pacer = createPacer();
  const streaming = createStreaming();
  const records = createRecords(notebook);
  const threads = createJoinedThreads(notebook);
  const people = createPeople(workspaces);
  const userGroups = createUserGroups(workspaces);
  const lanes = createLanes();
  const fileHosts = new Set([...FILE_HOSTS, new URL(options.apiUrl).hostname]);
  const taken = new LRUCache<string, true>({ max: MOST_TAKEN });
  /** Messages that could not be kept when they came. */
  const told = new LRUCache<string, true>({ max: MOST_TAKEN });
  const incoming = createIncoming({
    people,
    userGroups,
    threads,
    files: createIncomingFiles({ attachments, isHost: (host) => fileHosts.has(host) }),
    settings,
    transcripts,
  });
  const answering = createAnswering({
    surfaceOf,
    dialect: slackDialect,
    limit: MESSAGE_BYTES,
    isAppendOnly: true,
    notice: (text) => smallPrint(inSlacksWords(text)),
    records,
    settings,
    transcripts,
    queue,
    forgetting,
    async tellAsker(_, { conversation, asker }, code) {
      const workspace = await workspaces.of(teamOf(conversation));
      const place = { channel: channelOf(conversation), thread: threadOf(conversation) };
      if (workspace) await tellNotPosted({ workspace, ...place, asker, log }, code);
    },
    platform: 'Slack',
    troubles: options.troubles,
    shutdown: options.shutdown,
    log,
  });

  function surfaceOf(turn: string, record: AnswerRecord, { attempt, isHeld } = FIRST_SHOWING): Surface {
    const { conversation, asker, ids } = record;
    const [team, channel] = [teamOf(conversation), channelOf(conversation)];
    return createSurface({
      workspaces,
      streaming,
      bucket: (method) => bucketOf(pacer, method, team, channel),
      team,
      channel,
      thread: threadOf(conversation),
      turn,
      asker,
      askersTeam: async () => (await people.find(team, asker))?.team ?? team,
      onStopped: () => void guarded('turn not stopped', () => queue.cancel(conversation, turn)),
      known: ids,
      isResumed: attempt > 1,
      isHeld,
      log,
    });
  }

  /** What is answered one after another is taken in its order, whatever it takes to fetch what is attached to it. */
  function inOrder(
    { team }: Workspace,
    { channel = '', ts, thread_ts: thread }: Pick<SlackMessage, 'channel' | 'ts' | 'thread_ts'>,
    task: () => Promise<void>,
  ): Promise<void> {
    // In a channel, a message is the beginning of its own thread.
    const begun = isDirect(channel) ? '' : ts;
    return lanes.run(`${team} ${channel} ${thread ?? begun}`, task);
  }

  /** A message that may be for Parley. It throws where it could not be kept, so that Slack delivers it again. */
  const take = (message: SlackMessage, workspace: Workspace) =>
    inOrder(workspace, message, () => takeNow(message, workspace));

  async function takeNow(message: SlackMessage, workspace: Workspace): Promise<void> {
    const id = messageIdOf(workspace.team, message.channel ?? '', message.ts);
    // The same post in another event, or delivered again.
    if (taken.has(id)) return;
    const call = await incoming.recognise(message, workspace);
    if (!call) return;
    await answer(message, workspace, call, id);
    taken.set(id, true);
    await missed.seen(message, workspace.team, call.place.thread);
  }

  async function answer(message: SlackMessage, workspace: Workspace, call: Call, id: string): Promise<void> {
    if (call.access !== 'yes') {
      // Where it shall not answer at all, it is quiet.
      if (call.access !== 'channel' && call.isAddressed) await say(call, id, accessNotice(call.access));
      return;
    }
    if (call.isAddressed && (await runTextCommand(message, workspace, call, id))) return;
    const sign = showEarly({
      workspace,
      place: call.place,
      takesLong: incoming.takesLong(message),
      isQuiet: async () => (await queue.live(conversationOf(call.tenant, call.place))).length === 0,
    });
    try {
      const asked = await incoming.messageOf(message, workspace, call);
      if (typeof asked !== 'string') {
        await begin(asked, workspace, call, sign);
        return;
      }
      await sign.remove();
      if (asked === 'unreadable') await say(call, id, UNREADABLE_NOTICE);
      else if (call.isAddressed) await say(call, id, options.help(commandCallOf(message, call)));
    } catch (error) {
      await sign.remove();
      throw error;
    }
  }

  async function begin(asked: Message, { team }: Workspace, call: Call, sign: EarlySign): Promise<void> {
    await joinThread(team, call);
    const placeholder = await sign.handOver();
    const outcome = await answering.begin(asked, placeholder === undefined ? {} : { placeholder });
    if (outcome !== 'new') await sign.remove();
  }

  async function joinThread(team: string, { place, isDirect }: Call): Promise<void> {
    if (place.thread && !isDirect) await threads.add(`${team} ${place.channel} ${place.thread}`);
  }

  /** Slash commands do not work in threads: a message that is nothing but such a word does. */
  async function runTextCommand(
    message: SlackMessage,
    workspace: Workspace,
    call: Call,
    id: string,
  ): Promise<boolean> {
    const { team, client } = workspace;
    const command = readTextCommand(await incoming.text(message, workspace));
    if (!command) return false;
    const conversation = conversationOf(call.tenant, call.place);
    if (command === 'stop') {
      const problem = await stop(conversation, team, message.user ?? '');
      if (problem !== undefined) await say(call, id, problem);
      return true;
    }
    const { channel, thread } = call.place;
    const origin = { team, conversation, channel, ...(thread !== undefined && { thread }) };
    await interactions.runText(command, origin, message.user ?? '', client);
    return true;
  }

  /** Stops what somebody asked there themselves, or as an admin everything; what keeps them from it, else. */
  async function stop(conversation: ConversationId, team: string, user: string): Promise<string | undefined> {
    if (await people.isAdmin(team, user))
      return (await queue.cancel(conversation)) ? undefined : NOTHING_TO_STOP;
    const live = await queue.live(conversation);
    const turns = await Promise.all(live.map(({ id }) => transcripts.find(conversation, id)));
    const own = turns.filter((turn) => turn?.message.author.id === user);
    const stopped = await Promise.all(own.map((turn) => turn && queue.cancel(conversation, turn.message.id)));
    if (stopped.includes(true)) return undefined;
    return live.length > own.length ? NOT_YOUR_BUTTON : NOTHING_TO_STOP;
  }

  const say = (call: Call, id: string, text: string) =>
    sayIn(conversationOf(call.tenant, call.place), `notice-${id}`, text);

  function sayIn(conversation: ConversationId, turn: string, text: string): Promise<void> {
    const surface = surfaceOf(turn, { conversation, asker: '', ids: [], run: 0 });
    // It is there at once.
    return answering.say({ ...surface, indicate: () => () => {} }, inSlacksWords(text));
  }

  function commandCallOf(message: SlackMessage, call: Call): CommandCall {
    return {
      tenant: call.tenant,
      conversation: conversationOf(call.tenant, call.place),
      author: { id: message.user ?? '', name: '' },
      isAdmin: call.isAdmin,
    };
  }

  /**
   * An edit of what is being answered, or waits for it; any other is none of Parley's business. Slack tells of link
   * previews, reply counts, languages and pins in the same way.
   * @param previous as it was before, where Slack says
   */
  function takeEdit(
    message: SlackMessage,
    previous: SlackMessage | undefined,
    workspace: Workspace,
  ): Promise<void> {
    return inOrder(workspace, message, async () => {
      if (previous && (await isSameQuestion(message, previous, workspace))) return;
      const before = await answering.live(messageIdOf(workspace.team, message.channel ?? '', message.ts));
      if (!before) return;
      const call = await incoming.recognise(message, workspace);
      if (call?.access !== 'yes') return;
      const edited = await incoming.messageOf(message, workspace, call);
      if (typeof edited === 'string') return;
      const asked = editOf(before, edited, filesIn(previous ?? message));
      if (asked) await answering.restart(asked);
    });
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

  /** @param thread of what was deleted, where Slack says */
  async function takeDeletion(
    workspace: Workspace,
    channel: string,
    ts: string,
    thread: string | undefined,
  ): Promise<void> {
    answering.messageDeleted(ts);
    const id = messageIdOf(workspace.team, channel, ts);
    await inOrder(
      workspace,
      { channel, ts, ...(thread !== undefined && { thread_ts: thread }) },
      async () => {
        const record = await records.read(id);
        if (record) await answering.withdraw(id, record, false);
      },
    );
  }

  const missed = createMissed({
    connection,
    notebook,
    missedMs: options.missedMs,
    take: takeOrLog,
    log,
  });
  const questions = createQuestions({
    workspaces,
    people,
    incoming,
    answering,
    async join(team, call, ts) {
      const { channel, thread } = call.place;
      await joinThread(team, call);
      await missed.seen({ channel, ts }, team, thread);
    },
  });
  const interactions = mountInteractions(app, {
    answering,
    records,
    transcripts,
    queue,
    commands: options.commands,
    help: options.help,
    isAdmin: people.isAdmin,
    nameOf: async (team, user) => (await people.find(team, user))?.name ?? '',
    userGroups: userGroups.list,
    async accessOf(conversation, user) {
      const [team, channel] = [teamOf(conversation), channelOf(conversation)];
      const spot = { team, channel, thread: undefined, user, isDirect: isDirect(channel) };
      return (await incoming.callFrom(spot, true)).access;
    },
    async whereOf(team, channel, thread, user) {
      const spot = { team, channel, thread, user, isDirect: isDirect(channel) };
      const { tenant, place } = await incoming.callFrom(spot, true);
      return conversationOf(tenant, place);
    },
    onAsk: questions.ask,
    onAskAbout: (shortcut, { team, respond }) => questions.askAbout(shortcut, team, respond),
    log,
  });

  /** What an event says was changed or deleted, as it was. */
  const previousIn = (event: object) => (event as { previous_message?: SlackMessage }).previous_message;
  const threadIn = (event: object) => previousIn(event)?.thread_ts;

  /** The workspace an event came from; undefined where Parley was removed from it meanwhile. */
  const workspaceOf = (team: string | undefined) => workspaces.of(team ?? '');

  app.event('app_mention', async ({ event, context }) => {
    const workspace = await workspaceOf(context.teamId);
    if (workspace) await takeEvent(event as SlackMessage, workspace);
  });

  app.event('message', async ({ event, context }) => {
    const workspace = await workspaceOf(context.teamId);
    if (!workspace) return;
    const { channel, channel_type } = event;
    switch (event.subtype) {
      case 'message_changed': {
        const message = { ...(event.message as SlackMessage), channel, channel_type };
        // What has replies is not deleted, but leaves a stone behind.
        if (message.subtype === 'tombstone')
          await takeDeletion(workspace, channel, message.ts, threadIn(event));
        // Not of its own messages, which it edits all the time.
        else if (message.bot_id === undefined) await takeEdit(message, previousIn(event), workspace);
        return;
      }
      case 'message_deleted':
        await takeDeletion(workspace, channel, event.deleted_ts, threadIn(event));
        return;
      default:
        await takeEvent(event as SlackMessage, workspace);
    }
  });

  /** What nobody waits for; its failure is the log's. */
  async function guarded(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      log.error({ error: whereFrom(error) }, what);
    }
  }

  /** What was said in a channel goes with it. */
  async function forgetChannel(team: string | undefined, channel: string): Promise<void> {
    for (const conversation of await transcripts.list(tenantOf(team ?? ''))) {
      if (isIn(conversation, channel)) await forgetting.conversation(conversation);
    }
  }

  /** Slack delivers it again in a minute at the soonest, and a few times only. */
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
    await guarded('message not taken', () => inOrder(workspace, message, wait));
  }

  /** Once, to one who expects an answer, as far as that can be told without the store. */
  async function sayLater(message: SlackMessage, workspace: Workspace): Promise<void> {
    const spot = incoming.spotOf(message, workspace);
    const id = messageIdOf(workspace.team, message.channel ?? '', message.ts);
    if (!spot || told.has(id)) return;
    told.set(id, true);
    const { team, channel, thread } = spot;
    const place = { channel, ...(thread !== undefined && { thread }) };
    await sayIn(conversationOf(tenantOf(team), place), `later-${id}`, LATER_NOTICE);
  }

  /** What comes by itself, behind what was missed in the same place. */
  async function takeEvent(message: SlackMessage, workspace: Workspace): Promise<void> {
    await missed.whenRead(message, workspace.team);
    await takeOrLog(message, workspace);
  }

  /** What throws makes Slack deliver the message again. */
  async function takeOrLog(message: SlackMessage, workspace: Workspace): Promise<void> {
    try {
      await take(message, workspace);
    } catch (error) {
      if (error instanceof StoreError) void takeLater(message, workspace);
      else
        log.error(
          { channel: message.channel, message: message.ts, error: whereFrom(error) },
          'message not taken',
        );
      throw error;
    }
  }

  app.event('channel_deleted', ({ event, context }) => forgetChannel(context.teamId, event.channel));
  app.event('group_deleted', ({ event, context }) => forgetChannel(context.teamId, event.channel));

  // A person pressed Slack's own stop button under a stream.
  app.event('agent_session_stopped' as 'message', async ({ event, context }) => {
    const {
      channel = '',
      thread_ts: thread,
      user: person = '',
    } = event as unknown as { channel?: string; thread_ts?: string; user?: string };
    const [tenant, place] = [tenantOf(context.teamId ?? ''), { channel, ...(thread && { thread }) }];
    await queue.cancel(conversationOf(tenant, place));
    await queue.cancel(conversationOf(tenant, { ...place, person }));
  });

  return {
    name: PLATFORM,
    start: connection.start,
    async stop() {
      await missed.stop();
      await connection.stop();
    },
    whyNotReady: connection.whyNotReady,
    owns: (conversation) => conversation.startsWith(`${PLATFORM}:`),
    home: homeOf,
    show: answering.show,
  };
}
