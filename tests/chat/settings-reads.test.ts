/** A tenant's settings are read at most twice for one message: on the way in, and on the way out. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { answers } from '../../lab/counterparts/model-server.ts';
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
          reads.of.push(tenant);
          return settings.read(tenant);
        },
      };
    },
  };
});

beforeEach(() => {
  reads.of = [];
});

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
});
