/** Parley on Slack: puts together the way of events and interactions to the queue, and the way of answers back. */
import { randomUUID } from 'node:crypto';
import { createRecords } from '../../chat/answer/answer-records.ts';
import { createAnswering } from '../../chat/answer/answering.ts';
import { createForgottenReading } from '../../chat/forgotten.ts';
import { createInbox } from '../../chat/inbox/inbox.ts';
import { createSayFromPage } from '../../chat/inbox/say-from-page.ts';
import { createIncomingFiles } from '../../chat/incoming-files.ts';
import { createJoinedThreads } from '../../chat/joined-threads.ts';
import type { ChatAdapterOptions } from '../../chat/options.ts';
import { createRareNotices } from '../../chat/rare-notices.ts';
import type { Adapter, SaidAtPage } from '../../core/platform.ts';
import type { ConversationId } from '../../core/types.ts';
import { createSurfaces } from './answer/surfaces.ts';
import { createTellAdmins } from './answer/tell-admins.ts';
import { tellNotPosted } from './answer/telling.ts';
import { createFileHosts } from './api/file-hosts.ts';
import { createSlowTeams } from './api/look-ups.ts';
import type { SlackConnection } from './connection/connection.ts';
import { mountEvents } from './events.ts';
import { channelOf, conversationOf, isDirect, PLATFORM, personOf, teamOf, threadOf } from './ids.ts';
import { createSlackChat } from './incoming/chat-platform.ts';
import { createDeletions } from './incoming/deletions.ts';
import { threadKey } from './incoming/delivered.ts';
import { createAnnounced } from './incoming/early-sign.ts';
import { createIncoming } from './incoming/incoming.ts';
import { createMessageCommands } from './incoming/message-commands.ts';
import { createMissed, tsAt } from './incoming/missed.ts';
import { mountInteractions } from './interactions/interactions.ts';
import { createPrivateQuestions } from './interactions/private-questions.ts';
import { createQuestions } from './interactions/questions.ts';
import { MESSAGE_BYTES, slackDialect, smallPrint } from './markdown/dialect.ts';
import { createPeople } from './reading/people.ts';
import { createUserGroups } from './reading/user-groups.ts';
import { createPlaceReading } from './summaries/place-reading.ts';

export interface SlackAdapterOptions extends ChatAdapterOptions {
  connection: SlackConnection;
  /** The address of the Web API. Files are fetched from its host and from Slack's own hosts. */
  apiUrl: string;
  /** Whether Parley answers direct messages, so that a sentence may send people there. */
  directMessages: boolean;
  /** Whether several processes may answer in the same workspaces. */
  isShared: boolean;
}

/**
 * Waits before Parley tries again a reply that overtook the mention that begins its thread, ms. Another process may have
 * taken the mention, at once or on redelivery after a minute.
 */
const OVERTAKEN_AGAIN_MS = [2_000, 10_000, 70_000];

export function createSlackAdapter(options: SlackAdapterOptions): Adapter {
  const { connection } = options;
  const base = createBase(options);
  const answers = createAnswers(options, base);
  const typed = createMessageCommands({
    ...options,
    people: base.people,
    runText: (...given) => interactions.runText(...given),
  });
  const { inbox, missed, deletions } = createWayIn(options, { ...base, ...answers, typed });
  const privateQuestions = createPrivateQuestions(options.adapterState);
  const questions = createQuestions({
    ...options,
    ...base,
    answering: answers.answering,
    privateQuestions,
    workspaces: connection.workspaces,
    async join(team, { location: { channel, thread }, isDirect: isAlone }, ts) {
      if (thread && !isAlone) await inbox.join(threadKey(team, channel, thread), ts);
      await missed.seen({ channel, ts }, team, thread);
    },
  });
  const interactions = mountInteractions(connection.app, {
    ...interactionOptions(options, base, answers),
    privateOf: privateQuestions.of,
    onAsk: questions.ask,
    onAskAbout: (shortcut, { team, respond }) => questions.askAbout(shortcut, team, respond),
  });
  mountEvents(options, { inbox, deletions, typed });
  return {
    name: PLATFORM,
    start: connection.start,
    async stop() {
      await missed.stop();
      await connection.stop();
    },
    whyNotReady: connection.whyNotReady,
    show: answers.answering.show,
    sayFromPage: createSayFromPage({
      ...options,
      ...answers,
      callerOf: createPageCallers(connection, base),
      personOf: ({ conversation, author }) => personOf(teamOf(conversation), author),
    }),
    tellAdmins: createTellAdmins(connection.workspaces, options.log),
  };
}

/** The authors of messages that are written at the page. */
function createPageCallers({ workspaces }: SlackConnection, { incoming }: Base) {
  return async ({ conversation, author: user }: SaidAtPage) => {
    const team = teamOf(conversation);
    if (!(await workspaces.of(team))) return undefined;
    const place = { team, channel: channelOf(conversation), thread: threadOf(conversation) };
    return incoming.callFrom({ ...place, user, isDirect: true });
  };
}

type Base = ReturnType<typeof createBase>;
type Answers = ReturnType<typeof createAnswers>;

/** Makes the parts that ask Slack's API, and those that read its messages. */
function createBase(options: SlackAdapterOptions) {
  const { connection, adapterState, isShared } = options;
  const slow = createSlowTeams();
  const people = createPeople(connection.workspaces, { slow, isShared });
  const userGroups = createUserGroups(connection.workspaces, slow);
  const threads = createJoinedThreads(adapterState);
  const forgotten = createForgottenReading({ marks: options.marks, idAt: tsAt });
  const incoming = createIncoming({
    ...options,
    people,
    userGroups,
    threads,
    forgotten,
    files: createIncomingFiles({
      attachments: options.attachments,
      isHost: createFileHosts(options.apiUrl),
    }),
  });
  const { quoteOf } = incoming;
  const readPlaceOf = createPlaceReading({ workspaces: connection.workspaces, forgotten, quoteOf });
  return { people, userGroups, threads, incoming, readPlaceOf };
}

/** The answers, and Parley's own sentences. */
function createAnswers(options: SlackAdapterOptions, base: Base) {
  const { directMessages, log } = options;
  const { workspaces } = options.connection;
  const records = createRecords(options.adapterState);
  const surfaces = createSurfaces({ ...options, workspaces, people: base.people });
  const answering = createAnswering({
    ...options,
    surfaceOf: surfaces.ofAnswer,
    dialect: slackDialect,
    limit: MESSAGE_BYTES,
    isAppendOnly: true,
    notice: smallPrint,
    isNoticeApart: true,
    records,
    async tellAsker(_, { conversation, asker }, code) {
      const workspace = await workspaces.of(teamOf(conversation));
      const place = { channel: channelOf(conversation), thread: threadOf(conversation) };
      if (workspace) await tellNotPosted({ workspace, ...place, asker, directMessages, log }, code);
    },
    platform: 'Slack',
  });
  return {
    records,
    surfaces,
    answering,
    sayIn(conversation: ConversationId, turn: string, text: string): Promise<void> {
      const surface = surfaces.ofAnswer(turn, { conversation, asker: '', ids: [], round: 0 });
      // The sentence is there at once, and needs no sign that it is coming.
      return answering.say({ ...surface, indicate: () => () => {} }, text);
    },
  };
}

/** The way of messages from Slack to the queue. */
function createWayIn(
  options: SlackAdapterOptions,
  parts: Base & Answers & { typed: ReturnType<typeof createMessageCommands> },
) {
  const announced = createAnnounced({ ...options, ...parts });
  const deletions = createDeletions({ ...parts, announced });
  const inbox = createInbox({
    ...options,
    ...parts,
    platform: createSlackChat({ ...options, ...parts, announced, deletions, missed: () => missed }),
    rareNotices: createRareNotices(options.adapterState),
    overtaking: { againMs: OVERTAKEN_AGAIN_MS },
  });
  const missed = createMissed({
    ...options,
    take: (message, workspace) => inbox.takeMissed({ message, workspace }),
  });
  return { deletions, inbox, missed };
}

function interactionOptions(
  options: SlackAdapterOptions,
  { people, incoming, userGroups, readPlaceOf }: Base,
  { answering, records, surfaces, sayIn }: Answers,
) {
  const callerIn = (team: string, channel: string, user: string) =>
    incoming.callFrom({ team, channel, thread: undefined, user, isDirect: isDirect(channel) });
  const callerOf = (conversation: ConversationId, user: string) =>
    callerIn(teamOf(conversation), channelOf(conversation), user);
  return {
    ...options,
    answering,
    records,
    pressedSurface: surfaces.ofPressed,
    readPlaceOf,
    isAdmin: people.isAdmin,
    async isFrom(
      team: string,
      { team: from, user }: { team: { id: string } | null; user: { id: string; team_id?: string } },
    ) {
      const pressedIn = from?.id ?? user.team_id;
      if (pressedIn === undefined || pressedIn === team) return true;
      return pressedIn === (await people.find(team, user.id))?.team;
    },
    announce: (conversation: ConversationId, text: string) =>
      sayIn(conversation, `announced-${randomUUID()}`, text),
    nameOf: async (team: string, user: string) => (await people.find(team, user))?.name ?? '',
    userGroups: userGroups.list,
    callerOf,
    async whereOf(team: string, channel: string, user: string) {
      const { tenant, location } = await callerIn(team, channel, user);
      return conversationOf(tenant, location);
    },
  };
}
