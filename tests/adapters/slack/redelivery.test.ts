/** Events that come twice, late, again, or could not be kept: each message is answered once. */

import { describe, expect, it } from 'vitest';
import {
  type answers,
  done,
  finish,
  pause,
  sentMessages,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { whileStoreIsFull } from '../../harness/full-store.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, calls, says, settle, texts } from './said.ts';

/** The model's answer to a question that names it. */
const echoes =
  (ms = 0) =>
  (exchange: Parameters<ReturnType<typeof answers>>[0]) => {
    const [, name = ''] = /say (\w+)/.exec(JSON.stringify(sentMessages(exchange.request).at(-1))) ?? [];
    return streams(text(`First ${name}. `), pause(ms), text(`Then ${name}.`), finish(), done)(exchange);
  };

describe.concurrent.each(['socket', 'http'] as const)('by %s', (transport) => {
  describe.concurrent('events that come three times', () => {
    it.each(['app_mention', 'message'] as const)('are answered once, with %s first', async (first) => {
      await using bot = await startSlackBot({ transport, settings: { deliveries: 3, first } });
      const { slack, model } = bot;
      model.respond(echoes(200));
      const ada = slack.user('ada');
      const thread = asks(bot, 'ada', 'say one');
      ada.dm('say two');
      await says(bot, 'First one. Then one.');
      await says(bot, 'First two. Then two.', ada.dmChannel);
      slack.user('ben').says('general', 'say three', { threadTs: thread });
      await says(bot, 'First three. Then three.');
      // Help, and what is no question, come from no model.
      ada.says('random', slack.mention);
      await slack.waitFor(() => texts(bot, 'random').length > 0);
      await settle();
      expect(model.requests).toHaveLength(3);
      expect(texts(bot)).toHaveLength(2);
      expect(texts(bot, ada.dmChannel)).toHaveLength(1);
      expect(texts(bot, 'random')).toHaveLength(1);
      expect(slack.events.every(({ acknowledged }) => acknowledged)).toBe(true);
    });

    it('are answered once when they come again after a restart', async () => {
      await using bot = await startSlackBot({ transport });
      const { slack, model } = bot;
      // It was taken, but Slack did not hear of it.
      slack.settings.ackWindow = 0;
      slack.settings.retryDelays = [1_500];
      model.respond(echoes());
      asks(bot, 'ada', 'say one');
      await says(bot, 'First one. Then one.');
      slack.settings.ackWindow = 3_000;
      await bot.restart();
      const ofQuestion = slack.events.slice(0, 2);
      await slack.waitFor(() => ofQuestion.every(({ attempts }) => attempts > 1), { what: 'a redelivery' });
      await settle();
      expect(model.requests).toHaveLength(1);
      expect(texts(bot)).toEqual(['First one. Then one.']);
    });
  });

  it('a message that could not be kept is not acknowledged, and answered when it comes again', async () => {
    await using bot = await startSlackBot({
      transport,
      settings: { ackWindow: 700, retryDelays: [100, 500, 1_000] },
    });
    const { slack, model } = bot;
    model.respond(echoes());
    await whileStoreIsFull(bot.folder, async () => {
      asks(bot, 'ada', 'say one');
      await settle(500);
      // Both events of the question; the third is of what Parley says about it.
      expect(slack.events.map(({ acknowledged }) => acknowledged).slice(0, 2)).toEqual([false, false]);
      await slack.waitFor(() => texts(bot).length > 0);
      expect(texts(bot)).toEqual([expect.stringContaining('cannot reach its store just now')]);
      expect(model.requests).toHaveLength(0);
    });
    await slack.waitFor(() => texts(bot).includes('First one. Then one.'));
    await slack.waitFor(() => slack.events.every(({ acknowledged }) => acknowledged));
    await settle();
    expect(texts(bot).slice(1)).toEqual(['First one. Then one.']);
    expect(model.requests).toHaveLength(1);
  });

  it('a file that takes long to fetch makes Slack deliver again, which is answered once', async () => {
    await using bot = await startSlackBot({ transport, settings: { ackWindow: 150, retryDelays: [0, 100] } });
    const { slack, model } = bot;
    model.respond(echoes());
    slack.settings.delay = 250;
    slack.user('ada').dm('say one', { files: [{ name: 'a.txt', data: 'text', hidden: true }] });
    await says(bot, 'First one. Then one.', slack.user('ada').dmChannel);
    await settle(800);
    expect(slack.events[0]?.attempts).toBeGreaterThan(1);
    expect(model.requests).toHaveLength(1);
    expect(calls(bot, 'files.info')).toHaveLength(1);
  });
});

it.concurrent('sockets that are replaced or break lose nothing', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  model.respond(echoes(300));
  asks(bot, 'ada', 'say one');
  await model.received(1);
  slack.socketMode.disconnect('refresh_requested');
  asks(bot, 'ben', 'say two');
  await says(bot, 'First one. Then one.');
  await says(bot, 'First two. Then two.');
  slack.socketMode.dropConnections();
  asks(bot, 'cyd', 'say three');
  await says(bot, 'First three. Then three.');
  expect(texts(bot)).toHaveLength(3);
});
