/** Discord as the contract for adapters uses it. */
import { PermissionFlagsBits } from 'discord.js';
import type { InteractionHandle } from '../../lab/counterparts/discord/people/handle.ts';
import type { MessageView } from '../../lab/counterparts/discord/people/view.ts';
import { type Discord, startDiscord } from '../../lab/counterparts/discord/start.ts';
import { startModelServer } from '../../lab/counterparts/model-server.ts';
import { labels } from '../adapters/discord/said.ts';
import type { Person, Place, Platform, PlatformUnderTest, Shown } from '../contracts/adapter/platform.ts';
import { whileStoreIsFull } from './full-store.ts';
import { startRunning } from './running.ts';

export const discordUnderTest: PlatformUnderTest = {
  name: 'Discord',
  messageCharacters: 2_000,
  async start({ isProgram, env } = {}) {
    const discord = await startDiscord();
    const model = await startModelServer();
    const running = await startRunning(
      { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url, WEB: 'off', ...env },
      { model, isProgram },
    );
    const ready = () =>
      discord.waitFor(() => discord.gateway.connected > 0 && discord.commands !== undefined);
    await ready();
    const admin = discord.user('an-admin', { permissions: 'admin' });
    const role = discord.addRole('cooks');
    const people = new Map<string, Person>();
    const calls = (question: string) => `<@${discord.botId}> ${question}`;
    let places = 0;
    const channel = () => ({ id: discord.addChannel(`place-${places++}`) });

    const platform: Platform = {
      model,
      person(name, asWhat) {
        const known = people.get(name) ?? createPerson(discord, name, asWhat);
        people.set(name, known);
        return known;
      },
      bot: (name) => ({
        asks: ({ id }, question) => discord.user(name, { bot: true }).says(id, calls(question)),
      }),
      channel,
      lane: channel,
      thread: () => ({ id: admin.startsThread(channel().id, 'Talk') }),
      direct: ({ name }) => ({ id: discord.user(name).dmChannel }),
      shown: async (place) =>
        discord
          .botMessages(place.id)
          .filter(({ deleted }) => !deleted)
          .map((message) => shownOf(message, place)),
      files: async (place) =>
        discord
          .botMessages(place.id)
          .filter(({ deleted }) => !deleted)
          .flatMap(({ attachments }) => attachments)
          .map(({ name, description = '', size }) => ({ name, alt: description, size })),
      pings: () => discord.pings,
      alarm: (word) => `${word} @everyone @here ${admin.mention} <@&${role}> **@everyone**`,
      calls,
      twice(task) {
        discord.gateway.duplicates = true;
        task();
        discord.gateway.duplicates = false;
      },
      async set(setting, value, _, { id }) {
        const form = await admin.runs(setting, {}, id);
        await (await admin.submits(form, { [setting]: value })).message();
      },
      removes: async ({ id }) => discord.removeChannel(id),
      removesMessage: ({ id }) => admin.deletes(id),
      async kill() {
        await running.kill();
        await discord.waitFor(() => discord.gateway.connected === 0);
      },
      async startAgain() {
        await running.startAgain();
        await ready();
      },
      storeAway: (task) => whileStoreIsFull(running.folder, task),
      async [Symbol.asyncDispose]() {
        await running.stop();
        await model.stop();
        await discord.stop();
      },
    };
    return platform;
  },
};

function createPerson(discord: Discord, name: string, role: 'moderator' | undefined): Person {
  const actor = discord.user(name, {
    permissions: role === 'moderator' ? PermissionFlagsBits.ManageMessages : 'member',
  });
  const presses: InteractionHandle[] = [];
  const textOf = ({ id }: Place, question: string) =>
    id === actor.dmChannel ? question : `<@${discord.botId}> ${question}`;
  return {
    name,
    asks: (place, question, { files = [] } = {}) =>
      actor.says(place.id, textOf(place, question), { attachments: files }),
    says: ({ id }, text) => actor.says(id, text),
    edits: (message, question, place) => actor.edits(message, textOf(place, question)),
    deletes: (message) => actor.deletes(message),
    async presses(message, button) {
      presses.push(await asSeen(discord, message, () => actor.clicks(message.id, button)));
    },
    async told() {
      const answers = presses.map((press) => press.message({ timeout: 0 }).catch(() => undefined));
      const told = [...(await Promise.all(answers)), ...presses.flatMap(({ followups }) => followups)];
      return told.flatMap((message) => (message?.ephemeral ? [message.content] : []));
    },
  };
}

/** Shown messages, and the view of each. */
const seen = new WeakMap<Shown, MessageView>();

/** Does something with a message as this client last saw it, however it reads by now. */
function asSeen<T>(discord: Discord, message: Shown, act: () => T): T {
  const stored = discord.world.messages.get(message.id);
  const view = seen.get(message);
  if (!stored || !view) return act();
  const { content, components } = stored;
  Object.assign(stored, { content: view.content, components: view.components });
  try {
    return act();
  } finally {
    Object.assign(stored, { content, components });
  }
}

function shownOf(message: MessageView, place: Place): Shown {
  const [text = '', ...notices] = `\n${message.content}`.split(/\n-# /);
  const buttons = labels(message);
  const shown: Shown = {
    id: message.id,
    place,
    text: text.trim(),
    notice: notices.join(' '),
    buttons,
    answers: message.referenceId,
    isLive: buttons.includes('Stop'),
  };
  seen.set(shown, structuredClone(message));
  return shown;
}
