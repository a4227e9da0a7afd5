/**
 * Parley on Slack: its events and interactions on the way to the queue, in order, and the answers on the way back. What
 * each of them means is told in the files that are put together here.
 */
import { randomUUID } from 'node:crypto';
import { type AnswerRecord, createRecords } from '../../chat/answer/answer-records.ts';
import { createAnswering } from '../../chat/answer/answering.ts';
import type { Surface } from '../../chat/answer/surface.ts';
import { FIRST_SHOWING } from '../../chat/answer/turn-showings.ts';
import { createForgottenReading } from '../../chat/forgotten.ts';
import { createIncomingFiles } from '../../chat/incoming-files.ts';
import { createJoinedThreads } from '../../chat/joined-threads.ts';
import type { ChatAdapterOptions } from '../../chat/options.ts';
import { createPacer } from '../../chat/pacing/pacing.ts';
import { createRareNotices } from '../../chat/rare-notices.ts';
import type { Adapter } from '../../core/platform.ts';
import { whereFrom } from '../../core/reports/where-from.ts';
import type { ConversationId } from '../../core/types.ts';
import { createStreaming } from './answer/streaming.ts';
import { createSurface } from './answer/surface.ts';
import { tellNotPosted } from './answer/telling.ts';
import { createFileHosts } from './api/file-hosts.ts';
import { bucketOf } from './api/limits.ts';
import { createSlowTeams } from './api/look-ups.ts';
import type { SlackConnection } from './connection/connection.ts';
import {
  channelOf,
  conversationOf,
  isDirect,
  isIn,
  PLATFORM,
  partitionOf,
  teamOf,
  tenantOf,
  threadOf,
} from './ids.ts';
import { createIncoming } from './incoming/incoming.ts';
import { createIntake } from './incoming/intake.ts';
import { createMessageCommands } from './incoming/message-commands.ts';
import { createMissed, tsAt } from './incoming/missed.ts';
import { mountInteractions } from './interactions/interactions.ts';
import { createPrivateQuestions } from './interactions/private-questions.ts';
import { createQuestions } from './interactions/questions.ts';
import { MESSAGE_BYTES, slackDialect, smallPrint } from './markdown/dialect.ts';
import { createPeople } from './reading/people.ts';
import type { SlackMessage } from './reading/slack-message.ts';
import { createUserGroups } from './reading/user-groups.ts';

export interface SlackAdapterOptions extends ChatAdapterOptions {
  connection: SlackConnection;
  /** The Web API's base: files are fetched from Slack's own hosts and from this one. */
  apiUrl: string;
  /** Whether direct messages are answered, so that people can be sent there. */
  directMessages: boolean;
  /** Several processes may answer in the same workspaces. */
  isShared: boolean;
}

export function createSlackAdapter(options: SlackAdapterOptions): Adapter {
  const { connection, transcripts, attachments, settings, notebook, forgetting, queue, log } = options;
  const { admission, rate, refusals, audit, directMessages } = options;
  const { app, workspaces } = connection;
  const pacer = createPacer();
  const streaming = createStreaming();
  const records = createRecords(notebook);
  const threads = createJoinedThreads(notebook);
  const slow = createSlowTeams();
  const people = createPeople(workspaces, { slow, isShared: options.isShared });
  const userGroups = createUserGroups(workspaces, slow);
  const incoming = createIncoming({
    people,
    userGroups,
    threads,
    forgotten: createForgottenReading({ marks: options.marks, idAt: tsAt }),
    files: createIncomingFiles({ attachments, isHost: createFileHosts(options.apiUrl) }),
    settings,
    transcripts,
    admission,
  });
  const answering = createAnswering({
    surfaceOf,
    dialect: slackDialect,
    limit: MESSAGE_BYTES,
    isAppendOnly: true,
    notice: smallPrint,
    isNoticeApart: true,
    records,
    settings,
    transcripts,
    queue,
    forgetting,
    async tellAsker(_, { conversation, asker }, code) {
      const workspace = await workspaces.of(teamOf(conversation));
      const place = { channel: channelOf(conversation), thread: threadOf(conversation) };
      if (workspace) await tellNotPosted({ workspace, ...place, asker, directMessages, log }, code);
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

  function sayIn(conversation: ConversationId, turn: string, text: string): Promise<void> {
    const surface = surfaceOf(turn, { conversation, asker: '', ids: [], run: 0 });
    // It is there at once.
    return answering.say({ ...surface, indicate: () => () => {} }, text);
  }

  const typed = createMessageCommands({
    people,
    queue,
    transcripts,
    runText: (...args) => interactions.runText(...args),
  });
  const intake = createIntake({
    incoming,
    answering,
    queue,
    records,
    threads,
    typed,
    rate,
    refusals,
    rareNotices: createRareNotices(notebook),
    help: options.help,
    sayIn,
    seen: (...args) => missed.seen(...args),
    whenRead: (...args) => missed.whenRead(...args),
    shutdown: options.shutdown,
    log,
  });
  const missed = createMissed({
    connection,
    notebook,
    missedMs: options.missedMs,
    take: intake.take,
    isForgotten: incoming.isForgotten,
    log,
  });
  const privateQuestions = createPrivateQuestions(notebook);
  const questions = createQuestions({
    privateQuestions,
    workspaces,
    people,
    incoming,
    answering,
    rate,
    refusals,
    directMessages,
    async join(team, call, ts) {
      const { channel, thread } = call.place;
      await intake.join(team, call, ts);
      await missed.seen({ channel, ts }, team, thread);
    },
    log,
  });
  const interactions = mountInteractions(app, {
    answering,
    records,
    transcripts,
    queue,
    rate,
    refusals,
    audit,
    commands: options.commands,
    help: options.help,
    isAdmin: people.isAdmin,
    privateOf: privateQuestions.of,
    async isFrom(team, { team: from, user }) {
      const pressedIn = from?.id ?? user.team_id;
      if (pressedIn === undefined || pressedIn === team) return true;
      return pressedIn === (await people.find(team, user.id))?.team;
    },
    announce: (conversation, text) => sayIn(conversation, `announced-${randomUUID()}`, text),
    nameOf: async (team, user) => (await people.find(team, user))?.name ?? '',
    userGroups: userGroups.list,
    async accessOf(conversation, user) {
      const [team, channel] = [teamOf(conversation), channelOf(conversation)];
      const spot = { team, channel, thread: undefined, user, isDirect: isDirect(channel) };
      return (await incoming.callFrom(spot)).access;
    },
    async whereOf(team, channel, thread, user) {
      const spot = { team, channel, thread, user, isDirect: isDirect(channel) };
      const { tenant, place } = await incoming.callFrom(spot);
      return conversationOf(tenant, place);
    },
    onAsk: questions.ask,
    onAskAbout: (shortcut, { team, respond }) => questions.askAbout(shortcut, team, respond),
    log,
  });

  /** The changed or deleted message as it was before, from an event. */
  const previousIn = (event: object) => (event as { previous_message?: SlackMessage }).previous_message;
  const threadIn = (event: object) => previousIn(event)?.thread_ts;

  /** The workspace an event came from; undefined where Parley was removed from it meanwhile. */
  const workspaceOf = (team: string | undefined) => workspaces.of(team ?? '');

  app.event('app_mention', async ({ event, context }) => {
    const workspace = await workspaceOf(context.teamId);
    if (workspace) await intake.takeEvent(event as SlackMessage, workspace);
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
          await intake.takeDeletion(workspace, channel, message.ts, threadIn(event));
        // Not of its own messages, which it edits all the time.
        else if (message.bot_id === undefined) await intake.takeEdit(message, previousIn(event), workspace);
        return;
      }
      case 'message_deleted':
        await intake.takeDeletion(workspace, channel, event.deleted_ts, threadIn(event));
        return;
      default:
        await intake.takeEvent(event as SlackMessage, workspace);
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

  app.event('channel_deleted', ({ event, context }) => forgetChannel(context.teamId, event.channel));
  app.event('group_deleted', ({ event, context }) => forgetChannel(context.teamId, event.channel));

  // A person pressed Slack's own stop button under a stream.
  app.event('agent_session_stopped' as 'message', async ({ event, context }) => {
    const {
      channel = '',
      thread_ts: thread,
      user: person = '',
    } = event as unknown as { channel?: string; thread_ts?: string; user?: string };
    const team = context.teamId ?? '';
    const [tenant, place] = [tenantOf(team), { channel, ...(thread && { thread }) }];
    for (const one of [place, { ...place, person }])
      await typed.stop(conversationOf(tenant, one), team, person);
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
    partition: partitionOf,
    show: answering.show,
  };
}
