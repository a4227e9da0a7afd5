/** A tenant's settings are read at most twice for one message or press: on the way in, and on the way out. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Behaviour } from '../../lab/counterparts/model-script.ts';
import { answers, done, finish, streams, text } from '../../lab/counterparts/model-server.ts';
import { labels as discordLabels } from '../adapters/discord/said.ts';
import { untilIdle } from '../adapters/kept-rows.ts';
import { labels as slackLabels } from '../adapters/slack/said.ts';
import { startBot } from '../harness/discord.ts';
import { startSlackBot } from '../harness/slack.ts';

/** Tenants whose settings were read. */
const reads = vi.hoisted(() => ({ of: [] as string[] }));

vi.mock('../../src/store/tables/settings.ts', async (original) => {
  const real = await original<typeof import('../../src/store/tables/settings.ts')>();
  return {
    ...real,
    createSettings(...given: Parameters<typeof real.createSettings>) {
      const settings = real.createSettings(...given);
      return {
        ...settings,
        read(tenant: string) {
          // The sweep of old messages reads settings too, whenever it comes by.
          if (!new Error().stack?.includes('sweep-history')) reads.of.push(tenant);
          return settings.read(tenant);
        },
      };
    },
  };
});

beforeEach(() => {
  reads.of = [];
});

const cut = (words: string) => streams(text(words), finish('length'), done);

describe('settings are read at most twice for', () => {
  it('a mention, a follower in a thread, and a direct message on Discord', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const channel = discord.channel('general');
    const thread = ada.startsThread(channel, 'Talk');
    const said = async (place: string, text: string) =>
      discord.waitFor(() =>
        discord.botMessages(place).find(({ content, components }) => {
          const buttons = components.flatMap((row) => row.components ?? []);
          return content === text && buttons.length > 0 && !buttons.some(({ label }) => label === 'Stop');
        }),
      );
    const asked = async (place: string, answer: string, ask: () => void) => {
      reads.of = [];
      model.respond(answers(answer));
      ask();
      await said(place, answer);
      return reads.of.length;
    };
    const counts = [
      await asked(channel, 'One.', () => ada.says(channel, `<@${discord.botId}> one`)),
      await asked(thread, 'Two.', () => ada.says(thread, `<@${discord.botId}> two`)),
      await asked(thread, 'Three.', () => ada.says(thread, 'three')),
      await asked(ada.dmChannel, 'Four.', () => ada.dm('four')),
    ];
    expect(counts).toEqual([2, 2, 2, 2]);
  });

  it('a mention, a follower in its thread, and a direct message on Slack', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const asked = async (place: string, answer: string, ask: () => void) => {
      reads.of = [];
      model.respond(answers(answer));
      ask();
      await slack.waitFor(() =>
        slack
          .botMessages(place)
          .find(({ shown, blocks }) => shown === answer && JSON.stringify(blocks).includes('Regenerate')),
      );
      return reads.of.length;
    };
    let root = '';
    const counts = [
      await asked('general', 'One.', () => {
        root = ada.says('general', `<@${slack.botUserId}> one`);
      }),
      await asked('general', 'Two.', () => {
        slack.user('ben').says('general', 'two', { threadTs: root });
      }),
      await asked(ada.dmChannel, 'Three.', () => {
        ada.dm('three');
      }),
    ];
    expect(counts).toEqual([2, 2, 2]);
  });

  it('a press of Regenerate, and one of Continue, on Discord', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    const channel = discord.channel('general');
    const ended = (answer: string) =>
      discord.waitFor(() =>
        discord
          .botMessages(channel)
          .find((one) => one.content.startsWith(answer) && discordLabels(one).includes('Delete')),
      );
    model.respond(cut('One,'));
    ada.says(channel, `<@${discord.botId}> one`);
    const { id } = await ended('One,');
    const pressed = async (button: string, behaviour: Behaviour, answer: string) => {
      // The answer before is shown, and its turn is put away a moment later.
      await untilIdle(bot.folder);
      reads.of = [];
      model.respond(behaviour);
      await ada.clicks(id, button);
      await ended(answer);
      return reads.of.length;
    };
    expect(await pressed('Regenerate', cut('Uno,'), 'Uno,')).toBe(2);
    expect(await pressed('Continue', answers('due.'), 'due.')).toBe(2);
  });

  it('a press of Regenerate, and one of Continue, on Slack', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const ended = (answer: string) =>
      slack.waitFor(() =>
        slack
          .botMessages('general')
          .find((one) => one.shown === answer && slackLabels(one).includes('Delete')),
      );
    model.respond(cut('One,'));
    ada.says('general', `<@${slack.botUserId}> one`);
    const { ts } = await ended('One,');
    const pressed = async (button: string, behaviour: Behaviour, answer: string) => {
      // The answer before is shown, and its turn is put away a moment later.
      await untilIdle(bot.folder);
      reads.of = [];
      model.respond(behaviour);
      await ada.clicks(ts, button);
      await ended(answer);
      return reads.of.length;
    };
    expect(await pressed('Regenerate', cut('Uno,'), 'Uno,')).toBe(2);
    expect(await pressed('Continue', answers('due.'), 'due.')).toBe(2);
  });
});
