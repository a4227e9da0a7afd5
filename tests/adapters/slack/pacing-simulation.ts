/**
 * Simulates what readers see of answers in one Slack workspace, in virtual time. Parley's surface makes calls
 * that count against Slack's tiers.
 */
import pino from 'pino';
import { vi } from 'vitest';
import { createTiers, type Limit } from '../../../lab/counterparts/slack/api/tiers.ts';
import { createStreaming } from '../../../src/adapters/slack/answer/streams/streaming.ts';
import { createSurface } from '../../../src/adapters/slack/answer/surface.ts';
import { bucketOf } from '../../../src/adapters/slack/api/limits.ts';
import { MESSAGE_BYTES, slackDialect } from '../../../src/adapters/slack/markdown/dialect.ts';
import type { Workspace } from '../../../src/adapters/slack/workspaces/workspaces.ts';
import { showAnswer } from '../../../src/chat/answer/showing/show-answer.ts';
import { createDocument } from '../../../src/chat/markdown/document.ts';
import { createPacer } from '../../../src/chat/pacing/pacing.ts';
import { saying, textOf } from '../../chat/show/answers.ts';
import { sleep } from '../../chat/show/fake-platform.ts';

/** Answers that begin at the same moment, each in a thread of its own. */
export interface Wave {
  /** Start, in seconds after the first wave. */
  at?: number;
  answers: number;
  characters: number;
  /** Characters per second and answer. */
  rate?: number;
}

export interface Figures {
  /** Characters written but not shown, averaged over the model's writing time; the mean of all answers. */
  stale: number;
  /** The same for each wave. */
  staleOfWaves: number[];
  /** From the model's first chunk to the first text, seconds; the worst of all answers. */
  first: number;
  /** From the model's end to the whole text, seconds. */
  wholeMean: number;
  wholeMost: number;
  /** Calls that were refused for their rate, by method. */
  refused: Record<string, number>;
  /** Calls that were made, by method. */
  calls: Record<string, number>;
}

const SIZE = 4;
const ROUND_TRIP_MS = 60;
const TEAM = 'T1';
const CHANNEL = 'C1';

export async function simulate(waves: Wave[], limits: Record<string, Limit> = {}): Promise<Figures> {
  const slack = slackOf(limits);
  const pacer = createPacer();
  const streaming = createStreaming();
  const begin = performance.now();
  const answers = waves.flatMap((wave, index) =>
    Array.from({ length: wave.answers }, (_, number) => answerOf(wave, index, number, begin)),
  );
  slack.watch((thread) => {
    const answer = answers.find((one) => one.thread === thread);
    answer?.look(slack.shown(thread));
  });

  async function run(answer: (typeof answers)[number]): Promise<void> {
    await sleep(answer.beginsAt - performance.now());
    const surface = createSurface({
      workspaces: { of: async () => slack.workspace, all: async () => [TEAM], doubt: () => {} },
      streaming,
      bucket: (method) => bucketOf(pacer, method, TEAM, CHANNEL),
      team: TEAM,
      channel: CHANNEL,
      thread: answer.thread,
      turn: answer.thread,
      asker: 'U1',
      askersTeam: async () => TEAM,
      onStopped: () => {},
      known: [],
      isResumed: false,
      isHeld: async () => true,
      files: { known: {}, keep: async () => {}, readMade: async () => undefined },
      log: pino({ level: 'silent' }),
    });
    await showAnswer({
      chunks: saying(answer.text, { size: SIZE, everyMs: answer.everyMs }),
      surface,
      document: createDocument({ limit: MESSAGE_BYTES, dialect: slackDialect, isAppendOnly: true }),
      notice: (text) => text,
      onMessages: () => {},
      abort: () => {},
      isRestarting: () => false,
      log: pino({ level: 'silent' }),
    }).done;
    answer.look(slack.shown(answer.thread));
  }

  let isDone = false;
  const done = Promise.all(answers.map(run)).then(() => {
    isDone = true;
  });
  for (let step = 0; step < 6_000 && !isDone; step++) await vi.advanceTimersByTimeAsync(100);
  await done;
  const whole = answers.map((one) => one.wholeAfter());
  return {
    stale: mean(answers.map((one) => one.stale())),
    staleOfWaves: waves.map((_, index) =>
      mean(answers.filter(({ wave }) => wave === index).map((one) => one.stale())),
    ),
    first: Math.max(...answers.map((one) => one.firstAfter())),
    wholeMean: mean(whole),
    wholeMost: Math.max(...whole),
    refused: slack.refused,
    calls: slack.calls,
  };
}

/** The simulation of one answer. */
function answerOf({ at = 0, characters, rate = 320 }: Wave, wave: number, number: number, begin: number) {
  const beginsAt = begin + at * 1_000;
  const text = textOf(characters);
  const everyMs = (SIZE / rate) * 1_000;
  const endsAt = beginsAt + (Math.ceil(characters / SIZE) - 1) * everyMs;
  const written = (time: number) =>
    Math.min(characters, SIZE * (Math.floor((Math.min(time, endsAt) - beginsAt) / everyMs + 1e-9) + 1));
  let shown = '';
  let lookedAt = beginsAt;
  let area = 0;
  let firstAt = Number.NaN;
  let wholeAt = Number.NaN;
  return {
    wave,
    thread: `${wave}.${number}`,
    text,
    beginsAt,
    everyMs,
    look(now: string) {
      const until = Math.min(performance.now(), endsAt);
      if (until > lookedAt) {
        area += ((written(lookedAt) + written(until)) / 2 - shown.length) * (until - lookedAt);
        lookedAt = until;
      }
      shown = now;
      if (shown !== '' && Number.isNaN(firstAt)) firstAt = performance.now();
      if (bare(shown) === bare(text) && Number.isNaN(wholeAt)) wholeAt = performance.now();
    },
    stale: () => area / (endsAt - beginsAt),
    firstAfter: () => (firstAt - beginsAt) / 1_000,
    wholeAfter: () => (wholeAt - endsAt) / 1_000,
  };
}

interface Said {
  thread_ts?: string;
  ts?: string;
  text?: string;
  chunks?: { text?: string }[];
  blocks?: { type: string; text?: unknown }[];
}

/** Slack's methods for showing answers, counted as the counterpart counts them. */
function slackOf(limits: Record<string, Limit>) {
  const tiers = createTiers(undefined, limits);
  const messages = new Map<string, { thread: string; text: string; isStream: boolean }>();
  const refused: Record<string, number> = {};
  const calls: Record<string, number> = {};
  let made = 0;
  let watcher = (_thread: string) => {};

  const method = (name: string, effect: (said: Said) => { ts?: string }) => async (said: Said) => {
    await sleep(ROUND_TRIP_MS / 2);
    calls[name] = (calls[name] ?? 0) + 1;
    const retryAfter = tiers.take(`chat.${name}`, TEAM, CHANNEL);
    if (retryAfter !== undefined) refused[name] = (refused[name] ?? 0) + 1;
    const result = retryAfter === undefined ? effect(said) : undefined;
    const thread = said.thread_ts ?? messages.get(said.ts ?? '')?.thread;
    if (result && thread !== undefined) watcher(thread);
    await sleep(ROUND_TRIP_MS / 2);
    if (!result) throw Object.assign(new Error('ratelimited'), { retryAfter });
    return { ok: true, ...result };
  };
  const post = ({ thread_ts: thread = '' }: Said, text: string, isStream: boolean) => {
    const ts = String(++made).padStart(6, '0');
    messages.set(ts, { thread, text, isStream });
    return { ts };
  };
  const change = ({ ts = '' }: Said, changed: (text: string) => string) => {
    const message = messages.get(ts);
    if (message) message.text = changed(message.text);
    return { ts };
  };
  const written = ({ text = '', blocks = [] }: Said) =>
    String(blocks.find(({ type }) => type === 'markdown')?.text ?? text);
  const streamed = ({ chunks = [] }: Said) => chunks.map(({ text = '' }) => text).join('');
  const chat = {
    startStream: method('startStream', (said) => post(said, streamed(said), true)),
    appendStream: method('appendStream', (said) => change(said, (text) => text + streamed(said))),
    stopStream: method('stopStream', (said) => change(said, (text) => text + streamed(said))),
    postMessage: method('postMessage', (said) => post(said, written(said), false)),
    update: method('update', (said) => change(said, () => written(said))),
  };
  const edits = { chat, assistant: { threads: { setStatus: async () => ({ ok: true }) } } };
  return {
    workspace: { team: TEAM, botUserId: 'UBOT', botId: 'B1', client: edits, edits } as unknown as Workspace,
    refused,
    calls,
    watch(next: typeof watcher) {
      watcher = next;
    },
    shown: (thread: string) =>
      [...messages.values()].flatMap((one) => (one.thread === thread ? [one.text] : [])).join('\n'),
  };
}

const bare = (text: string) => text.replace(/\s+/g, '');
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
