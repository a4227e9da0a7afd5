/** Limits of money on Slack: set by `/parley limits`, reached, and refused to who asked alone. */
import { describe, expect, it } from 'vitest';
import { costing, priced } from '../../harness/money/costing.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, ended, settle } from './said.ts';

/** An admin fills in the form of an entry of `/parley limits`. */
async function limits({ slack }: SlackBot, entry: string, values: Record<string, string | string[]>) {
  const root = slack.user('root', { isAdmin: true });
  const asked = await root.runs('/parley', 'limits');
  await root.chooses(await asked.opened(), 'parley_pick', entry);
  const form = await slack.waitFor(
    () => asked.view?.blocks.some(({ type }) => type === 'input') && asked.view,
  );
  const saved = await root.submits(form, values);
  await slack.waitFor(() => saved.acknowledged, { what: 'the form to be taken' });
}

const startPriced = async (env: Record<string, string> = {}) =>
  startSlackBot({ env: { ...(await priced()), ...env } });

/** Resolves with what Parley told a person alone. */
const told = ({ slack }: SlackBot, name: string, count = 1) =>
  slack.waitFor(() => {
    const all = slack.ephemeral(slack.user(name).id).map(({ shown }) => shown);
    return all.length >= count && all;
  });

describe.concurrent('a limit of a person', () => {
  it('is told to a person who has reached it alone, by message, command and button, and holds up nobody else', async () => {
    await using bot = await startPriced();
    const { slack, model } = bot;
    await limits(bot, 'personDayLimit', { personDayLimit: '0.6' });
    model.respond(costing(0.6, 'One.'), costing(0.1, 'Two.'));
    const [answer] = await ended(bot, { thread: asks(bot, 'ada', 'one') });
    const refused = asks(bot, 'ada', 'two');
    const [first] = await told(bot, 'ada');
    expect(first).toBe(
      'Your $0.60 for today in this workspace is not enough for another answer: ask again tomorrow at 00:00 (UTC), or sooner if an admin raises it with `/parley limits`.',
    );
    const ada = slack.user('ada');
    await ada.clicks(answer?.ts ?? '', 'Regenerate');
    expect(await told(bot, 'ada', 2)).toEqual([first, first]);
    await ada.runs('/parley', 'ask two');
    expect(await told(bot, 'ada', 3)).toEqual([first, first, first]);
    await ended(bot, { thread: asks(bot, 'ben', 'two') });
    await settle();
    expect(slack.botMessages('general', refused)).toEqual([]);
    expect(model.requests).toHaveLength(2);
  });

  it('gives way to the limit of a user group of theirs', async () => {
    await using bot = await startPriced();
    const { slack, model } = bot;
    const group = slack.addUserGroup('gold', [slack.user('ada').id]);
    await limits(bot, 'personDayLimit', { personDayLimit: '0' });
    await limits(bot, 'roleDayLimits', { roles: [group], dollars: '5' });
    model.respond(costing(0.6, 'One.'), costing(0.6, 'Two.'));
    await ended(bot, { thread: asks(bot, 'ada', 'one') });
    await ended(bot, { thread: asks(bot, 'ada', 'two') });
    asks(bot, 'ben', 'one');
    expect((await told(bot, 'ben'))[0]).toContain(
      'Your $0.00 for today in this workspace pays for no answer.',
    );
    expect(model.requests).toHaveLength(2);
  });

  it('of a user group holds for Regenerate of a question from before it was set', async () => {
    await using bot = await startPriced();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const group = slack.addUserGroup('gold', [ada.id]);
    await limits(bot, 'personDayLimit', { personDayLimit: '0.6' });
    model.respond(costing(0.6, 'One.'), costing(0.1, 'Two.'));
    const thread = asks(bot, 'ada', 'one');
    const [answer] = await ended(bot, { thread });
    await limits(bot, 'roleDayLimits', { roles: [group], dollars: '5' });
    await settle();
    await ada.clicks(answer?.ts ?? '', 'Regenerate');
    await slack.waitFor(() =>
      slack.botMessages('general', thread).some(({ shown }) => shown.includes('Two.')),
    );
    expect(model.requests).toHaveLength(2);
  });
});

describe.concurrent('the admins', () => {
  it('are told in direct messages, or in a channel that they chose, each once', async () => {
    await using bot = await startPriced();
    const { slack, model } = bot;
    const root = slack.user('root', { isAdmin: true });
    await limits(bot, 'dayLimit', { dayLimit: '1' });
    model.respond(costing(0.85, 'One.'));
    await ended(bot, { thread: asks(bot, 'ada', 'one') });
    const [nearly] = await slack.waitFor(() => {
      const own = slack.botMessages(root.dmChannel);
      return own.length > 0 && own;
    });
    expect(nearly?.shown).toBe(
      'This workspace has spent $0.85 of its $1.00 for today. It begins anew tomorrow at 00:00 (UTC). An admin can raise this limit with `/parley limits`.',
    );
    await limits(bot, 'limitsChannel', { limitsChannel: [slack.channel('random')] });
    asks(bot, 'ada', 'two');
    await slack.waitFor(() =>
      slack.botMessages('random').some(({ shown }) => shown.includes('not enough left for another answer')),
    );
    asks(bot, 'ada', 'three');
    await settle();
    expect(slack.botMessages(root.dmChannel)).toHaveLength(1);
    expect(slack.botMessages('random')).toHaveLength(1);
  });
});

describe.concurrent('a limit of the operator', () => {
  it('is told in direct messages as they are', async () => {
    await using bot = await startPriced({ TENANT_MONTH: '0' });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    ada.dm('hi');
    const [notice] = await slack.waitFor(() => {
      const own = slack.botMessages(ada.dmChannel);
      return own.length > 0 && own;
    });
    expect(notice?.shown).toBe(
      'The $0.00 of this workspace for this month pays for no answer. Only whoever runs Parley can raise this limit.',
    );
    expect(model.requests).toHaveLength(0);
  });
});
