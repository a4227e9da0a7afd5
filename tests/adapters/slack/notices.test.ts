/** Slack's own changes to a question are no edits (docs.slack.dev: message_changed event). */
import { describe, expect, it } from 'vitest';
import { after, answers, finish, streams, text } from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, ended, prompts, says, settle } from './said.ts';

const LINK = 'what is <https://example.com/a?b=1&amp;c=2>?';
const UNFURLED_MESSAGE = {
  is_msg_unfurl: true,
  from_url: 'https://workshop.slack.com/archives/C1/p1700000000000100',
  author_name: 'Ben',
  text: 'A message that the link leads to',
};

describe.concurrent('an answer goes on', () => {
  it.each<[string, string, { unfurl?: object; fields?: object }]>([
    [
      'when a preview of a link comes',
      LINK,
      { unfurl: { from_url: 'https://example.com/', title: 'A page' } },
    ],
    ['when the message that a link leads to comes', LINK, { unfurl: UNFURLED_MESSAGE }],
    ['when the language is found out', 'hallo, wie geht es?', { fields: { language: { locale: 'de-DE' } } }],
    [
      'when replies are counted',
      'hi',
      { fields: { reply_count: 2, reply_users: ['U1'], latest_reply: '1.2' } },
    ],
    ['when it is pinned', 'hi', { fields: { pinned_to: ['C1'], pinned_info: { pinned_by: 'U1' } } }],
    ['when somebody subscribes to the thread', 'hi', { fields: { subscribed: true, last_read: '1.2' } }],
  ])('%s', async (_, question, { unfurl, fields }) => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const { promise, resolve } = Promise.withResolvers<void>();
    model.respond(streams(text('It begins. '), after(promise), text('It ends.'), finish()));
    const thread = asks(bot, 'ada', question);
    await says(bot, 'It begins.');
    if (unfurl) slack.unfurl(thread, unfurl);
    if (fields) slack.annotate(thread, fields);
    await settle(500);
    resolve();
    await says(bot, 'It begins. It ends.');
    expect(model.requests).toHaveLength(1);
    expect(slack.botMessages('general')).toHaveLength(1);
  });

  it('when its question with a file gets a preview while the file is fetched', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(answers('Fine.'));
    slack.settings.delay = 300;
    const files = [{ name: 'notes.txt', data: 'The code is 4711.' }];
    const asked = slack.user('ada').says('general', `${slack.mention} ${LINK}`, { files });
    await settle(100);
    slack.unfurl(asked);
    await ended(bot, { thread: asked });
    await settle(500);
    expect(model.requests).toHaveLength(1);
    expect(prompts(bot).join()).toContain('The code is 4711.');
  });

  it('when Slack does not say how it was before, and the text is the same', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const { promise, resolve } = Promise.withResolvers<void>();
    model.respond(streams(text('It begins. '), after(promise), text('It ends.'), finish()));
    slack.settings.previous = false;
    const thread = asks(bot, 'ada', LINK);
    await says(bot, 'It begins.');
    slack.unfurl(thread);
    await settle(500);
    resolve();
    await says(bot, 'It begins. It ends.');
    expect(model.requests).toHaveLength(1);
  });
});

it('an edit of the text after a preview restarts the answer once, and keeps what was said in the thread', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  const [ada, ben] = [slack.user('ada'), slack.user('ben')];
  model.respond(streams(text('About dogs. '), after(new Promise(() => {}))), answers('About cats.'));
  const files = [{ name: 'plan.txt', data: 'The plan is 4712.' }];
  const threadTs = ben.says('general', 'The launch is on Friday', { files });
  const asked = ada.says('general', `${slack.mention} of dogs: <https://example.com>`, { threadTs });
  await says(bot, 'About dogs.');
  slack.unfurl(asked);
  await settle(300);
  expect(model.requests).toHaveLength(1);
  ada.edits(asked, `${slack.mention} of cats: <https://example.com>`);
  await says(bot, 'About cats.');
  expect(model.requests).toHaveLength(2);
  const read = prompts(bot).join();
  expect(read).toContain('of cats');
  expect(read).toContain('The launch is on Friday');
  expect(read).toContain('The plan is 4712.');
});

it('a file that is deleted from a question restarts its answer without that file', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  model.respond(streams(text('With it. '), after(new Promise(() => {}))), answers('Without it.'));
  const files = [{ name: 'plan.txt', data: 'The plan is 4712.' }];
  const asked = slack.user('ada').says('general', `${slack.mention} what is the plan?`, { files });
  await says(bot, 'With it.');
  expect(prompts(bot).join()).toContain('4712');
  const [file] = slack.message(asked)?.files ?? [];
  slack.annotate(asked, { files: [{ id: file?.id, mode: 'tombstone' }] });
  await says(bot, 'Without it.');
  expect(prompts(bot).join()).not.toContain('4712');
});
