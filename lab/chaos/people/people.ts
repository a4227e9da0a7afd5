/** People, who say the messages of the plan on the platforms and the page. */
import { randomUUID } from 'node:crypto';
import type { Discord } from '../../counterparts/discord/start.ts';
import type { EventRecord } from '../../counterparts/slack/context.ts';
import type { Slack } from '../../counterparts/slack/start.ts';
import { DISCORD_CHANNELS, DISCORD_THREADS, type Say } from '../plan/cast.ts';
import type { Balancer } from '../processes/balancer.ts';
import type { Browser, PageTurn } from './browser.ts';

/** A message that a person said. Times are by `performance.now()`. */
export interface Turn extends Say {
  /** The platform's id: a snowflake on Discord, a ts on Slack, a UUID on the page. */
  id: string;
  saidAt: number;
  /** When Parley acknowledged the message; undefined before that, and always on Discord. */
  acceptedAt: number | undefined;
  /** The channel, on Discord and Slack. */
  channel?: string;
  /** The turn as the page shows it, on the page. */
  page?: PageTurn;
}

export interface People {
  say(say: Say): void;
  /** All messages in the order in which people said them. */
  turns: Turn[];
  stop(): void;
}

export interface PeopleOptions {
  discord: Discord;
  slack: Slack;
  /** Browsers, by person. */
  browsers: ReadonlyMap<string, Browser>;
  balancer: Balancer;
}

const LOOK_EVERY_MS = 25;

/** Makes Discord's channels and threads that exist from the start. */
export function furnish(discord: Discord): void {
  for (const name of DISCORD_CHANNELS) {
    if (![...discord.world.channels.values()].some((one) => one.name === name)) discord.addChannel(name);
  }
  for (const name of DISCORD_THREADS) discord.user('ada').startsThread(discord.channel('general'), name);
}

export function createPeople(options: PeopleOptions): People {
  const turns: Turn[] = [];
  const sayOnSlack = createSlackTalk(options);
  let unaccepted: { turn: Turn; events: EventRecord[] }[] = [];

  const watching = setInterval(() => {
    unaccepted = unaccepted.filter(({ turn, events }) => {
      if (!events.some(({ acknowledged }) => acknowledged)) return true;
      turn.acceptedAt = performance.now();
      return false;
    });
  }, LOOK_EVERY_MS);

  return {
    turns,
    say(say) {
      const saidAt = performance.now();
      switch (say.place.platform) {
        case 'discord':
          turns.push({ ...say, saidAt, acceptedAt: undefined, ...sayOnDiscord(options, say) });
          return;
        case 'slack': {
          const { events, ...rest } = sayOnSlack(say);
          const turn: Turn = { ...say, saidAt, acceptedAt: undefined, ...rest };
          turns.push(turn);
          unaccepted.push({ turn, events });
          return;
        }
        case 'page':
          turns.push(sayOnPage(options, say, saidAt));
      }
    },
    stop: () => clearInterval(watching),
  };
}

function sayOnDiscord({ discord }: PeopleOptions, say: Say): { id: string; channel: string } {
  const actor = discord.user(say.person);
  const { place } = say;
  const channel = 'name' in place ? discord.channel(place.name) : actor.dmChannel;
  if (say.isDuplicated) discord.gateway.duplicateNext(1);
  return { id: actor.says(channel, `<@${discord.botId}> ${question(say)}`), channel };
}

function createSlackTalk({ slack, balancer }: PeopleOptions) {
  /** The ts of each thread's first message, by name. */
  const threads = new Map<string, string>();
  return (say: Say): { id: string; channel: string; events: EventRecord[] } => {
    const actor = slack.user(say.person);
    const { place } = say;
    const before = slack.events.length;
    const { deliveries } = slack.settings;
    if (say.isDuplicated) slack.settings.deliveries = 2;
    if (say.isLost) balancer.loseAnswers(1);
    const thread = 'name' in place ? threads.get(place.name) : undefined;
    const channel = 'channel' in place ? slack.channel(place.channel) : actor.dmChannel;
    const isCalled = thread !== undefined && slack.botMessages(channel, thread).length > 0;
    // After Parley joins a thread, every other message there does not mention Parley.
    const text =
      'name' in place && !(isCalled && say.turn % 2 === 0)
        ? `${slack.mention} ${question(say)}`
        : question(say);
    const id = actor.says(channel, text, thread === undefined ? {} : { threadTs: thread });
    if ('name' in place && thread === undefined) threads.set(place.name, id);
    slack.settings.deliveries = deliveries;
    return { id, channel, events: slack.events.slice(before) };
  };
}

function sayOnPage({ browsers }: PeopleOptions, say: Say, saidAt: number): Turn {
  const id = randomUUID();
  const page = browsers.get(say.person)?.write(id, question(say), say);
  if (!page) throw new Error(`${say.person} has no browser`);
  return {
    ...say,
    saidAt,
    id,
    page,
    get acceptedAt() {
      return page.acceptedAt;
    },
  };
}

const question = ({ token }: Say) => `What is there to say about ${token}?`;
