/** Forgetting on Slack, and whose it is, tried from outside against the real program. */
import { describe, expect, it } from 'vitest';
import { answers, stall, streams, text } from '../../lab/counterparts/model-server.ts';
import type { Actor } from '../../lab/counterparts/slack/people/actors.ts';
import { sets, settle } from '../adapters/slack/said.ts';
import { type OnSlack, onSlack } from './parley-on.ts';

/** Mentions the app, in a thread or above one; resolves to the thread once it was answered. */
async function asks(parley: OnSlack, name: string, question: string, thread?: string, channel = 'general') {
  const { slack, model } = parley;
  const before = model.requests.length;
  const said = `<@${slack.botUserId}> ${question}`;
  const ts = slack.user(name).says(channel, said, thread === undefined ? {} : { threadTs: thread });
  await slack.waitFor(() => model.requests.length > before, { what: `the model to be asked: ${question}` });
  const place = thread ?? ts;
  await slack.waitFor(() => isEnded(parley, channel, place));
  return place;
}

function isEnded({ slack }: OnSlack, channel: string, thread: string): boolean {
  const last = slack.botMessages(channel, thread).at(-1);
  return JSON.stringify(last?.blocks ?? '').includes('parley_regenerate');
}

const last = (parley: OnSlack) => parley.sent().at(-1) ?? '';

/** Types behind a mention in a thread; resolves to what the person alone was told. */
async function types(parley: OnSlack, name: string, words: string, thread: string): Promise<string> {
  const { slack } = parley;
  const { id } = slack.user(name);
  const before = slack.ephemeral(id).length;
  slack.user(name).says('general', `<@${slack.botUserId}> ${words}`, { threadTs: thread });
  const told = await slack.waitFor(() => slack.ephemeral(id)[before]);
  return told.shown;
}

async function runs(parley: OnSlack, who: Actor, typed: string, channel?: string): Promise<string> {
  const before = parley.slack.ephemeral(who.id).length;
  await who.runs('/parley', typed, channel);
  return (await parley.slack.waitFor(() => parley.slack.ephemeral(who.id)[before])).shown;
}

/** Asks of a walrus in private in a channel, and of a zebra in the direct messages; resolves to who asked. */
async function asksInPrivate({ slack, model }: OnSlack): Promise<Actor> {
  const ada = slack.user('ada');
  model.respond(answers('A private one.'));
  await ada.runs('/parley', 'ask private a walrus');
  await slack.waitFor(() =>
    slack.botMessages(ada.dmChannel).some(({ shown }) => shown.includes('private one')),
  );
  ada.dm('a zebra');
  await slack.waitFor(() => model.requests.length === 2);
  return ada;
}

describe('after forget on Slack', () => {
  it('nothing that was said in a thread before is read again, by whom ever, nor after a restart', async () => {
    await using parley = await onSlack();
    const { slack } = parley;
    const thread = slack.user('ben').says('general', 'the walrus opened it');
    slack.user('ada').says('general', 'the door is 4711', { threadTs: thread });
    await asks(parley, 'ada', 'what is it?', thread);
    expect(last(parley)).toMatch(/walrus.*4711/s);
    expect(await types(parley, 'ada', 'forget', thread)).toContain('Parley remembers nothing of it');
    await asks(parley, 'ben', 'and now?', thread);
    await types(parley, 'ben', 'forget', thread);
    await parley.restart();
    await asks(parley, 'ada', 'still?', thread);
    for (const sent of parley.sent().slice(1)) expect(sent).not.toMatch(/walrus|4711/);
    expect(parley.stored()).not.toMatch(/walrus|4711/);
  });

  it('what others share of it is not read, wherever, nor what is edited, and what they said stays', async () => {
    await using parley = await onSlack();
    const { slack, model } = parley;
    const ada = slack.user('ada');
    const general = slack.channel('general');
    const told = ada.says('general', 'the walrus, of which Parley was not told');
    const thread = await asks(parley, 'ada', 'a zebra');
    const open = slack.user('ben').says('general', 'a heron is free');
    await runs(parley, ada, 'forget');
    const count = model.requests.length;
    ada.edits(told, `<@${slack.botUserId}> the walrus, edited`);
    await settle(800);
    expect(model.requests).toHaveLength(count);
    const copyOf = (ts: string, said: string, by: string, more = {}) => ({
      is_share: true,
      is_msg_unfurl: true,
      channel_id: general,
      ts,
      author_id: slack.user(by).id,
      author_name: by,
      text: said,
      fallback: `[today] ${by}: ${said}`,
      ...more,
    });
    const shares = [
      copyOf(told, 'the walrus', 'ada'),
      copyOf(thread, 'a zebra', 'ada', { from_url: `https://x.slack.com/archives/C/p1?thread_ts=${thread}` }),
      copyOf(open, 'a heron is free', 'ben'),
    ];
    for (const channel of ['general', 'random']) {
      const said = `<@${slack.botUserId}> what is this?`;
      const before = model.requests.length;
      const top = slack.user('ben').says(channel, said, { attachments: shares });
      await slack.waitFor(() => model.requests.length > before);
      expect(last(parley)).toContain('heron');
      expect(last(parley)).not.toMatch(/walrus|zebra/);
      await slack.waitFor(() => isEnded(parley, channel, top));
      // The same among the lines of a thread that Parley is called into later.
      const other = slack.user('ben').says(channel, 'look', { attachments: shares });
      await asks(parley, 'ben', 'what was that?', other, channel);
      expect(last(parley)).toContain('heron');
      expect(last(parley)).not.toMatch(/walrus|zebra/);
    }
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
  });

  it('what waits goes too, and nothing is answered after a kill -9, neither from the store nor from the platform', async () => {
    await using parley = await onSlack({ isProgram: true });
    const { slack, model } = parley;
    model.respond(streams(text('The heron is on its way, and it takes some time. '), stall), answers('New.'));
    const thread = slack.user('ada').says('general', `<@${slack.botUserId}> walrus?`);
    for (let i = 0; i < 10; i++)
      slack.user('ada').says('general', `<@${slack.botUserId}> zebra ${i}?`, { threadTs: thread });
    await slack.waitFor(() => slack.botMessages('general', thread).at(-1)?.shown.includes('heron'));
    expect(await types(parley, 'ada', 'forget', thread)).toContain('is deleted');
    await parley.crash();
    await settle(3_000);
    expect(model.requests).toHaveLength(1);
    expect(parley.stored()).not.toMatch(/walrus|zebra|heron/);
  });

  it('in a channel its threads are taken along, and those that Parley was never in are not read from before', async () => {
    await using parley = await onSlack();
    const { slack } = parley;
    const ada = slack.user('ada');
    const threads = [await asks(parley, 'ada', 'a walrus'), await asks(parley, 'ada', 'a zebra')];
    const never = slack.user('ada').says('general', 'a lemur');
    const bens = await asks(parley, 'ben', 'a heron');
    const told = await runs(parley, ada, 'forget');
    expect(told).toContain('in this channel and its threads');
    expect(told).toContain('2 messages');
    for (const thread of [...threads, never]) await asks(parley, 'ben', 'what was here?', thread);
    for (const sent of parley.sent().slice(-3)) expect(sent).not.toMatch(/walrus|zebra|lemur/);
    await asks(parley, 'ben', 'and here?', bens);
    expect(last(parley)).toContain('heron');
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
  });

  it('in a channel what was asked there in private goes along, and nothing else of the direct messages', async () => {
    await using parley = await onSlack();
    const ada = await asksInPrivate(parley);
    await parley.restart();
    expect(await runs(parley, ada, 'forget')).toContain('one message');
    await parley.restart();
    expect(parley.stored()).not.toContain('walrus');
    expect(parley.stored()).toContain('zebra');
  });

  it('in direct messages all of them goes, private questions too', async () => {
    await using parley = await onSlack();
    const { slack, model } = parley;
    const ada = await asksInPrivate(parley);
    await settle();
    expect(await runs(parley, ada, 'forget', ada.dmChannel)).toContain('Parley remembers nothing of it');
    ada.dm('what did I say?');
    await slack.waitFor(() => model.requests.length === 3);
    expect(last(parley)).not.toMatch(/walrus|zebra/);
    await parley.restart();
    expect(parley.stored()).not.toMatch(/walrus|zebra/);
  });
});

describe('what other people said on Slack', () => {
  it('goes for an admin alone, after a question, and the place sees who did it without a ping', async () => {
    await using parley = await onSlack();
    const { slack } = parley;
    const root = slack.user('root', { isAdmin: true });
    const thread = await asks(parley, 'ada', 'a walrus');
    await types(parley, 'ben', 'forget all', thread);
    expect(await types(parley, 'root', 'forget all', thread)).toContain('It cannot be undone');
    expect(parley.stored()).toContain('walrus');
    const question = slack.ephemeral(root.id).at(-1);
    if (!question) throw new Error('no question');
    await root.clicks(question, 'Delete all of it');
    const told = await slack.waitFor(() =>
      slack.botMessages('general', thread).find(({ shown }) => shown.includes('deleted all')),
    );
    expect(told.shown).toMatch(/^root deleted all that Parley remembered of this conversation\.$/i);
    expect(slack.pings).toEqual([]);
    await asks(parley, 'ada', 'what was it?', thread);
    expect(last(parley)).not.toContain('walrus');
  });

  it('is not stopped by Slack’s own button of somebody who did not ask', async () => {
    await using parley = await onSlack();
    const { slack, model } = parley;
    model.respond(
      streams(text('The walrus is on its way, and it takes some time. '), stall),
      answers('Fine.'),
    );
    const thread = slack.user('ada').says('general', `<@${slack.botUserId}> where is it?`);
    await slack.waitFor(() => slack.botMessages('general', thread).at(-1)?.shown.includes('walrus'));
    slack.user('ben').stopsSession('general', thread);
    await settle(800);
    const isStopped = () => JSON.stringify(slack.botMessages('general', thread).at(-1)).includes('Stopped.');
    expect(isStopped()).toBe(false);
    slack.user('ada').stopsSession('general', thread);
    await slack.waitFor(isStopped);
  });
});

describe('who may ask on Slack', () => {
  it('is the same in direct messages, and what is one’s own stays one’s own', async () => {
    await using parley = await onSlack();
    const { slack, model } = parley;
    const root = slack.user('root', { isAdmin: true });
    const ada = slack.user('ada');
    ada.dm('a zebra');
    await slack.waitFor(() => model.requests.length === 1);
    await sets(parley, 'whoMayAsk', 'admins');
    ada.dm('a walrus');
    await slack.waitFor(() =>
      slack.botMessages(ada.dmChannel).some(({ shown }) => shown.includes('only admins')),
    );
    expect(model.requests).toHaveLength(1);
    expect(await runs(parley, ada, 'forget', ada.dmChannel)).toContain('is deleted');
    root.dm('a heron');
    await slack.waitFor(() => model.requests.length === 2);
  });
});
