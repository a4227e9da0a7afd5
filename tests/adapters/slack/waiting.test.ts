/** Signs that people on Slack see while they wait, and calls that nobody waits for. */
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, prompts, says, settle } from './said.ts';

const notes = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `n${index}.txt`, data: `text ${index}` }));

describe.concurrent('while files are fetched', () => {
  it('a thread has a status, and they are fetched side by side', async () => {
    await using bot = await startSlackBot({ settings: { fileDelay: 1_500 } });
    const { slack, model } = bot;
    model.respond(answers('Read.'));
    const thread = slack.user('ada').says('general', `${slack.mention} look`, { files: notes(8) });
    await slack.waitFor(() => slack.status('general', thread) !== '', { what: 'a status' });
    expect(model.requests).toHaveLength(0);
    await model.received(1);
    // One after the other, each would begin after the whole time of the one before.
    const waits = slack.downloads.map(({ at }, index, all) => at - (all[index - 1]?.at ?? at));
    expect(waits).toHaveLength(8);
    expect(Math.max(...waits.slice(1, 4))).toBeLessThan(1_500);
    await ended(bot, { thread });
    await settle(300);
    expect(slack.status('general', thread)).toBe('');
    expect(prompts(bot).join()).toContain('text 7');
  });

  it('direct messages get a placeholder, and the answer grows in it', async () => {
    await using bot = await startSlackBot({ settings: { fileDelay: 6_000 } });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('Read.'));
    ada.dm('look', { files: notes(1) });
    const placeholder = await slack.waitFor(() => slack.botMessages(ada.dmChannel)[0]);
    expect(placeholder.shown).toContain('Thinking');
    expect(model.requests).toHaveLength(0);
    const [answer, ...others] = await ended(bot, { channel: ada.dmChannel });
    expect(answer).toMatchObject({ ts: placeholder.ts, shown: 'Read.' });
    expect(others).toEqual([]);
  });

  it('of a question that is deleted meanwhile, the placeholder goes with it', async () => {
    await using bot = await startSlackBot({ settings: { fileDelay: 6_000 } });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const asked = ada.dm('look', { files: notes(1) });
    await slack.waitFor(() => slack.botMessages(ada.dmChannel)[0]);
    ada.deletes(asked);
    await slack.waitFor(() => slack.botMessages(ada.dmChannel).length === 0);
    // The file would have come by then.
    await settle(4_500);
    expect(slack.botMessages(ada.dmChannel)).toEqual([]);
    expect(model.requests).toHaveLength(0);
  });

  it('that turn out to hold nothing, the status is taken away and people are told', async () => {
    await using bot = await startSlackBot({ settings: { fileDelay: 500 } });
    const { slack, model } = bot;
    const threadTs = asks(bot, 'ada', '');
    await slack.waitFor(() => slack.botMessages('general', threadTs).length === 1);
    const disk = {
      name: 'all.iso',
      data: Buffer.from([0, 255, 0, 1]),
      mimetype: 'application/x-iso9660-image',
    };
    const asked = slack.user('ada').says('general', slack.mention, { files: [disk] });
    await slack.waitFor(() => slack.botMessages('general', asked).length === 1);
    await settle(300);
    expect(slack.status('general', asked)).toBe('');
    expect(model.requests).toHaveLength(0);
  });
});

describe.concurrent('while the model thinks', () => {
  it('plain direct messages get a placeholder after two seconds, and no second message', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const waited = Promise.withResolvers<void>();
    model.respond(streams(after(waited.promise), text('At last.'), finish(), done));
    const asked = performance.now();
    ada.dm('hard question');
    const placeholder = await slack.waitFor(() => slack.botMessages(ada.dmChannel)[0]);
    expect(performance.now() - asked).toBeGreaterThan(1_900);
    expect(placeholder.shown).toContain('Thinking');
    waited.resolve();
    const [answer, ...others] = await ended(bot, { channel: ada.dmChannel });
    expect(answer).toMatchObject({ ts: placeholder.ts, shown: 'At last.' });
    expect(others).toEqual([]);
  });

  it('a question that is deleted takes its placeholder along', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(streams(pause(20_000)));
    const asked = ada.dm('hard question');
    await slack.waitFor(() => slack.botMessages(ada.dmChannel)[0]);
    ada.deletes(asked);
    await slack.waitFor(() => slack.botMessages(ada.dmChannel).length === 0);
  });
});

it('while a thread is read there is a status, and a thread that Slack does not give is waited for some seconds', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  model.respond(answers('Fine.'));
  slack.faults.next('conversations.replies', 'hang');
  const threadTs = slack.user('ben').says('general', 'a thread');
  slack.user('ada').says('general', `${slack.mention} what is it about?`, { threadTs });
  await slack.waitFor(() => slack.status('general', threadTs) !== '', { what: 'a status' });
  await model.received(1);
  await ended(bot, { thread: threadTs });
});

describe.concurrent('a name', () => {
  it.each(['ratelimited', 'hang'])(
    'that Slack does not tell (%s) holds a question up for a second at most',
    async (fault) => {
      await using bot = await startSlackBot();
      const { slack, model } = bot;
      slack.faults.retryAfter = 15;
      for (const method of ['users.info', 'conversations.info', 'usergroups.list'])
        for (let time = 0; time < 20; time++) slack.faults.next(method, fault);
      model.respond(answers('One.'), answers('Two.'));
      const ben = slack.user('ben');
      const before = performance.now();
      asks(bot, 'ada', `ask <@${ben.id}> in <#${slack.channel('random')}> and <!subteam^S1>`);
      await model.received(1);
      expect(performance.now() - before).toBeLessThan(14_000);
      expect(prompts(bot)).toEqual(['"someone": ask @someone in #channel and @a group']);
      const again = performance.now();
      asks(bot, 'ben', 'and me?');
      await model.received(2);
      expect(performance.now() - again).toBeLessThan(14_000);
      expect(calls(bot, 'users.info').length).toBeLessThan(6);
    },
  );

  it('that comes late is there for the next question', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(answers('One.'), answers('Two.'));
    slack.settings.delay = 1_600;
    const thread = asks(bot, 'ada', 'first');
    await model.received(1);
    expect(prompts(bot)).toEqual(['"someone": first']);
    slack.settings.delay = 0;
    await says(bot, 'One.');
    await settle(1_500);
    slack.user('ada').says('general', 'second', { threadTs: thread });
    await says(bot, 'Two.');
    expect(prompts(bot).at(-1)).toBe('"ada": second');
  });
});
