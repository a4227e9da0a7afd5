/** Decides about a message: Parley refuses it, asks for patience, helps, or hands it to the queue as a question. */
import type { Access } from '../../core/access/access.ts';
import { limitWithin, type MessageRate } from '../../core/access/message-rate.ts';
import type { Refusals } from '../../core/access/refusals.ts';
import type { SpendingDoor } from '../../core/access/spending-door.ts';
import { en } from '../../core/sentences/en.ts';
import { readerByRights } from '../../core/types.ts';
import type { Answering } from '../answer/answering.ts';
import type { JoinedThreads } from '../joined-threads.ts';
import type { RareNotices } from '../rare-notices.ts';
import type { ChatCaller } from './caller.ts';
import type { AskOutcome, ChatPlatform, OpenQuestion } from './chat-platform.ts';
import { createOvertaking, type OvertakingOptions } from './overtaking.ts';

export interface DecisionOptions<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object> {
  platform: ChatPlatform<Raw, Caller, Edit>;
  answering: Pick<Answering, 'begin' | 'live' | 'restart'>;
  threads: JoinedThreads;
  rate: MessageRate;
  refusals: Refusals;
  spendingDoor: SpendingDoor;
  rareNotices: RareNotices;
  /** How to keep messages that overtake the one by which Parley joins their thread. */
  overtaking: Omit<OvertakingOptions<Raw>, 'takeAgain'>;
  takeAgain(raw: Raw): void;
}

export interface Decisions<Raw, Caller, Edit> {
  /** Deals with a message; returns its caller, or undefined where it is not for Parley. @throws StoreError */
  take(raw: Raw): Promise<Caller | undefined>;
  /** Applies an edit to a question that waits or is being answered. @throws StoreError */
  edit(edit: Edit): Promise<void>;
  /** Joins a thread since the message with that id. @throws StoreError */
  join(thread: string, since: string): Promise<void>;
}

export function createDecisions<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>(
  options: DecisionOptions<Raw, Caller, Edit>,
): Decisions<Raw, Caller, Edit> {
  const { platform, answering, threads } = options;
  const overtaking = createOvertaking({ ...options.overtaking, takeAgain: options.takeAgain });
  const { refuse, mustWait, hasSpent } = createGate(options);

  async function join(thread: string, since: string): Promise<void> {
    await threads.add(thread, since);
    overtaking.joined(thread, since);
  }

  const answer = createAnswer(options, join);

  async function handle(raw: Raw, caller: Caller): Promise<void> {
    if (await platform.handle(raw, caller)) return;
    if (caller.access !== 'yes') return refuse(raw, caller, caller.access);
    if (await mustWait(raw, caller, platform.idOf(raw), platform.senderOf(raw).at)) return;
    if (await hasSpent(raw, caller)) return;
    const answered = answer(raw, caller);
    const thread = platform.threadBegunBy(raw);
    if (thread !== undefined) threads.joining(thread, answered);
    await answered;
  }

  return {
    join,

    async take(raw) {
      const caller = await platform.callerOf(raw);
      if (caller) await handle(raw, caller);
      else {
        const thread = platform.leave(raw);
        if (thread !== undefined) overtaking.hold(thread, platform.orderOf(raw), raw);
      }
      return caller;
    },

    async edit(edit) {
      const changed = await platform.edits.changed(edit, () => answering.live(platform.idOf(edit)));
      if (!changed) return;
      const { now, before } = changed;
      const caller = await platform.callerOf(now);
      if (caller?.access !== 'yes') return;
      const question = await platform.edits.questionOf(now, caller, before);
      if (!question) return;
      const { id, conversation, lane } = before;
      const revision = `${id} ${platform.edits.revisionOf(now)}`;
      if (await mustWait(now, caller, revision, Date.now(), conversation)) return;
      await answering.restart({ ...question, conversation, lane });
    },
  };
}

/** Reads a question, and hands it to the queue. */
function createAnswer<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>(
  { platform, answering }: DecisionOptions<Raw, Caller, Edit>,
  join: Decisions<Raw, Caller, Edit>['join'],
) {
  async function begin(raw: Raw, { settings }: Caller, open: OpenQuestion): Promise<AskOutcome> {
    const id = platform.idOf(raw);
    const question = await open.read();
    if (await platform.deletions.isGone(id)) return 'gone';
    if (typeof question === 'string') return question;
    if (open.joins !== undefined) await join(open.joins, platform.orderOf(raw));
    const outcome = await answering.begin(question, { ...(await open.destination()), settings });
    // It was deleted while it was being stored.
    if (await platform.deletions.isGone(id)) await platform.deletions.withdraw(id);
    return outcome;
  }

  return async (raw: Raw, caller: Caller): Promise<void> => {
    const open = await platform.open(raw, caller);
    let outcome: AskOutcome = 'failed';
    try {
      outcome = await begin(raw, caller, open);
    } finally {
      await open.close(outcome);
    }
    if (outcome === 'unreadable') await platform.say(raw, en.notices.unreadable);
    if (outcome === 'nothing' && caller.isAddressed) await platform.say(raw, platform.help(raw, caller));
  };
}

/** Keeps out people who may not ask, or who ask too often. */
function createGate<Raw extends Edit, Caller extends ChatCaller<unknown>, Edit extends object>({
  platform,
  rate,
  refusals,
  rareNotices,
  spendingDoor,
}: DecisionOptions<Raw, Caller, Edit>) {
  return {
    /** Says why there is no answer. A reason that its reader can't change is said once an hour, and to a person alone. */
    async refuse(raw: Raw, caller: Caller, access: Exclude<Access, 'yes'>): Promise<void> {
      // Parley stays silent in a channel where it must not answer.
      if (access === 'channel' || !caller.isAddressed) return;
      const { id, noticed, isDirect } = platform.senderOf(raw);
      const by = { tenant: caller.tenant, person: id, isAdmin: caller.isAdmin };
      const notice = refusals.noticeFor(access, by);
      const isOfSpace = access === 'server' || access === 'workspace';
      if (isOfSpace && !(await rareNotices.isDue(access, noticed.channel))) return;
      if (access === 'person') {
        if (!(await rareNotices.isDue(access, noticed.person))) return;
        if (!isDirect) return platform.tellAlone(raw, notice);
      }
      await platform.say(raw, notice);
    },

    /** Whether the person sent too many messages. They are told once in each place, until they are answered again. */
    async mustWait(
      raw: Raw,
      { tenant, settings }: Caller,
      id: string,
      at: number,
      conversation?: string,
    ): Promise<boolean> {
      const { person, place } = platform.senderOf(raw);
      const wait = await rate.count(person, { id, at, place, ...limitWithin(tenant, settings) });
      if (wait?.isFirst) await platform.say(raw, en.notices.tooManyAMinute(wait.seconds), conversation);
      return wait !== undefined;
    },

    /** Whether a limit of money refuses the question. The person is told so each time. */
    async hasSpent(raw: Raw, { tenant, settings, namedRoles: roles, ...rights }: Caller): Promise<boolean> {
      const { id: author, person, text } = platform.senderOf(raw);
      const reader = readerByRights(rights);
      const asking = { tenant, person, roles, author, settings, reader, text };
      const notice = await spendingDoor.refusalOf(asking);
      if (notice !== undefined) await platform.tellPrivately(raw, notice);
      return notice !== undefined;
    },
  };
}
