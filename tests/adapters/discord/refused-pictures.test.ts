/** Pictures that Discord does not take: the answer stands with a sentence about them. */
import { PermissionFlagsBits as Permission } from 'discord.js';
import { describe, expect, it } from 'vitest';
import type { Refusal } from '../../../lab/counterparts/discord/faults.ts';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { makes, pngOf } from '../../../lab/counterparts/model-tools/pictures.ts';
import { callsTools } from '../../../lab/counterparts/model-tools/steps.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { asks, labels } from './said.ts';

const env = { OPENAI_IMAGE_MODEL: 'gpt-image-1', OPERATOR_TOOLS: 'pictures' };

describe.concurrent('a picture that is refused', () => {
  it.each<[string, (bot: Bot, channel: string) => void]>([
    ['for want of a permission', ({ discord }, channel) => discord.deny(channel, Permission.AttachFiles)],
    ['for its size, by Discord', refusing({ status: 413, code: 40005 })],
    ['for its size, by a page of Cloudflare', refusing({ status: 413, html: true })],
  ])('%s leaves the text, its buttons and a sentence', async (_, prepare) => {
    await using bot = await startBot({ env });
    const { discord, model } = bot;
    const channel = discord.channel('general');
    prepare(bot, channel);
    model.respondToPictures(makes(pngOf(9)));
    const call = { name: 'make_picture', input: { prompt: 'A cat' } };
    model.respond(callsTools(call), answers('Here it is.'));
    asks(bot, discord.user('ada'), 'draw a cat', channel);
    const own = () => discord.botMessages(channel).filter(({ deleted }) => !deleted);
    const isOver = () =>
      own().some((one) => labels(one).includes('Regenerate') && one.content.includes('-# '));
    await discord.waitFor(isOver);
    expect(own().map(({ content }) => content)).toEqual([
      expect.stringMatching(/^Here it is\.\n\n-# A file that belongs here couldn’t be attached/),
    ]);
    expect(own().flatMap(({ attachments }) => attachments)).toEqual([]);
  });

  function refusing(refusal: Refusal) {
    return ({ discord }: Bot) => {
      discord.settings.refuses = ({ files }) => (files.length > 0 ? refusal : undefined);
    };
  }
});
