/** Slack messages with more than plain words, as the model reads them, and messages that change. */
import { describe, expect, it } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import { after, answers, repliesJson, streams, text } from '../../../lab/counterparts/model-server.ts';
import type { FileToSend } from '../../../lab/counterparts/slack/people/actors.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, ended, prompts, says, settle } from './said.ts';

const never = new Promise(() => {});
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Written down, or answered. */
const hears =
  (said: string): Behaviour =>
  (exchange) =>
    (exchange.request.path.endsWith('/audio/transcriptions')
      ? repliesJson(200, { text: said })
      : answers('Heard.'))(exchange);

async function reads(bot: SlackBot, said: string, files: FileToSend[], count = 1): Promise<string> {
  const ada = bot.slack.user('ada');
  bot.model.respond(hears('where is the cat?'));
  ada.dm(said, { files });
  await ended(bot, { channel: ada.dmChannel, count });
  return prompts(bot).join('\n');
}

describe.concurrent('a file', () => {
  it('of text or an image is read, from Slack with the token', async () => {
    await using bot = await startSlackBot();
    const read = await reads(bot, 'look', [
      { name: 'notes.txt', data: 'The code is 4711.' },
      { name: 'cat.png', data: PNG, mimetype: 'image/png' },
      { name: 'elsewhere.txt', data: 'From another workspace.', hidden: true },
    ]);
    expect(read).toContain('The code is 4711.');
    expect(read).toContain(PNG.toString('base64'));
    expect(read).toContain('From another workspace.');
    expect(bot.slack.downloads.every(({ allowed }) => allowed)).toBe(true);
  });

  it('that cannot be had is named, and no page to sign in on is taken for it', async () => {
    await using bot = await startSlackBot();
    bot.slack.scopes.delete('files:read');
    const read = await reads(bot, 'look', [{ name: 'cat.png', data: PNG, mimetype: 'image/png' }]);
    expect(read).toContain('cat.png');
    expect(read).not.toContain('Sign in');
    expect(read).not.toContain('DOCTYPE');
  });

  it('is not looked for elsewhere, nor taken when it is huge or deleted', async () => {
    await using bot = await startSlackBot();
    const huge = await reads(bot, 'look', [
      { name: 'huge.txt', data: 'a'.repeat(25 * 2 ** 20 + 1) },
      { name: 'gone.txt', data: 'deleted text', mode: 'tombstone' },
    ]);
    expect(huge).toContain('huge.txt');
    expect(huge).not.toContain('aaaa');
    expect(huge).not.toContain('deleted text');
    const elsewhere = new URL('/healthz', bot.parley.app.url);
    elsewhere.hostname = 'localhost';
    bot.slack.settings.redirectFiles = [elsewhere.href];
    const redirected = await reads(bot, 'again', [{ name: 'notes.txt', data: 'The code is 4711.' }], 2);
    expect(redirected).toContain('notes.txt');
    expect(redirected).not.toContain('4711');
  });

  it('that is a voice clip is written down', async () => {
    await using bot = await startSlackBot();
    const ogg = Buffer.concat([Buffer.from('OggS\0'), Buffer.alloc(30)]);
    const clip = { name: 'clip.ogg', data: ogg, mimetype: 'audio/ogg', subtype: 'slack_audio' };
    expect(await reads(bot, '', [clip])).toBe('where is the cat?');
  });
});

describe.concurrent('a text', () => {
  it('has its entities decoded and its people named', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ben = slack.user('ben', { displayName: 'Ben Baker' });
    model.respond(answers('Fine.'));
    asks(
      bot,
      'ada',
      `1 &lt; 2 &amp;&amp; <@${ben.id}> in <#${slack.channel('random')}|> or <#C1|lounge>, <!here> <!subteam^S1|@cooks> ` +
        '<https://x.example/?a=1&amp;b=2|a page> <https://y.example> <mailto:a@x.example|a@x.example> <!date^1^{date}|today>',
    );
    await says(bot, 'Fine.');
    expect(prompts(bot)).toEqual([
      '"ada": 1 < 2 && @Ben Baker in #random or #channel, @here @cooks a page (https://x.example/?a=1&b=2) https://y.example a@x.example today',
    ]);
  });

  it('that is shared with it is a quote', async () => {
    await using bot = await startSlackBot();
    const ada = bot.slack.user('ada');
    bot.model.respond(answers('Noted.'), answers('So it is.'));
    const attachments = [
      { is_share: true, author_name: 'Ben', text: 'The launch is on Friday &amp; Monday' },
      { title: 'A link', text: 'A preview of a page' },
    ];
    ada.dm('is it?', { attachments });
    await says(bot, 'Noted.', ada.dmChannel);
    const read = prompts(bot).join();
    expect(read).toContain('The launch is on Friday & Monday');
    expect(read).toContain('Ben');
    expect(read).toContain('A preview of a page');
    ada.dm('', { attachments });
    await says(bot, 'So it is.', ada.dmChannel);
  });
});

describe.concurrent('a message that changes', () => {
  it('while it is answered restarts the answer in the same message; afterwards it changes nothing', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(streams(text('About dogs. '), after(never)), answers('About cats.'), answers('Of course.'));
    const thread = asks(bot, 'ada', 'tell me of dogs');
    const growing = await says(bot, 'About dogs.');
    ada.edits(thread, `${slack.mention} tell me of cats`);
    const reply = await says(bot, 'About cats.');
    expect(reply.ts).toBe(growing.ts);
    await ended(bot, { thread });
    expect(prompts(bot)).toEqual(['"ada": tell me of cats']);
    // Slack shows the end a moment before Parley knows that it does: what is answered next comes after both.
    ada.says('general', 'sure?', { threadTs: thread });
    await says(bot, 'Of course.');
    ada.edits(thread, `${slack.mention} tell me of mice`);
    const added = ada.says('general', 'no mention');
    ada.edits(added, `${slack.mention} a mention`);
    await settle();
    expect(model.requests).toHaveLength(3);
    expect(slack.botMessages('general')).toHaveLength(2);
  });

  it('before it is taken, while its files are fetched, is answered as it then reads, or not at all', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond((exchange) =>
      (exchange.request.sent.includes('secret') ? streams(after(never)) : answers('Fine.'))(exchange),
    );
    slack.settings.delay = 400;
    const files = [{ name: 'notes.txt', data: 'Notes.' }];
    const thread = ada.says('general', `${slack.mention} tell me of dogs`, { files });
    await settle(100);
    ada.edits(thread, `${slack.mention} tell me of cats`);
    await ended(bot, { thread });
    expect(prompts(bot).join()).toContain('tell me of cats');
    expect(prompts(bot).join()).not.toContain('dogs');
    const deleted = ada.dm('my secret', { files });
    await settle(100);
    ada.deletes(deleted);
    ada.dm('and now?');
    // Which it would not be while the first is answered.
    await slack.waitFor(() => prompts(bot).includes('and now?'));
    expect(prompts(bot)).toEqual(['and now?']);
  });

  it('into nothing, a deleted question, stops its answer and is taken out of the history', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(streams(text('A secret? '), after(never)), answers('Fine.'), answers('Fine again.'));
    // With an answer below it, it leaves a stone.
    const thread = asks(bot, 'ada', 'my secret is 4711');
    await says(bot, 'A secret?');
    await settle(200);
    ada.deletes(thread);
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await ended(bot, { thread });
    ada.says('general', `${slack.mention} what did I say?`, { threadTs: thread });
    await says(bot, 'Fine.');
    expect(prompts(bot)).toHaveLength(1);
    expect(prompts(bot).join()).not.toContain('4711');
    // In direct messages it is gone, also long after it was answered.
    const said = ada.dm('my secret is 4712');
    await says(bot, 'Fine again.', ada.dmChannel);
    await settle(200);
    ada.deletes(said);
    await settle(200);
    ada.dm('and now?');
    await model.received(4);
    expect(prompts(bot)).toEqual(['and now?']);
  });
});

it('a channel that is deleted takes what was said in it along', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  model.respond(answers('Fine.'));
  const threadTs = asks(bot, 'ada', 'the code is 4711');
  await says(bot, 'Fine.');
  await settle();
  slack.deleteChannel('general');
  await settle();
  slack.user('ada').says('general', 'and now?', { threadTs });
  await model.received(2);
  expect(prompts(bot)).toHaveLength(1);
});

describe('the log', () => {
  it('holds nothing of what was said, no key and no token, whatever goes wrong', async () => {
    await using bot = await startSlackBot({ env: { OPENAI_API_KEY: 'sk-operator-canary-1' } });
    const { slack, model } = bot;
    model.respond(answers('answer-canary. '), streams(text('answer-canary two. '), after(never)));
    const methods = ['startStream', 'appendStream', 'stopStream', 'postMessage', 'update', 'delete'];
    for (const method of [
      ...methods.map((one) => `chat.${one}`),
      'users.info',
      'files.info',
      'conversations.replies',
    ])
      for (const fault of ['ratelimited', method.startsWith('chat') ? 'reset' : 'status500', 'fatal_error'])
        slack.faults.next(method, fault);
    const ada = slack.user('ada', { displayName: 'name-canary' });
    ada.dm('question-canary', { files: [{ name: 'name-canary.txt', data: 'file-canary', hidden: true }] });
    asks(bot, 'ada', 'question-canary');
    await slack.waitFor(() => slack.botMessages(ada.dmChannel).length > 0);
    slack.socketMode.dropConnections();
    asks(bot, 'ben', 'question-canary');
    await model.received(3);
    await settle(500);
    const log = bot.parley.log.join('');
    expect(log.length).toBeGreaterThan(500);
    expect(log).not.toMatch(/canary/i);
    for (const secret of [slack.botToken, slack.appToken, slack.signingSecret])
      expect(log).not.toContain(secret);
  });
});
