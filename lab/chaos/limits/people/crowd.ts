/** People on Discord who ask, stop answers, edit what they asked, and have answers made again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Discord } from '../../../counterparts/discord/start.ts';
import { CHANNELS, type Question, ROLES, type Server } from '../cast.ts';

export interface Crowd {
  ask(question: Question): void;
  /** Counts of the acts besides asking. */
  done: Record<NonNullable<Question['act']>['kind'], number>;
  stop(): void;
}

/** The ids of Discord, by the names of the plan. */
export interface Places {
  guild(server: string): string;
  role(server: string, role: string): string;
  person(name: string): string;
}

/** Longest wait for a button, ms. Questions that are refused get none. */
const BUTTON_MS = 20_000;
const LOOK_EVERY_MS = 100;

/** Makes the servers, with their roles and people. */
export function settle(discord: Discord, servers: Server[], people: string[]): Places {
  const actors = new Map(people.map((name) => [name, discord.user(name)]));
  const guilds = new Map<string, string>();
  const roles = new Map<string, string>();
  for (const { name, members } of servers) {
    const guildId = discord.addGuild({ name, channels: CHANNELS });
    guilds.set(name, guildId);
    for (const role of ROLES) {
      const id = discord.addRole(role, { guildId });
      roles.set(`${name} ${role}`, id);
      for (const person of members[role])
        discord.world.guilds
          .get(guildId)
          ?.members.get(actors.get(person)?.id ?? '')
          ?.roles.push(id);
    }
  }
  return {
    guild: (server) => guilds.get(server) ?? '',
    role: (server, role) => roles.get(`${server} ${role}`) ?? '',
    person: (name) => actors.get(name)?.id ?? '',
  };
}

export function createCrowd(discord: Discord, places: Places): Crowd {
  const done = { stop: 0, edit: 0, regenerate: 0 };
  const timers = new Set<NodeJS.Timeout>();
  let isOver = false;

  /** Clicks a button of the answer once it is there. */
  async function press(question: Question, id: string, button: 'stop' | 'regenerate'): Promise<void> {
    const channel = discord.channel(question.channel, places.guild(question.server));
    const wanted = `v1:${button}:${id}`;
    const until = performance.now() + BUTTON_MS;
    while (!isOver && performance.now() < until) {
      const message = answersSince(discord, channel, id).find((text) => text.components.includes(wanted));
      if (message) {
        await discord.user(question.person).clicks(message.id, wanted);
        done[button]++;
        return;
      }
      await sleep(LOOK_EVERY_MS);
    }
  }

  async function act(question: Question, id: string): Promise<void> {
    const kind = question.act?.kind;
    if (kind === 'stop' || kind === 'regenerate') return press(question, id, kind);
    discord.user(question.person).edits(id, textOf(discord, question, 'Rather, what'));
    done.edit++;
  }

  return {
    done,
    ask(question) {
      const channel = discord.channel(question.channel, places.guild(question.server));
      const id = discord.user(question.person).says(channel, textOf(discord, question, 'What'));
      if (!question.act) return;
      const timer = setTimeout(() => {
        timers.delete(timer);
        // The button may never come, or be gone again.
        act(question, id).catch(() => {});
      }, question.act.afterMs);
      timers.add(timer);
    },
    stop() {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

const textOf = ({ botId }: Discord, { token }: Question, beginning: string) =>
  `<@${botId}> ${beginning} is there to say about ${token}?`;

/** Messages of Parley that were posted after a message, with their components as JSON. */
function answersSince({ world, botId }: Discord, channel: string, id: string) {
  const messages = [...(world.channels.get(channel)?.messages.values() ?? [])];
  return messages
    .slice(messages.findLastIndex((message) => message.id === id) + 1)
    .filter(({ authorId, components }) => authorId === botId && components.length > 0)
    .map((message) => ({ id: message.id, components: JSON.stringify(message.components) }));
}
