/** Processes, people and a store, to which anything may happen; and what must hold of them all the time and in the end. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BegunAttempt,
  type QueueProcess,
  startQueueProcess,
} from '../../../lab/counterparts/queue-process.ts';
import { HANGS_MS } from '../../../lab/counterparts/wait-for.ts';
import { StoreError } from '../../../src/core/errors.ts';
import type { WhenBusy } from '../../../src/core/settings.ts';
import type { Message } from '../../../src/core/types.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { messageOf } from '../../fixtures.ts';
import type { Ground } from './stage.ts';

export interface World {
  said: Said[];
  /** Promises that were broken. */
  problems: string[];
  /** For the account of what happened, which a problem comes with. */
  note(event: string): void;
  /** @param what.late of so many messages that were said before, it was said earlier than they */
  accept(what: {
    process: number;
    place: number;
    author: string;
    whenBusy: WhenBusy;
    late: number;
  }): Promise<void>;
  redeliver(process: number, message: number): Promise<void>;
  cancel(process: number, message: number): Promise<void>;
  edit(process: number, message: number): Promise<void>;
  retry(process: number, message: number): Promise<void>;
  /** An attempt that runs keeps its answer and ends. */
  finish(attempt: number): Promise<void>;
  /** It keeps its answer, and goes on showing it. */
  keepOnly(attempt: number): Promise<void>;
  breakOff(attempt: number): Promise<void>;
  kill(process: number): Promise<void>;
  stop(process: number): Promise<void>;
  start(): Promise<void>;
  pause(process: number): Promise<void>;
  resume(process: number): Promise<void>;
  fail(process: number): Promise<void>;
  failAfter(process: number): Promise<void>;
  mend(process: number): Promise<void>;
  forget(place: number): Promise<void>;
  /** All that fails or is held up goes on, and all turns end; then it is seen what has become of each message. */
  quiet(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A message, as its person knows it. */
interface Said {
  message: Message;
  /** The order in which messages were surely accepted; undefined if it is open. */
  order?: number;
  isAccepted: boolean;
  isForgotten: boolean;
  /** It was on its way when its conversation was forgotten. */
  mayBeForgotten: boolean;
  /** Texts that the message may have now; texts that were surely replaced are out. */
  texts: { text: string; isSettled: boolean }[];
  /** How often it was asked to be answered again or anew. */
  changes: number;
  /** So many of them may still be under way. */
  underWay: number;
  /** So many of them were asked when an answer was kept; undefined: none was. */
  changesWhenKept?: number;
  hasBegun: boolean;
  lastAnswer: string;
  /** It was stopped before it was begun. */
  isStopped: boolean;
  whenBusy: WhenBusy;
}

interface Begun {
  attempt: BegunAttempt;
  process: QueueProcess;
  said: Said;
  lane: string;
  /** When it was begun, which may have been heard of later. */
  wasHeld: Promise<boolean>;
}

/** A process is dead after 0.18 s. */
const PACE = 0.03;
/** How long a person waits for what they asked for. */
const PATIENCE_MS = 15;
const MOST_PROCESSES = 3;
const MOST_ATTEMPTS = 3;
const MOST_CLOSINGS = 20;

/** Two conversations of one partition and one of another; the first has two lanes. */
const PLACES = [
  { conversation: 'test:a:1', lane: 'test:a:1' },
  { conversation: 'test:a:1', lane: 'test:a:1:ada' },
  { conversation: 'test:a:2', lane: 'test:a:2' },
  { conversation: 'test:b:1', lane: 'test:b:1' },
];
const partitionOf = (conversation: string) => conversation.slice(0, 'test:a'.length);

export async function openWorld(ground: Ground, isShared: boolean): Promise<World> {
  const store = await ground.connect();
  const transcripts = createTranscripts(store);
  const said: Said[] = [];
  const begun: Begun[] = [];
  const problems: string[] = [];
  const account: string[] = [];
  const everStarted: QueueProcess[] = [];
  const dead = new Set<QueueProcess>();
  /** Calls that processes have not answered yet. */
  const unanswered = new Set<{ process: QueueProcess }>();
  let alive: QueueProcess[] = [];
  let orders = 0;
  let answers = 0;
  let isEnding = false;
  const problem = (what: string) => problems.push(`${what}\n  ${account.join('\n  ')}`);
  const note = (event: string) => account.push(event);
  const pick = <T>(from: T[], n: number) => from[n % from.length];
  const nameOf = (process: QueueProcess) => `p${everStarted.indexOf(process)}`;
  const running = () => begun.filter(({ attempt, process }) => !attempt.isOver && !dead.has(process));

  async function start(): Promise<void> {
    if (alive.length >= (isShared ? MOST_PROCESSES : 1)) return;
    const process: QueueProcess = startQueueProcess(await ground.connect(), {
      pace: PACE,
      partitionOf,
      onBegun: (attempt) => hasBegun(process, attempt),
    });
    everStarted.push(process);
    alive.push(process);
    note(`p${everStarted.length - 1} started`);
    await within(process, process.queue.recover());
  }

  function hasBegun(process: QueueProcess, attempt: BegunAttempt): void {
    const { message, given } = attempt;
    const one = said.find(
      ({ message: { id, conversation } }) => id === message.id && conversation === message.conversation,
    );
    const what = `${nameOf(process)}: ${message.id} attempt ${given.number} ${given.mode}`;
    note(`${what}${given.signal.aborted ? ' stopped' : ''}`);
    if (!one) return void problem(`${what}: never said`);
    const lane = `${message.conversation}|${message.lane}`;
    const mostly = given.mode === 'show' || (given.mode === 'close') === given.number > MOST_ATTEMPTS;
    if (!mostly || given.number > MOST_ATTEMPTS + MOST_CLOSINGS) problem(`${what}: tried too often`);
    if (given.mode === 'answer' && one.changesWhenKept === one.changes) problem(`${what}: answered twice`);
    if (one.isForgotten && !isShared) problem(`${what}: forgotten`);
    // It may have been begun before that, by a process that was held up then.
    const isStoppedFirst = !isShared && one.isStopped && one.changes === 0 && !one.hasBegun;
    if (isStoppedFirst && !given.signal.aborted) problem(`${what}: was stopped before`);
    if (!one.hasBegun && one.order !== undefined) {
      const later = begun.find(
        (other) =>
          other.lane === lane &&
          other.said.changes === 0 &&
          !other.said.isForgotten &&
          other.said.message.at >= message.at &&
          (other.said.order ?? 0) > (one.order ?? 0),
      );
      if (later && !one.isForgotten) problem(`${what}: after ${later.said.message.id}`);
    }
    for (const other of running()) {
      if (other.lane !== lane || other.attempt === attempt) continue;
      const whose = `${what}: while ${nameOf(other.process)} answers ${other.said.message.id}`;
      if (!isShared) problem(whose);
      void Promise.all([other.attempt, attempt].map((each) => each.given.isHeld())).then((areHeld) => {
        const isAlive = ![other.process, process].some((each) => dead.has(each));
        if (areHeld.every(Boolean) && isAlive && !other.attempt.isOver && !attempt.isOver) problem(whose);
      });
    }
    one.hasBegun = true;
    begun.push({ attempt, process, said: one, lane, wasHeld: given.isHeld() });
    attempt.text = `draft of ${message.text}`;
    if (isEnding) void finish(begun.length - 1, begun);
  }

  /** Waits for a process to answer a call; undefined if the answer does not come. */
  async function within<T>(process: QueueProcess, asked: Promise<T>): Promise<T | undefined> {
    const one = { process };
    unanswered.add(one);
    const answer = asked
      .catch((error) => {
        if (!(error instanceof StoreError)) throw error;
        return undefined;
      })
      .finally(() => unanswered.delete(one));
    return Promise.race([answer, sleep(PATIENCE_MS, undefined)]);
  }

  async function accept(process: QueueProcess, one: Said): Promise<void> {
    const before = one.isAccepted;
    const asked = process.queue.accept(one.message, one.whenBusy).then((result) => {
      if (result === 'full') problem(`${one.message.id}: full`);
      if (before && result !== 'seen') problem(`${one.message.id}: accepted twice`);
      one.isAccepted = true;
      return result;
    });
    const result = await within(process, asked);
    if (result === 'new') one.order ??= ++orders;
  }

  function changing<T>(one: Said, asked: Promise<T>): Promise<T> {
    one.changes++;
    one.underWay++;
    return asked.finally(() => one.underWay--);
  }

  async function keep({ attempt, said: one, process, lane }: Begun): Promise<void> {
    const { changes, underWay } = one;
    const text = `answer to ${attempt.message.text} by ${nameOf(process)} (${++answers})`;
    one.lastAnswer = text;
    const here = begun.findIndex((other) => other.attempt === attempt);
    const later = begun.slice(here + 1).filter((other) => other.lane === lane);
    const kept = (async () => {
      const isLate = (await Promise.all(later.map(({ wasHeld }) => wasHeld))).some(Boolean);
      const isTaken = await attempt.keep(text);
      const isKept =
        (await transcripts.find(attempt.message.conversation, attempt.message.id))?.answer === text;
      if (isKept && isLate) problem(`${attempt.message.id}: ${nameOf(process)} kept what is another's`);
      if (isKept && underWay === 0) one.changesWhenKept = changes;
      if (isKept || !isTaken || !(await attempt.given.isHeld())) return;
      // Another may be on its way.
      const isWanted =
        one.lastAnswer === text && one.changes === 0 && !one.isForgotten && !one.mayBeForgotten;
      if (isWanted && !attempt.given.signal.aborted) problem(`${attempt.message.id}: kept in vain`);
    })();
    await within(process, kept);
  }

  async function finish(n: number, of = running()): Promise<void> {
    const one = pick(of, n);
    if (!one) return;
    if (one.attempt.given.mode !== 'show') await keep(one);
    one.attempt.end();
  }

  const asking = (n: number, message: number) => {
    const process = pick(alive, n);
    const one = pick(said, message);
    return process && one && { process, one, queue: process.queue, conversation: one.message.conversation };
  };
  /** From now on nothing of it counts. */
  const gone = (process: QueueProcess) => {
    alive = alive.filter((one) => one !== process);
    dead.add(process);
  };

  return {
    said,
    problems,
    note,
    async accept({ process: n, place, author, whenBusy, late }) {
      const process = pick(alive, n);
      if (!process) return;
      const id = `m${said.length}`;
      const text = `<${id}>`;
      const message = messageOf(id, text, {
        ...pick(PLACES, place),
        author: { id: author, name: '' },
        at: said.length - late,
      });
      const one: Said = {
        message,
        isAccepted: false,
        isForgotten: false,
        mayBeForgotten: false,
        texts: [{ text, isSettled: true }],
        changes: 0,
        underWay: 0,
        hasBegun: false,
        lastAnswer: '',
        isStopped: false,
        whenBusy,
      };
      said.push(one);
      await accept(process, one);
    },
    async redeliver(n, message) {
      const { process, one } = asking(n, message) ?? {};
      if (process && one) await accept(process, one);
    },
    async cancel(n, message) {
      const { process, one, queue, conversation } = asking(n, message) ?? {};
      if (!process || !one || !queue || !conversation) return;
      const isBefore = !one.hasBegun;
      const isFound = await within(process, queue.cancel(conversation, one.message.id));
      if (isFound && isBefore && !one.hasBegun) one.isStopped = true;
    },
    async edit(n, message) {
      const { process, one, queue } = asking(n, message) ?? {};
      if (!process || !one || !queue) return;
      const edit = { text: `<${one.message.id} edited ${one.changes}>`, isSettled: false };
      const before = one.texts.filter(({ isSettled }) => isSettled);
      one.texts.push(edit);
      const asked = queue.restart({ ...one.message, text: edit.text }).then((isDone) => {
        edit.isSettled = true;
        one.texts = one.texts.filter((other) => (isDone ? !before.includes(other) : other !== edit));
      });
      await within(process, changing(one, asked));
    },
    async retry(n, message) {
      const { process, one, queue, conversation } = asking(n, message) ?? {};
      if (!process || !one || !queue || !conversation) return;
      await within(process, changing(one, queue.retry(conversation, one.message.id)));
    },
    finish,
    async keepOnly(n) {
      const one = pick(running(), n);
      if (one && one.attempt.given.mode !== 'show') await keep(one);
    },
    async breakOff(n) {
      pick(running(), n)?.attempt.fail();
    },
    async kill(n) {
      const process = pick(alive, n);
      if (!process) return;
      note(`${nameOf(process)} killed`);
      process.kill();
      gone(process);
    },
    async stop(n) {
      const process = pick(alive, n);
      if (!process) return;
      note(`${nameOf(process)} stops`);
      alive = alive.filter((one) => one !== process);
      const stopped = process.stop(20).then(() => gone(process));
      // On one machine the next starts once this one has stopped, or was killed after this time.
      if (isShared) return;
      await Promise.race([stopped, sleep(15_000)]);
      process.kill();
    },
    start,
    async pause(n) {
      pick(alive, n)?.store.pause();
    },
    async resume(n) {
      pick(alive, n)?.store.resume();
    },
    async fail(n) {
      pick(alive, n)?.store.fail();
    },
    async failAfter(n) {
      pick(alive, n)?.store.fail('after');
    },
    async mend(n) {
      pick(alive, n)?.store.mend();
    },
    async forget(place) {
      const process = alive[0];
      const { conversation } = pick(PLACES, place) ?? {};
      if (!process || !conversation) return;
      const isAsked = await within(process, process.queue.cancel(conversation));
      if (isAsked === undefined) return;
      const all = said.filter(({ message }) => message.conversation === conversation);
      for (const one of all) if (!one.isAccepted) one.mayBeForgotten = true;
      const accepted = all.filter(({ isAccepted }) => isAccepted);
      await transcripts.forget(conversation);
      for (const one of accepted) one.isForgotten = true;
    },
    async quiet() {
      note('in the end');
      isEnding = true;
      for (const process of everStarted) {
        process.store.mend();
        process.store.resume();
      }
      await start();
      for (const one of running()) void finish(0, [one]);
      const end = performance.now() + HANGS_MS;
      for (;;) {
        const isAsked = [...unanswered].some(({ process }) => !dead.has(process));
        const left = [...(await store.keys('lane|')), ...(await store.keys('draft|'))];
        if (left.length === 0 && !isAsked) break;
        if (performance.now() > end)
          return void problem(`left: ${JSON.stringify(await store.readMany(left))}`);
        await sleep(10);
      }
      const isSetAside = everStarted.some(({ logged }) =>
        logged.some(({ msg }) => msg.startsWith('turn set aside')),
      );
      for (const { message, isAccepted, isForgotten, mayBeForgotten, texts } of said) {
        if (!isAccepted || (mayBeForgotten && !isForgotten)) continue;
        const { turns } = await transcripts.read(message.conversation, { limit: 1_000 });
        const turn = turns.find((one) => one.message.id === message.id);
        if (isForgotten) {
          if (turn) problem(`${message.id}: not forgotten`);
          continue;
        }
        if (!turn) {
          const isJoined = turns.some(({ message: { text } }) =>
            texts.some((one) => text.includes(one.text)),
          );
          if (!isJoined) problem(`${message.id}: lost`);
          continue;
        }
        if (turn.end === null && !isSetAside) problem(`${message.id}: not answered`);
        if (!texts.some(({ text }) => turn.message.text.endsWith(text)))
          problem(`${message.id}: reads ${turn.message.text}, not ${JSON.stringify(texts)}`);
        if (turn.end === 'stop' && !turn.answer.startsWith(`answer to ${turn.message.text} by`))
          problem(`${message.id}: ${turn.message.text} has the ${turn.answer}`);
      }
    },
    async [Symbol.asyncDispose]() {
      for (const process of everStarted) process.kill();
      await ground.close();
    },
  };
}
