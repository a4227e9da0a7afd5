/** Slack as the contract for adapters uses it. */

import { startModelServer } from '../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../lab/counterparts/slack/people/message-view.ts';
import { type Slack, startSlack } from '../../lab/counterparts/slack/start.ts';
import { isLive, labels, notices } from '../adapters/slack/said.ts';
import type {
  Person,
  Place,
  Platform,
  PlatformUnderTest,
  Shown,
  StartOptions,
} from '../contracts/adapter/platform.ts';
import { whileStoreIsFull } from './full-store.ts';
import { startRunning } from './running.ts';

export const slackUnderTest: PlatformUnderTest = {
  name: 'Slack',
  messageCharacters: 12_000,
  lacks: { 'Stop for all': 'Slack itself stops a stream for whoever presses its button' },
  start: (options) => startPlatform('allowed', options),
};

/** Answers grow by edits there, under buttons of Parley's own. */
export const slackWithoutStreams: PlatformUnderTest = {
  name: 'Slack without streams',
  messageCharacters: 12_000,
  start: (options) => startPlatform('unknown_method', options),
};

async function startPlatform(streaming: string, { isProgram, env }: StartOptions = {}): Promise<Platform> {
  // Messages that came while Parley was down reach it only by its own reading.
  const slack = await startSlack({ settings: { gap: 'lose', retryDelays: [], streaming } });
  const model = await startModelServer();
  const running = await startRunning(
    {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.url,
      WEB: 'off',
      ...env,
    },
    { model, isProgram },
  );
  const ready = () => slack.waitFor(async () => (await fetch(`${running.url}/readyz`)).ok);
  await ready();
  const admin = slack.user('an-admin', { isAdmin: true });
  const people = new Map<string, Person>();
  const calls = (question: string) => `${slack.mention} ${question}`;
  let places = 0;
  const channel = () => ({ id: slack.addChannel({ name: `place-${places++}` }) });
  const thread = () => {
    const { id } = channel();
    const root = admin.says(id, 'A thread');
    return { id: `${id} ${root}`, root };
  };

  const platform: Platform = {
    model,
    person(name, asWhat) {
      const known = people.get(name) ?? createPerson(slack, name, asWhat);
      people.set(name, known);
      return known;
    },
    bot: (name) => ({
      asks(place, question) {
        const { channel: where, ...options } = whereOf(place);
        return slack.user(name).says(where, calls(question), { ...options, asBot: true });
      },
    }),
    channel,
    lane: thread,
    thread,
    direct: ({ name }) => ({ id: slack.user(name).dmChannel }),
    async shown(place) {
      const { channel: where, threadTs } = whereOf(place);
      return slack.botMessages(where, threadTs).map((message) => shownOf(message, place));
    },
    async files(place) {
      const { channel: where, threadTs } = whereOf(place);
      return slack
        .botMessages(where, threadTs)
        .flatMap(({ files }) => files)
        .map(({ name, alt, size }) => ({ name, alt, size }));
    },
    pings: () => slack.pings,
    alarm: (word) => `${word} <!channel> <!here> ${admin.mention} <!subteam^S0123ABCD> **<!everyone>**`,
    calls,
    twice(task) {
      slack.settings.deliveries = 2;
      task();
      slack.settings.deliveries = 1;
    },
    async set(setting, value) {
      const asked = await admin.runs('/parley', setting);
      const saved = await admin.submits(await asked.opened(), { [setting]: value });
      await slack.waitFor(() => saved.acknowledged);
    },
    removes: async (place) => slack.deleteChannel(whereOf(place).channel),
    removesMessage: ({ id }) => admin.deletes(id),
    async kill() {
      await running.kill();
      // Its connections are closed, so that no event goes there any more.
      slack.socketMode.dropConnections();
    },
    async startAgain() {
      await running.startAgain();
      await ready();
    },
    async storeAway(task) {
      slack.settings.retryDelays = [500, 1_000, 2_000, 2_000];
      await whileStoreIsFull(running.folder, task);
    },
    async [Symbol.asyncDispose]() {
      await running.stop();
      await model.stop();
      await slack.stop();
    },
  };
  return platform;
}

function whereOf({ id }: Place): { channel: string; threadTs?: string } {
  const [channel = '', threadTs] = id.split(' ');
  return { channel, ...(threadTs !== undefined && { threadTs }) };
}

function createPerson(slack: Slack, name: string, role: 'moderator' | undefined): Person {
  const actor = slack.user(name, { isAdmin: role === 'moderator' });
  const textOf = ({ id }: Place, question: string) =>
    id === actor.dmChannel ? question : `${slack.mention} ${question}`;
  const says = (
    place: Place,
    text: string,
    files: { name: string; data: string | Uint8Array<ArrayBuffer> }[] = [],
  ) => {
    const { channel, ...options } = whereOf(place);
    return actor.says(channel, text, { ...options, ...(files.length > 0 && { files }) });
  };
  return {
    name,
    asks: (place, question, { files } = {}) => says(place, textOf(place, question), files),
    says: (place, text) => says(place, text),
    edits: (message, question, place) => actor.edits(message, textOf(place, question)),
    deletes: (message) => actor.deletes(message),
    async presses(message, button) {
      const view = seen.get(message);
      if (button !== 'Stop' || view?.streaming === undefined || labels(view).includes(button))
        return void (await asSeen(slack, message, () => actor.clicks(message.id, button)));
      // Slack's own button, which is there while a stream is.
      const { channelId, threadTs = '' } = view;
      if (slack.message(message.id).streaming === 'in_progress') actor.stopsStream(message.id);
      else actor.stopsSession(channelId, threadTs);
    },
    told: async () => slack.ephemeral(actor.id).map(({ shown }) => shown),
  };
}

/** Blocks below the text of a message. */
const BELOW = new Set(['actions', 'context', 'context_actions', 'divider']);

/** Shown messages, and the view of each. */
const seen = new WeakMap<Shown, MessageView>();

/** Does something with a message as this client last saw it, however it reads by now. */
function asSeen<T>(slack: Slack, message: Shown, act: () => T): T {
  const stored = slack.world.messages.find(({ ts }) => ts === message.id);
  const view = seen.get(message);
  if (!stored || !view) return act();
  const { blocks } = stored;
  stored.blocks = view.blocks;
  try {
    return act();
  } finally {
    stored.blocks = blocks;
  }
}

function shownOf(message: MessageView, place: Place): Shown {
  const own = labels(message);
  const hasText = message.streaming !== undefined || message.blocks.some(({ type }) => !BELOW.has(type));
  const shown: Shown = {
    id: message.ts,
    place,
    text: hasText ? message.shown.trim() : '',
    notice: notices(message).join(' '),
    // Slack's own button under a stream.
    buttons: own.length === 0 && message.streaming === 'in_progress' ? ['Stop'] : own,
    answers: message.threadTs,
    isLive: isLive(message),
  };
  seen.set(shown, structuredClone(message));
  return shown;
}
