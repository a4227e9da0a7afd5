/** Who may spend: servers, workspaces and people that the operator lets in, or not, on a Parley that runs. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  after,
  answers,
  done,
  finish,
  startModelServer,
  streams,
  text,
} from '../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../lab/counterparts/slack/people/message-view.ts';
import { notices } from '../adapters/slack/said.ts';
import { browserOf } from '../harness/web.ts';
import { type Chatting, onDiscord, onSlack, startChatting, until } from './chatting.ts';
import { startHere } from './operated.ts';

/** So long that whatever should not happen would have. */
const SETTLE_MS = 700;
const REFUSED_SERVER = /^(?:-# )?Parley does not answer on this server/;
const REFUSED_WORKSPACE = /Parley does not answer in this workspace/;

const isRefused = (message: MessageView) => notices(message).some((one) => /does not answer this/.test(one));

const mention = ({ discord }: Chatting, person: string, question: string) =>
  discord.user(person).says(discord.channel('general'), `<@${discord.botId}> ${question}`);
const mentionOnSlack = ({ slack }: Chatting, person: string, question: string) =>
  slack.user(person).says('general', `${slack.mention} ${question}`);

describe('a server that is not allowed', () => {
  it('is told so once an hour in a channel, whatever is asked how, and costs nothing', async () => {
    await using all = await startChatting({
      env: () => ({ ALLOWED_SERVERS: '1', ALLOWED_WORKSPACES: 'T1' }),
    });
    const { discord, slack, model } = all;
    const ada = discord.user('ada');
    const first = mention(all, 'ada', 'hello?');
    await until(() => onDiscord(all), REFUSED_SERVER);
    mention(all, 'ben', 'hello again?');
    ada.edits(first, `<@${discord.botId}> hello, edited?`);
    const asked = await ada.runs('ask', { prompt: 'and so?' });
    expect(await asked.message()).toMatchObject({
      ephemeral: true,
      content: expect.stringMatching(REFUSED_SERVER),
    });
    const about = await ada.context('Ask Parley', first);
    expect((await about.message()).content).toMatch(REFUSED_SERVER);
    mentionOnSlack(all, 'ada', 'hello?');
    await until(() => onSlack(all), REFUSED_WORKSPACE);
    mentionOnSlack(all, 'ben', 'and me?');
    slack.user('ada').dm('and here?');
    await slack.user('ada').runs('/parley', 'ask what now?');
    await until(() => slack.ephemeral(slack.user('ada').id).map(({ shown }) => shown), REFUSED_WORKSPACE);
    await sleep(SETTLE_MS);
    expect(onDiscord(all)).toHaveLength(1);
    expect(onSlack(all)).toHaveLength(1);
    expect(model.requests).toEqual([]);
    const audited = `"audit":"refused","tenant":"discord:${discord.guildId}","person":"${ada.id}","reason":"server"`;
    expect(all.parley.output()).toContain(audited);
  });

  it('is answered at once when the operator allows it, and no more when the operator blocks it', async () => {
    await using all = await startChatting({ env: () => ({ ALLOWED_SERVERS: '1' }) });
    const { discord, model, parley } = all;
    mention(all, 'ada', 'hello?');
    await until(() => onDiscord(all), REFUSED_SERVER);
    expect((await parley.operate('allow', 'server', discord.guildId)).code).toBe(0);
    mention(all, 'ada', 'now?');
    await expect.poll(() => model.requests.length).toBe(1);
    expect((await parley.operate('block', 'server', discord.guildId)).code).toBe(0);
    const before = model.requests.length;
    mention(all, 'ben', 'and now?');
    const asked = await discord.user('ben').runs('ask', { prompt: 'and so?' });
    expect((await asked.message()).content).toMatch(REFUSED_SERVER);
    await sleep(SETTLE_MS);
    expect(model.requests.length).toBe(before);
  });
});

describe('a person who is blocked', () => {
  it('is told so alone, where they wrote or in direct messages, and presses nothing', async () => {
    await using all = await startChatting();
    const { discord, slack, model, parley } = all;
    const [ada, eve] = [discord.user('ada'), slack.user('eve')];
    mention(all, 'ada', 'hello?');
    mentionOnSlack(all, 'eve', 'hello?');
    await until(() => onDiscord(all), 'Hello.');
    await until(() => onSlack(all), 'Hello.');
    await parley.operate('block', 'person', `discord:${ada.id}`);
    await parley.operate('block', 'person', `slack:${slack.id}:${eve.id}`);
    const before = model.requests.length;
    mention(all, 'ada', 'once more?');
    mentionOnSlack(all, 'eve', 'once more?');
    await until(() => onDiscord(all, ada.dmChannel), /Parley does not answer you/);
    await until(() => slack.ephemeral(eve.id).map(({ shown }) => shown), /Parley does not answer you/);
    const [answer] = discord.botMessages(discord.channel('general'));
    if (!answer) throw new Error('no answer');
    const pressed = await ada.clicks(answer, 'Regenerate');
    expect((await pressed.message()).content).toMatch(/Parley does not answer you/);
    ada.dm('and here?');
    eve.dm('and here?');
    await sleep(SETTLE_MS);
    expect(model.requests.length).toBe(before);
    expect(onDiscord(all)).toHaveLength(1);
    expect(onSlack(all)).toHaveLength(1);
    mention(all, 'ben', 'and me?');
    await expect.poll(() => model.requests.length).toBe(before + 1);
  });

  it('gets no answer either to what still waited then, and it costs nothing', async () => {
    await using all = await startChatting({ env: () => ({ PERSON_AT_ONCE: '1' }) });
    const { discord, slack, model, parley } = all;
    const first = Promise.withResolvers<void>();
    model.respond(streams(text('First.'), after(first.promise), finish(), done), answers('Hello.'));
    const eve = slack.user('eve');
    mentionOnSlack(all, 'eve', 'one?');
    await expect.poll(() => model.requests.length).toBe(1);
    mentionOnSlack(all, 'eve', 'two?');
    mentionOnSlack(all, 'eve', 'three?');
    await sleep(SETTLE_MS);
    await parley.operate('block', 'person', `slack:${slack.id}:${eve.id}`);
    first.resolve();
    await expect.poll(() => slack.botMessages('general').filter(isRefused)).toHaveLength(2);
    expect(model.requests).toHaveLength(1);
    mention(all, 'ben', 'and me?');
    await until(() => onDiscord(all), 'Hello.');
    expect(discord.botMessages(discord.channel('general'))).toHaveLength(1);
  });

  it('keeps what is answered just then, may delete it, and goes on with nothing', async () => {
    await using all = await startChatting();
    const { discord, slack, model, parley } = all;
    const rest = Promise.withResolvers<void>();
    model.respond(streams(text('First. '), after(rest.promise), text('Second.'), finish('length'), done));
    const [ada, eve] = [discord.user('ada'), slack.user('eve')];
    mention(all, 'ada', 'hello?');
    mentionOnSlack(all, 'eve', 'hello?');
    await until(() => onDiscord(all), /First/);
    await until(() => onSlack(all), /First/);
    await parley.operate('block', 'person', `discord:${ada.id}`);
    await parley.operate('block', 'person', `slack:${slack.id.toLowerCase()}:${eve.id.toLowerCase()}`);
    rest.resolve();
    const lastOfDiscord = () => discord.botMessages(discord.channel('general'))[0];
    const lastOfSlack = () => slack.botMessages('general')[0];
    await expect.poll(() => JSON.stringify(lastOfDiscord())).toContain('Continue');
    await expect.poll(() => JSON.stringify(lastOfSlack())).toContain('Continue');
    for (const button of ['Continue', 'Regenerate']) {
      const pressed = await ada.clicks(lastOfDiscord()?.id ?? '', button);
      expect((await pressed.message()).content).toMatch(/Parley does not answer you/);
      await eve.clicks(lastOfSlack()?.ts ?? '', button);
    }
    await expect.poll(() => slack.ephemeral(eve.id).length).toBe(2);
    const about = await ada.runs('about');
    expect((await about.message()).content).toMatch(/What is stored/);
    await ada.clicks(lastOfDiscord()?.id ?? '', 'Delete');
    await eve.clicks(lastOfSlack()?.ts ?? '', 'Delete');
    await expect.poll(() => [onDiscord(all), onSlack(all)]).toEqual([[], []]);
    expect(model.requests).toHaveLength(2);
  });

  it('is known by their own workspace too, where they write in a shared channel of another one', async () => {
    const HOME = 'T0HOME';
    await using all = await startChatting({
      env: ({ slack }) => ({
        BLOCKED_PEOPLE: `slack:${HOME}:${slack.user('guest', { teamId: HOME }).id}`,
        ALLOWED_PEOPLE: ['guest', 'friend']
          .map((name) => `slack:${HOME}:${slack.user(name, { teamId: HOME }).id}`)
          .join(),
      }),
    });
    const { slack, model } = all;
    mentionOnSlack(all, 'guest', 'hello?');
    const guest = slack.user('guest');
    await until(() => slack.ephemeral(guest.id).map(({ shown }) => shown), /Parley does not answer you/);
    expect(model.requests).toEqual([]);
    mentionOnSlack(all, 'friend', 'hello?');
    await until(() => onSlack(all), 'Hello.');
  });

  it('or is not among those who are allowed, on either platform', async () => {
    await using all = await startChatting({
      env: ({ discord }) => ({ ALLOWED_PEOPLE: `discord:${discord.user('ada').id}` }),
    });
    const { discord, slack, model } = all;
    mention(all, 'ben', 'hello?');
    mentionOnSlack(all, 'ada', 'hello?');
    await until(() => onDiscord(all, discord.user('ben').dmChannel), /Parley does not answer you/);
    await until(() => slack.ephemeral(slack.user('ada').id).map(({ shown }) => shown), /does not answer you/);
    expect(model.requests).toEqual([]);
    mention(all, 'ada', 'hello?');
    await until(() => onDiscord(all), 'Hello.');
  });
});

describe('DIRECT_MESSAGES=off', () => {
  it('answers direct messages with one sentence, and channels as ever', async () => {
    await using all = await startChatting({ env: () => ({ DIRECT_MESSAGES: 'off' }) });
    const { discord, slack, model } = all;
    discord.user('ada').dm('hello?');
    slack.user('ada').dm('hello?');
    await until(() => onDiscord(all, discord.user('ada').dmChannel), /answers no direct messages/);
    await until(() => onSlack(all, slack.user('ada').dmChannel), /answers no direct messages/);
    await slack.user('ada').runs('/parley', 'ask private what now?');
    await until(() => slack.ephemeral(slack.user('ada').id).map(({ shown }) => shown), /no direct messages/);
    expect(model.requests).toEqual([]);
    mention(all, 'ada', 'hello?');
    await until(() => onDiscord(all), 'Hello.');
  });

  it('sends nobody there: neither the welcome, nor /help, nor App Home', async () => {
    await using all = await startChatting({ env: () => ({ DIRECT_MESSAGES: 'off' }) });
    const { discord, slack } = all;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    await until(() => onDiscord(all, discord.channel('lobby', other)), /^Hello, I’m Parley/);
    const help = await discord.user('ada').runs('help');
    mention(all, 'ada', '');
    await until(() => onDiscord(all), /Mention me/);
    const ada = slack.user('ada');
    await ada.runs('/parley', 'help');
    await until(() => slack.ephemeral(ada.id).map(({ shown }) => shown), /Mention me/);
    await ada.opensHome('home');
    await expect.poll(() => JSON.stringify(slack.home(ada.id))).toMatch(/Mention me/);
    const said = [
      ...onDiscord(all, discord.channel('lobby', other)),
      (await help.message()).content,
      ...onDiscord(all),
      ...slack.ephemeral(ada.id).map(({ shown }) => shown),
      JSON.stringify(slack.home(ada.id)),
    ];
    expect(said.filter((one) => /direct/.test(one))).toEqual([]);
  });
});

describe('OWN_KEY_ONLY=on', () => {
  it('lets nobody spend on the operator’s key, and tells how to set an own one', async () => {
    await using all = await startChatting({ env: () => ({ OWN_KEY_ONLY: 'on' }) });
    const { discord, slack, model } = all;
    mention(all, 'ada', 'hello?');
    discord.user('ada').dm('hello?');
    mentionOnSlack(all, 'ada', 'hello?');
    await until(() => onDiscord(all), /API key of your own\. Ask an admin to set one with `\/key set`/);
    // There, everybody is their own admin.
    await until(() => onDiscord(all, discord.user('ada').dmChannel), /\. Set one with `\/key set`/);
    await until(() => onSlack(all), /API key of your own\. Ask an admin.*key set/);
    slack.user('root', { isAdmin: true });
    mentionOnSlack(all, 'root', 'hello?');
    await until(() => onSlack(all), /API key of your own\. Set one with .*key set/);
    expect(model.requests).toEqual([]);
  });
});

describe('PERSON_PER_MINUTE', () => {
  it('tells once who sends more when to come again, counts what is pressed, and holds up nobody else', async () => {
    await using all = await startChatting({ env: () => ({ PERSON_PER_MINUTE: '3' }) });
    const { discord, model } = all;
    const ada = discord.user('ada');
    for (const word of ['one', 'two']) mention(all, 'ada', word);
    await expect.poll(() => onDiscord(all).filter((said) => said === 'Hello.')).toHaveLength(2);
    const [answer] = discord.botMessages(discord.channel('general'));
    if (!answer) throw new Error('no answer');
    await ada.clicks(answer, 'Regenerate');
    await expect.poll(() => model.requests.length).toBe(3);
    const asked = await ada.runs('ask', { prompt: 'four' });
    expect((await asked.message()).content).toMatch(/Come again in \d+ seconds\.$/);
    for (const word of ['five', 'six']) mention(all, 'ada', word);
    ada.dm('seven');
    for (const word of ['one', 'two', 'three', 'four', 'five']) mentionOnSlack(all, 'eve', word);
    await until(() => onSlack(all), /Come again in \d+ seconds\./);
    await sleep(SETTLE_MS);
    expect(model.requests.length).toBe(6);
    expect(onSlack(all).filter((said) => said.includes('Come again'))).toHaveLength(1);
    expect(onDiscord(all).filter((said) => said.includes('Come again'))).toHaveLength(0);
    mention(all, 'ben', 'and me?');
    await expect.poll(() => model.requests.length).toBe(7);
  });
});

describe('PERSON_PER_MINUTE on the page', () => {
  it('counts by session what is sent, repeated and continued, and says when to come again', async () => {
    await using model = await startModelServer();
    model.respond(streams(text('Cut'), finish('length'), done));
    await using parley = await startHere({ OPENAI_BASE_URL: model.url, PERSON_PER_MINUTE: '3' });
    const browser = browserOf(parley.url);
    const id = await browser.newConversation();
    const path = `/api/conversations/${id}`;
    const { id: turn } = await browser.send(id, 'one');
    await browser.follow(id, turn);
    // Sent again, it is the same message.
    await browser.send(id, 'one', { id: turn });
    await browser.fetch(`${path}/turns/${turn}/retry`, { method: 'POST' });
    await expect.poll(() => model.requests.length).toBe(2);
    await expect
      .poll(async () => (await browser.fetch(`${path}/turns/${turn}/continue`, { method: 'POST' })).status)
      .toBe(202);
    const refused = [
      await browser.fetch(`${path}/messages`, {
        method: 'POST',
        json: { id: randomUUID(), text: 'more', attachments: [] },
      }),
      await browser.fetch(`${path}/turns/${turn}/retry`, { method: 'POST' }),
    ];
    for (const response of refused) {
      expect(response.status).toBe(429);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await response.text()).toMatch(/Come again in \d+ seconds/);
    }
    await expect.poll(() => model.requests.length).toBe(3);
    const other = browserOf(parley.url);
    const theirs = await other.newConversation();
    await other.send(theirs, 'and me?');
    await expect.poll(() => model.requests.length).toBe(4);
  });
});
