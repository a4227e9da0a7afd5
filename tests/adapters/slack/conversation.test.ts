/** Conversations on Slack: people speak to Parley in all kinds of places, and read its answers. */
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
import { SLACK_WORDS } from '../../../src/adapters/slack/vocabulary.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, ended, isLive, prompts, says, saysWith, sets, settle, texts } from './said.ts';

const never = new Promise(() => {});

describe.each(['socket', 'http'] as const)('by %s', (transport) => {
  it('a mention is answered in a thread on it, growing while the model streams', async () => {
    await using bot = await startSlackBot({ transport });
    const { slack, model } = bot;
    model.respond(
      streams(text('Hello there. '), pause(900), text('I am '), pause(900), text('done.'), finish(), done),
    );
    const ts = asks(bot, 'ada', 'hi');
    const reply = await says(bot, 'Hello there. I am done.');
    expect(reply.threadTs).toBe(ts);
    expect(reply.history.length).toBeGreaterThan(1);
    expect(prompts(bot)).toEqual(['"ada": hi']);
    await settle();
    // `app_mention` and `message` are one post.
    expect(model.requests).toHaveLength(1);
    expect(slack.botMessages('general', ts)).toHaveLength(1);
  });

  it('a direct message is a conversation, and a thread follows without a mention, also after a restart', async () => {
    await using bot = await startSlackBot({ transport });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'), answers('Five.'));
    ada.dm('first');
    await says(bot, 'One.', ada.dmChannel);
    ada.dm('second &amp; last');
    await says(bot, 'Two.', ada.dmChannel);
    expect(prompts(bot)).toEqual(['first', 'One.', 'second & last']);
    const ts = asks(bot, 'ada', 'third');
    await says(bot, 'Three.');
    slack.user('ben').says('general', 'fourth', { threadTs: ts });
    await says(bot, 'Four.');
    expect(prompts(bot)).toEqual(['"ada": third', 'Three.', '"ben": fourth']);
    await bot.restart();
    slack.user('ben').says('general', 'fifth', { threadTs: ts });
    await says(bot, 'Five.');
    expect(prompts(bot).at(-1)).toBe('"ben": fifth');
  });
});

describe.concurrent('a conversation is', () => {
  it('each thread of its own in the direct messages of an agent', async () => {
    await using bot = await startSlackBot({ settings: { agent: true } });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const more = { app_context: { entities: [] } };
    model.respond(answers('One.'), answers('Two.'), answers('Three.'));
    const first = ada.dm('first', { more });
    expect((await says(bot, 'One.', ada.dmChannel)).threadTs).toBe(first);
    const second = ada.dm('second', { more });
    expect((await says(bot, 'Two.', ada.dmChannel)).threadTs).toBe(second);
    expect(prompts(bot)).toEqual(['second']);
    ada.dm('third', { more, threadTs: first });
    expect((await says(bot, 'Three.', ada.dmChannel)).threadTs).toBe(first);
    expect(prompts(bot)).toEqual(['first', 'One.', 'third']);
  });

  it('told the title of its thread, once, where Slack says it', async () => {
    await using bot = await startSlackBot({ settings: { agent: true } });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    const more = { app_context: { entities: [] }, assistant_thread: { title: 'Launch of the ZEBRA' } };
    model.respond(answers('One.'), answers('Two.'));
    const threadTs = ada.dm('first', { more });
    await says(bot, 'One.', ada.dmChannel);
    expect(prompts(bot).join()).toContain('Launch of the ZEBRA');
    ada.dm('second', { more, threadTs });
    await says(bot, 'Two.', ada.dmChannel);
    expect(prompts(bot).join().split('ZEBRA')).toHaveLength(2);
  });

  it('a thread in the direct messages of several people, where it is mentioned', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(answers('One.'), answers('Two.'));
    const [ada, ben] = [slack.user('ada'), slack.user('ben')];
    const { channel } = ada.groupDm([ben], 'not for you');
    const { ts } = ada.groupDm([ben], `${slack.mention} for you`);
    expect((await says(bot, 'One.', channel)).threadTs).toBe(ts);
    ben.says(channel, 'and on', { threadTs: ts });
    await says(bot, 'Two.', channel);
    expect(prompts(bot)).toEqual(['"ada": for you', 'One.', '"ben": and on']);
  });

  it('told what was said in a thread before it was called into it, once', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(answers('One.'), answers('Two.'));
    const [ada, ben] = [slack.user('ada'), slack.user('ben')];
    const threadTs = ben.says('general', 'The launch is on Friday &lt;3');
    ada.says('general', 'At noon?', { threadTs });
    ben.says('general', `${slack.mention} when exactly?`, { threadTs });
    await says(bot, 'One.');
    const [prompt = ''] = prompts(bot);
    expect(prompt).toContain('| "ben": The launch is on Friday <3\n| "ada": At noon?');
    expect(prompt.split('when exactly')).toHaveLength(2);
    ada.says('general', 'thanks', { threadTs });
    await says(bot, 'Two.');
    expect(prompts(bot).join('').split('Friday')).toHaveLength(2);
  });

  it('with people of other workspaces, too', async () => {
    await using bot = await startSlackBot({
      workspaces: [{ name: 'Workshop', channels: ['general', { name: 'shared', shared: true }] }],
    });
    bot.slack.user('cyd', { teamId: 'T0ELSEWHERE' });
    bot.model.respond(answers('Welcome.'));
    asks(bot, 'cyd', 'hi', 'shared');
    await says(bot, 'Welcome.', 'shared');
    expect(prompts(bot)).toEqual(['"cyd": hi']);
  });
});

describe.concurrent('what is not for Parley is left alone:', () => {
  it('bots, other subtypes, Slackbot, a thread that it is not in, its own messages and their changes', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(streams(text('One sentence. '), pause(900), text('Another.'), finish(), done));
    const ada = slack.user('ada');
    const { mention } = slack;
    ada.says('general', `${mention} I am a bot`, { asBot: true });
    for (const subtype of ['bot_message', 'channel_join', 'channel_topic', 'me_message', 'reminder_add'])
      ada.says('general', `${mention} ${subtype}`, { subtype });
    ada.says('general', `${mention} hidden`, { more: { hidden: true } });
    ada.dm('I am a bot', { asBot: true });
    const other = ada.says('general', 'among ourselves');
    slack.user('ben').says('general', 'yes', { threadTs: other });
    // Its own updates are events as well.
    const thread = asks(bot, 'ada', 'hi');
    const [answer] = await ended(bot, { thread });
    ada.dm('hi');
    await ended(bot, { channel: ada.dmChannel });
    expect(slack.events.some(({ event }) => event.subtype === 'message_changed')).toBe(true);
    slack.user('ben').deletes(answer?.ts ?? '');
    await settle();
    expect(model.requests).toHaveLength(2);
  });

  it('a channel that is not allowed; who may not ask is told why', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    model.respond(answers('Yes.'));
    const [ada, ben] = [slack.user('ada'), slack.user('ben')];
    const group = slack.addUserGroup('cooks', [ada.id]);
    await sets(bot, 'channels', [slack.channel('general')]);
    await sets(bot, 'roles', [group]);
    asks(bot, 'ada', 'hi', 'random');
    const thread = asks(bot, 'ada', 'hi');
    await ended(bot, { thread });
    const refused = asks(bot, 'ben', 'hi');
    const [notice] = await slack.waitFor(() => {
      const own = slack.botMessages('general', refused);
      return own.length > 0 && own;
    });
    expect(notice?.shown).toMatch(/user groups/);
    // Nobody is bothered who did not call it.
    ben.says('general', 'hm', { threadTs: thread });
    await settle();
    expect(model.requests).toHaveLength(1);
    expect(texts(bot, 'random')).toEqual([]);
    expect(slack.botMessages('general', thread)).toHaveLength(1);
  });
});

describe.concurrent('words after a mention that are commands', () => {
  it('stop what is being written in that thread, for who asked and for admins', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    slack.user('root', { isAdmin: true });
    model.respond(
      streams(text('On and on. '), after(never)),
      answers('So be it.'),
      streams(text('And on. '), after(never)),
    );
    const thread = asks(bot, 'ada', 'go');
    await says(bot, 'On and on.');
    const stop = (name: string) =>
      slack.user(name).says('general', `${slack.mention} stop`, { threadTs: thread });
    stop('ben');
    await says(bot, en.notices.notYours(SLACK_WORDS));
    expect(slack.botMessages('general', thread).some(isLive)).toBe(true);
    stop('ada');
    await expect(model.requests[0]?.closed).resolves.toBe('gone');
    await saysWith(bot, 'On and on.', 'Stopped.');
    // The next answer begins after this one has ended.
    slack.user('ada').says('general', 'well', { threadTs: thread });
    await says(bot, 'So be it.');
    slack.user('ada').says('general', 'go on', { threadTs: thread });
    await says(bot, 'And on.');
    stop('root');
    await saysWith(bot, 'And on.', 'Stopped.');
    await settle(200);
    stop('ben');
    await says(bot, en.notices.nothingToStop);
    expect(model.requests).toHaveLength(3);
  });

  it('forget the thread, export it, tell what there is; nothing but a mention is answered by help', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const root = slack.user('root', { isAdmin: true });
    model.respond(answers('I know.'), answers('Who?'));
    const thread = asks(bot, 'root', 'I am a baker');
    await says(bot, 'I know.');
    root.says('general', `${slack.mention} export`, { threadTs: thread });
    const sent = await slack.waitFor(() =>
      slack.botMessages(root.dmChannel).find(({ files }) => files.length > 0),
    );
    expect(JSON.stringify(sent.files)).toContain('baker');
    root.says('general', `${slack.mention} help`, { threadTs: thread });
    await slack.waitFor(() => slack.ephemeral(root.id).some(({ shown }) => shown.includes('/parley')));
    root.says('general', slack.mention);
    await slack.waitFor(() => texts(bot).some((shown) => shown.includes('/parley')));
    const before = slack.ephemeral(root.id).length;
    root.says('general', `${slack.mention} forget`, { threadTs: thread });
    await slack.waitFor(() => slack.ephemeral(root.id).length > before);
    root.says('general', 'who am I?', { threadTs: thread });
    await says(bot, 'Who?');
    expect(prompts(bot).join()).not.toContain('baker: I am');
    expect(model.requests).toHaveLength(2);
  });
});
