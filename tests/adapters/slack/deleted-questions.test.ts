/** Questions on Slack that their people delete: before the first word, in the middle of an answer, and afterwards. */
import { describe, expect, it } from 'vitest';
import { after, answers, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, calls, ended, prompts, says, settle, texts } from './said.ts';

const never = new Promise(() => {});

describe.concurrent('a question that is deleted before the first word', () => {
  it('in a channel leaves no message, no status and no turn', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(streams(after(never)), answers('Fine.'));
    const threadTs = slack.user('ben').says('general', 'a thread');
    const ada = slack.user('ada');
    const asked = ada.says('general', `${slack.mention} my secret is 4711`, { threadTs });
    await model.received(1);
    await slack.waitFor(() => slack.status('general', threadTs) !== '', { what: 'the status' });
    ada.deletes(asked);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await settle(800);
    expect(slack.botMessages('general')).toEqual([]);
    expect(slack.status('general', threadTs)).toBe('');
    ada.says('general', `${slack.mention} and now?`, { threadTs });
    await says(bot, 'Fine.');
    expect(prompts(bot)).toHaveLength(1);
    expect(prompts(bot).join()).not.toContain('4711');
  });

  it('in direct messages leaves nothing there either', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(streams(after(never)), answers('Fine.'));
    const asked = ada.dm('my secret is 4711');
    await model.received(1);
    ada.deletes(asked);
    await settle(800);
    expect(slack.botMessages(ada.dmChannel)).toEqual([]);
    ada.dm('and now?');
    await says(bot, 'Fine.', ada.dmChannel);
    expect(prompts(bot)).toEqual(['and now?']);
  });

  it('while the first message is being posted takes that message along', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(streams(text('A secret? '), after(never)));
    slack.settings.delay = 600;
    const asked = ada.dm('my secret is 4711');
    await slack.waitFor(() => calls(bot, 'chat.postMessage').length > 0);
    ada.deletes(asked);
    await settle(2_500);
    expect(slack.botMessages(ada.dmChannel)).toEqual([]);
  });
});

it('who deleted the question can still delete its answer', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  model.respond(streams(text('A secret? '), after(never)));
  const ada = slack.user('ada');
  const thread = asks(bot, 'ada', 'my secret is 4711');
  const growing = await says(bot, 'A secret?');
  await settle(200);
  ada.deletes(thread);
  await ended(bot, { thread });
  await settle(200);
  expect(texts(bot, 'general')).toHaveLength(1);
  await slack.user('ben').clicks(growing.ts, 'Delete');
  await settle(200);
  expect(texts(bot, 'general')).toHaveLength(1);
  await ada.clicks(growing.ts, 'Delete');
  await slack.waitFor(() => slack.botMessages('general').length === 0, { what: 'the answer to be deleted' });
});
