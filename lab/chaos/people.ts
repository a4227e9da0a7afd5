/** People: they say what the plan has them say, on the platforms and the page. */
import { randomUUID } from 'node:crypto';
import type { Discord } from '../counterparts/discord/start.ts';
import type { EventRecord } from '../counterparts/slack/context.ts';
import type { Slack } from '../counterparts/slack/start.ts';
import type { Balancer } from './balancer.ts';
import type { Browser, PageTurn } from './browser.ts';
import { DISCORD_CHANNELS, DISCORD_THREADS, type Say } from './cast.ts';

/** A message that was said. Times are by `performance.now()`. */
export interface Turn extends Say {
  /** The platform's: of Discord a snowflake, of Slack a ts, of the page a UUID. */
  id: string;
  saidAt: number;
  /** When Parley acknowledged it; undefined: not yet, or as on Discord never. */
  acceptedAt: number | undefined;
  /** On Discord and Slack, where it was said. */
  channel?: string;
  /** On the page, what is shown of it. */
  page?: PageTurn;
}

export interface People {
  say(say: Say): void;
  /** All that was said, in that order. */
  turns: Turn[];
  stop(): void;
}

export interface PeopleOptions {
  discord: Discord;
  slack: Slack;
  /** By person. */
  browsers: ReadonlyMap<string, Browser>;
  balancer: Balancer;
}

const LOOK_EVERY_MS = 25;

/** Makes the places on Discord that there are from the start. */
export function furnish(discord: Discord): void {
  for (const name of DISCORD_CHANNELS) {
    if (![...discord.world.channels.values()].some((one) => one.name === name)) discord.addChannel(name);
  }
  for (const name of DISCORD_THREADS) discord.user('ada').startsThread(discord.channel('general'), name);
}

export function createPeople({ discord, slack, browsers, balancer }: PeopleOptions): People {
  const turns: Turn[] = [];
  /** By name, the ts of what was said first in it. */
  const threads = new Map<string, string>();
  let unaccepted: { turn: Turn; events: EventRecord[] }[] = [];

  const watching = setInterval(() => {
    unaccepted = unaccepted.filter(({ turn, events }) => {
      if (!events.some(({ acknowledged }) => acknowledged)) return true;
      turn.acceptedAt = performance.now();
      return false;
    });
  }, LOOK_EVERY_MS);

  function sayOnDiscord(say: Say): Omit<Turn, keyof Say | 'saidAt' | 'acceptedAt'> {
    const actor = discord.user(say.person);
    const { place } = say;
    const channel = 'name' in place ? discord.channel(place.name) : actor.dmChannel;
    if (say.isDuplicated) discord.gateway.duplicateNext(1);
    return { id: actor.says(channel, `<@${discord.botId}> ${question(say)}`), channel };
  }

  function sayOnSlack(say: Say): { id: string; channel: string; events: EventRecord[] } {
    const actor = slack.user(say.person);
    const { place } = say;
    const before = slack.events.length;
    const { deliveries } = slack.settings;
    if (say.isDuplicated) slack.settings.deliveries = 2;
    if (say.isLost) balancer.loseAnswers(1);
    const thread = 'name' in place ? threads.get(place.name) : undefined;
    const channel = 'channel' in place ? slack.channel(place.channel) : actor.dmChannel;
    const isCalled = thread !== undefined && slack.botMessages(channel, thread).length > 0;
    // Once it takes part in a thread, every other message there does without naming it.
    const text =
      'name' in place && !(isCalled && say.turn % 2 === 0)
        ? `${slack.mention} ${question(say)}`
        : question(say);
    const id = actor.says(channel, text, thread === undefined ? {} : { threadTs: thread });
    if ('name' in place && thread === undefined) threads.set(place.name, id);
    slack.settings.deliveries = deliveries;
    return { id, channel, events: slack.events.slice(before) };
  }

  return {
    turns,
    say(say) {
      const saidAt = performance.now();
      switch (say.place.platform) {
        case 'discord':
          turns.push({ ...say, saidAt, acceptedAt: undefined, ...sayOnDiscord(say) });
          return;
        case 'slack': {
          const { events, ...rest } = sayOnSlack(say);
          const turn: Turn = { ...say, saidAt, acceptedAt: undefined, ...rest };
          turns.push(turn);
          unaccepted.push({ turn, events });
          return;
        }
        case 'page': {
          const id = randomUUID();
          const page = browsers.get(say.person)?.write(id, question(say), say);
          if (!page) throw new Error(`${say.person} has no browser`);
          turns.push({
            ...say,
            saidAt,
            id,
            page,
            get acceptedAt() {
              return page.acceptedAt;
            },
          });
        }
      }
    },
    stop: () => clearInterval(watching),
  };
}

const question = ({ token }: Say) => `What is there to say about ${token}?`;
