/** Messages that people send on Slack while Parley is down. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { type BotOptions, type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { passes } from '../../settled.ts';
import { asks, calls, says, settle, texts } from './said.ts';

/** Slack never delivers messages that came while Parley was down. */
const LOST: BotOptions['settings'] = { gap: 'lose', retryDelays: [] };

afterEach(() => void vi.restoreAllMocks());

/** So long that whatever should not happen after a start would have. */
const settleAfterStart = () => settle(1_200);

/** A Parley that was used in #general, in a thread whose ts comes with it; its first answer was `One.` */
async function usedBot(options: BotOptions = {}) {
  const bot = await startSlackBot({ ...options, settings: { ...LOST, ...options.settings } });
  const { slack, model } = bot;
  model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'), answers('Five.'));
  const thread = asks(bot, 'ada', 'one');
  await says(bot, 'One.');
  return { bot, slack, model, thread, ada: slack.user('ada'), ben: slack.user('ben') };
}

const logged = ({ parley }: SlackBot, words: string) => parley.log.filter((line) => line.includes(words));

describe.each(['socket', 'http'] as const)('what was said while it was down, by %s', (transport) => {
  describe.concurrent('is answered after the start, once,', () => {
    it('in a channel that it was used in, in order', async () => {
      const { bot, model, ada } = await usedBot({ transport });
      await using _ = bot;
      let asked: string[] = [];
      await bot.restart(() => {
        asked = ['two', 'three'].map((question) => asks(bot, 'ada', question));
        ada.says('general', 'not for the bot');
      });
      await says(bot, 'Three.');
      expect(asked.map((ts) => texts(bot, 'general', ts))).toEqual([['Two.'], ['Three.']]);
      await bot.restart();
      await settleAfterStart();
      expect(model.requests).toHaveLength(3);
    });

    it('in direct messages, used and new', async () => {
      const { bot, slack, model, ada, ben } = await usedBot({ transport });
      await using _ = bot;
      ada.dm('two');
      await says(bot, 'Two.', ada.dmChannel);
      await bot.restart(() => {
        ada.dm('three');
        ben.dm('four');
      });
      for (const [person, count] of [
        [ada, 2],
        [ben, 1],
      ] as const)
        await slack.waitFor(() => texts(bot, person.dmChannel).length === count);
      await settleAfterStart();
      expect(model.requests).toHaveLength(4);
    });
  });
});

describe.concurrent('what was said while it was down', () => {
  it('is answered in a thread that it answers in, without a mention', async () => {
    const { bot, slack, model, thread, ben } = await usedBot();
    await using _ = bot;
    await bot.restart(() => void ben.says('general', 'two', { threadTs: thread }));
    await says(bot, 'Two.');
    expect(texts(bot, 'general', thread)).toEqual(['One.', 'Two.']);
    await bot.restart(() => void ben.says('general', 'three', { threadTs: thread, broadcast: true }));
    await slack.waitFor(() => texts(bot, 'general', thread).length === 3);
    await settleAfterStart();
    expect(model.requests).toHaveLength(3);
  });

  it('is answered in channels of every kind that it was never used in, and in a new thread there', async () => {
    const { bot, slack, model, ada, ben } = await usedBot();
    await using _ = bot;
    slack.addChannel({ name: 'secret', type: 'group' });
    let [thread, group] = ['', ''];
    await bot.restart(() => {
      asks(bot, 'ada', 'in a channel', 'random');
      asks(bot, 'ada', 'in a private channel', 'secret');
      thread = ada.says('random', 'Has anybody an idea?');
      ben.says('random', `${slack.mention} has`, { threadTs: thread });
      group = ada.groupDm([ben], `${slack.mention} among us`).channel;
    });
    await slack.waitFor(() => model.requests.length === 5);
    for (const channel of ['secret', group]) await slack.waitFor(() => texts(bot, channel).length === 1);
    await slack.waitFor(() => texts(bot, 'random').length === 2);
    expect(texts(bot, 'random', thread)).toHaveLength(1);
    // The thread's first message was not for Parley, and does not become so because the thread is.
    await bot.restart();
    await settleAfterStart();
    expect(model.requests).toHaveLength(5);
  });

  it('is answered in the thread of an agent’s direct message', async () => {
    const { bot, slack, ada } = await usedBot({ settings: { agent: true } });
    await using _ = bot;
    const more = { app_context: { entities: [] } };
    ada.dm('two', { more });
    await says(bot, 'Two.', ada.dmChannel);
    let [three, four] = ['', ''];
    await bot.restart(() => {
      three = ada.dm('three', { more });
      four = ada.dm('four', { more });
    });
    for (const thread of [three, four])
      await slack.waitFor(() => texts(bot, ada.dmChannel, thread).length === 1);
  });

  it('is answered in each workspace that installed it', async () => {
    const workspaces = ['One', 'Two'].map((name) => ({ name, installed: false }));
    await using bot = await startSlackBot({ workspaces, isInstallable: true, settings: LOST });
    const { slack, model } = bot;
    model.respond(answers('One.'), answers('Two.'));
    slack.settings.redirectUrls = [`${bot.parley.app.url}/slack/oauth_redirect`];
    for (const { name } of workspaces)
      await slack.workspace(name).user('ada').installs(`${bot.parley.app.url}/slack/install`);
    await bot.restart(() => {
      for (const { name } of workspaces) slack.workspace(name).user('ada').dm('hello');
    });
    for (const { name } of workspaces) {
      const workspace = slack.workspace(name);
      await slack.waitFor(() => workspace.botMessages(workspace.user('ada').dmChannel).length === 1);
    }
  });

  it('is left where nothing missed is asked for, and then nothing is read', async () => {
    const { bot, model } = await usedBot({ env: { MISSED_MINUTES: '0' } });
    await using _ = bot;
    await bot.restart(() => void asks(bot, 'ada', 'two'));
    await settleAfterStart();
    expect(model.requests).toHaveLength(1);
    expect(calls(bot, 'conversations.history', 'users.conversations')).toEqual([]);
  });

  it('is left before the first start, at the second one too', async () => {
    await using bot = await startSlackBot({
      settings: LOST,
      before: (slack) => {
        slack.user('ada').dm('hello');
        slack.user('ada').says('general', `${slack.mention} hello`);
      },
    });
    await settleAfterStart();
    await bot.restart();
    await settleAfterStart();
    expect(bot.model.requests).toHaveLength(0);
    expect(texts(bot)).toEqual([]);
  });

  it('is answered once where Slack delivers it as well, and again', async () => {
    const { bot, slack, model, ada } = await usedBot({
      settings: { gap: 'keep', retryDelays: [0, 500], deliveries: 3 },
    });
    await using _ = bot;
    await bot.restart(() => {
      asks(bot, 'ada', 'two');
      ada.dm('three');
    });
    await slack.waitFor(() => texts(bot).length === 2 && texts(bot, ada.dmChannel).length === 1);
    await settleAfterStart();
    expect(model.requests).toHaveLength(3);
    // Conversations are answered side by side, in any order.
    expect([...texts(bot), ...texts(bot, ada.dmChannel)].sort()).toEqual(['One.', 'Three.', 'Two.']);
  });

  it('is not what bots, joins and edits of old messages say', async () => {
    const { bot, slack, model, ada, thread } = await usedBot();
    await using _ = bot;
    await bot.restart(() => {
      ada.says('general', `${slack.mention} as a bot`, { asBot: true });
      ada.says('general', `${slack.mention} joined`, { subtype: 'channel_join' });
      ada.edits(thread, `${slack.mention} one, edited`);
      ada.deletes(asks(bot, 'ada', 'never mind'));
    });
    await settleAfterStart();
    expect(model.requests).toHaveLength(1);
  });
});

it('what was dealt with without a model is not dealt with again', async () => {
  const { bot, slack, ada, thread } = await usedBot();
  await using _ = bot;
  ada.says('random', slack.mention);
  await slack.waitFor(() => texts(bot, 'random').length === 1);
  ada.says('general', `${slack.mention} stop`, { threadTs: thread });
  await slack.waitFor(() => texts(bot).length === 2);
  await bot.restart(() => void ada.says('random', slack.mention));
  await slack.waitFor(() => texts(bot, 'random').length === 2);
  await bot.restart();
  await settleAfterStart();
  expect(texts(bot, 'random')).toHaveLength(2);
  expect(texts(bot)).toHaveLength(2);
});

describe.concurrent('a gap in the connection', () => {
  it('is made up for when it is over', async () => {
    const { bot, slack, model } = await usedBot();
    await using _ = bot;
    slack.faults.next('apps.connections.open', 'status500', 2);
    slack.socketMode.dropConnections();
    asks(bot, 'ada', 'two');
    asks(bot, 'ada', 'three', 'random');
    await says(bot, 'Two.');
    await slack.waitFor(() => texts(bot, 'random').length === 1);
    await settle();
    expect(model.requests).toHaveLength(3);
  });

  it('that is none reads nothing: Slack asked for another connection', async () => {
    const { bot, slack } = await usedBot();
    await using _ = bot;
    const read = () => calls(bot, 'conversations.history', 'conversations.replies', 'users.conversations');
    const [before, connections] = [read().length, slack.stats.connections];
    slack.socketMode.disconnect('refresh_requested');
    await slack.waitFor(() => slack.stats.connections > connections);
    await settle();
    expect(read()).toHaveLength(before);
  });
});

describe.concurrent('what Slack does not let it read', () => {
  it('for want of scopes is left, with one line in the log for each that says what to do', async () => {
    const { bot, slack, ada, ben } = await usedBot();
    await using _ = bot;
    for (const scope of ['im:read', 'groups:read', 'mpim:history']) slack.scopes.delete(scope);
    ada.groupDm([ben], 'in vain');
    await bot.restart(() => {
      ben.dm('in vain');
      asks(bot, 'ada', 'two', 'random');
    });
    await says(bot, 'Two.', 'random');
    await settleAfterStart();
    expect(texts(bot, ben.dmChannel)).toEqual([]);
    for (const scope of ['im:read', 'groups:read', 'mpim:history'])
      expect(logged(bot, `"${scope}"`)).toEqual([expect.stringContaining('OAuth & Permissions')]);
    expect(slack.events.length).toBeGreaterThan(0);
    asks(bot, 'ada', 'three');
    await says(bot, 'Three.');
  });

  it('since it is no member any more does not keep it from the rest', async () => {
    const { bot, slack } = await usedBot();
    await using _ = bot;
    await bot.restart(() => {
      slack.changeChannel('general', { joined: false });
      asks(bot, 'ada', 'two', 'random');
    });
    await says(bot, 'Two.', 'random');
  });

  it('at once for its limits is read later, and what comes by itself is answered meanwhile', async () => {
    const { bot, slack } = await usedBot({
      limits: { 'conversations.history': { limit: 1, window: 2_500, per: 'workspace' } },
    });
    await using _ = bot;
    await bot.restart(() => void asks(bot, 'ada', 'two', 'random'));
    asks(bot, 'ada', 'at once');
    await slack.waitFor(() => texts(bot, 'general').length === 2);
    await slack.waitFor(() => texts(bot, 'random').length === 1);
    expect(slack.stats.rateLimited['conversations.history']).toBeGreaterThan(0);
  });

  it('since it fails for a moment is tried again', async () => {
    const { bot, slack } = await usedBot();
    await using _ = bot;
    slack.faults.next('conversations.history', 'status500');
    slack.faults.next('users.conversations', 'internal_error');
    await bot.restart(() => {
      asks(bot, 'ada', 'two');
      slack.user('ben').dm('three');
    });
    await says(bot, 'Two.');
    await slack.waitFor(() => texts(bot, slack.user('ben').dmChannel).length === 1);
  });
});

it('what was said while it was down is left where it is older than asked for', async () => {
  const { bot, model } = await usedBot({ env: { MISSED_MINUTES: '1' } });
  await using _ = bot;
  await bot.restart(() => {
    asks(bot, 'ada', 'too old');
    asks(bot, 'ada', 'too old as well', 'random');
    passes(61_000);
    asks(bot, 'ada', 'two');
  });
  await says(bot, 'Two.');
  await settleAfterStart();
  expect(model.requests).toHaveLength(2);
});
