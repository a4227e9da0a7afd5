/** Reads messages to the bot and from it, in the words of the tests. */

import { PermissionFlagsBits } from 'discord.js';
import { expect } from 'vitest';
import type { Actor } from '../../../lab/counterparts/discord/people/actors.ts';
import type { InteractionHandle } from '../../../lab/counterparts/discord/people/handle.ts';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import { sentMessages } from '../../../lab/counterparts/model-server.ts';
import type { Bot } from '../../harness/discord.ts';
import { settled } from '../../settled.ts';

/** A mention of the bot with this question, in the channel `general` or another one; its id. */
export function asks(
  { discord }: Bot,
  person: Actor,
  question: string,
  channel = discord.channel('general'),
) {
  return person.says(channel, `<@${discord.botId}> ${question}`);
}

/** Resolves when a message of the bot's in that channel says so, with its last buttons. */
export function says(
  { discord }: Bot,
  content: string,
  channel = discord.channel('general'),
): Promise<MessageView> {
  return discord.waitFor(
    () =>
      discord.botMessages(channel).find((one) => one.content === content && !labels(one).includes('Stop')),
    {
      what: () =>
        `"${content}" among ${JSON.stringify(discord.botMessages(channel).map((one) => one.content))}`,
    },
  );
}

export async function answerTo(bot: Bot, person: Actor, question: string, answer: string, channel?: string) {
  asks(bot, person, question, channel);
  return says(bot, answer, channel);
}

/** The messages of the newest request to the model, oldest first. */
export function prompts({ model }: Bot): string[] {
  return sentMessages(model.requests.at(-1)).map((message) =>
    String((message as { content: unknown }).content),
  );
}

/** Expects these texts in the newest request to the model. */
export function expectSeen(bot: Bot, wanted: string[]): void {
  const sent = prompts(bot).join('\n');
  for (const one of wanted) expect(sent).toContain(one);
}

/** The labels of a message's buttons. */
export function labels({ components }: Pick<MessageView, 'components'>): string[] {
  return components.flatMap((row) => (row.components ?? []).map(({ label }) => label ?? ''));
}

/** The sentence that an interaction was answered with. */
export async function sentence(handle: Promise<InteractionHandle>): Promise<string> {
  return (await (await handle).message()).content;
}

/** A person who may manage the server. */
export const adminOf = ({ discord }: Bot): Actor =>
  discord.user('root', {
    roles: [discord.addRole('bosses', { permissions: PermissionFlagsBits.ManageGuild })],
  });

/** Opens the panel of settings, changes one, and gives the panel as it is then. */
export async function sets(
  person: Actor,
  setting: string,
  value: string | string[],
  channel?: string,
): Promise<MessageView> {
  const panel = await (await person.runs('settings', {}, channel)).message();
  const form = await person.chooses(panel, 'v1:pick:settings', [setting]);
  return (await person.submits(form, { [setting]: value })).message();
}

/** Fills in the form of `/key set`; the sentence that came of it. */
export async function setsKey(person: Actor, key: string, channel?: string): Promise<string> {
  const form = await person.runs('key set', {}, channel);
  return sentence(person.submits(form, { key }));
}

/** So long that whatever should not happen would have. */
export const settle = (ms = 300) => settled(ms);
