/** `npm start -- forget`: what the operator deletes is gone from the files, and nothing else is. */
import { describe, expect, it } from 'vitest';
import { answers, stall, streams, text } from '../../lab/counterparts/model-server.ts';
import { browserOf } from '../harness/web.ts';
import { type Chatting, onDiscord, onSlack, startChatting, until } from './chatting.ts';
import { operateIn } from './operated.ts';
import { standingIn } from './stored.ts';

interface Asked extends Chatting {
  /** The next question. The model answers it with the question itself. */
  next: string;
}

async function start(isProgram = false): Promise<Asked> {
  const env = () => ({ PERSON_PER_MINUTE: '100' });
  const all = { ...(await startChatting({ env, isProgram })), next: '' };
  all.model.respond((exchange) => answers(`CANARY-${all.next}-answered`)(exchange));
  return all;
}

async function onDiscordSays(all: Asked, person: string, word: string, more: object = {}, channel?: string) {
  const { discord } = all;
  const place = channel ?? discord.channel('general');
  all.next = word;
  const id = discord.user(person).says(place, `<@${discord.botId}> CANARY-${word}`, more);
  await until(() => onDiscord(all, place), `CANARY-${word}-answered`);
  return id;
}

async function onSlackSays(all: Asked, person: string, word: string) {
  all.next = word;
  all.slack.user(person).says('general', `${all.slack.mention} CANARY-${word}`);
  await until(() => onSlack(all), `CANARY-${word}-answered`);
}

const both = (...words: string[]) => words.flatMap((word) => [`CANARY-${word}`, `CANARY-${word}-answered`]);

describe('npm start -- forget person', () => {
  it('deletes what they said anywhere, their files, and what others quoted of it; the others’ words stay', async () => {
    await using all = await start();
    const { discord, slack, parley } = all;
    const ada = discord.user('ada');
    const said = await onDiscordSays(all, 'ada', 'ada-in-channel', {
      attachments: [{ name: 'CANARY-ada-name.txt', data: 'CANARY-ada-file and more' }],
    });
    await onDiscordSays(all, 'ben', 'ben-in-channel', { replyTo: said });
    all.next = 'ada-in-private';
    ada.dm('CANARY-ada-in-private');
    await until(() => onDiscord(all, ada.dmChannel), 'CANARY-ada-in-private-answered');
    const lobby = discord.channel('lobby', discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] }));
    await onDiscordSays(all, 'ada', 'ada-elsewhere', {}, lobby);
    await onSlackSays(all, 'ada', 'ada-in-slack');
    const gone = [
      ...both('ada-in-channel', 'ada-in-private', 'ada-elsewhere'),
      'CANARY-ada-name.txt',
      'CANARY-ada-file',
    ];
    const stays = both('ben-in-channel', 'ada-in-slack');
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual([...gone, ...stays]);

    const forgotten = await parley.operate('forget', 'person', `discord:${ada.id}`);
    expect(forgotten).toMatchObject({ code: 0, err: '' });
    expect(forgotten.out).toMatch(
      /^Deleted everything of the person discord:\d+:\n {2}3 messages with their/,
    );
    expect(forgotten.out).toMatch(/in 3 conversations\n {2}1 file\n {2}1 quote in a message/);
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual(stays);

    const onSlackToo = await parley.operate('forget', 'person', `slack:${slack.id}:${slack.user('ada').id}`);
    expect(onSlackToo.out).toContain('1 message with its answer in 1 conversation');
    expect(standingIn(parley.folder, stays)).toEqual(both('ben-in-channel'));
    const again = await parley.operate('forget', 'person', `discord:${ada.id}`);
    expect(again.out).toBe(`Nothing is stored of the person discord:${ada.id}.\n`);
  });

  it('takes nothing from namesakes, and of what others quoted from a thread their lines alone', async () => {
    await using all = await start();
    const { discord, parley } = all;
    const ada = discord.user('ada');
    const namesake = discord.user('other', { globalName: 'Ada' });
    const ben = discord.user('ben');
    const thread = ben.startsThread(discord.channel('general'), 'a plan');
    const attachments = [{ name: 'CANARY-name-in-thread.txt', data: 'CANARY-file-in-thread, and more' }];
    ada.says(thread, 'CANARY-ada-in-thread', { attachments });
    const byNamesake = namesake.says(thread, 'CANARY-namesake-in-thread');
    ben.says(thread, 'CANARY-ben-in-thread');
    await onDiscordSays(all, 'ben', 'ben-asks', {}, thread);
    await onDiscordSays(all, 'ben', 'ben-replies', { replyTo: byNamesake }, thread);
    await onDiscordSays(all, 'ada', 'ada-asks', {}, thread);
    const lines = ['CANARY-namesake-in-thread', 'CANARY-ben-in-thread'];
    const gone = ['CANARY-ada-in-thread', 'CANARY-name-in-thread', ...both('ada-asks')];
    const stays = [...lines, ...both('ben-asks', 'ben-replies')];
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual([...gone, ...stays]);
    const { out } = await parley.operate('forget', 'person', `discord:${ada.id}`);
    expect(out).toContain('1 quote in a message');
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual(stays);
    // Nor is any of it read again.
    await onDiscordSays(all, 'ben', 'and-now', {}, thread);
    const sent = JSON.stringify(all.model.requests.at(-1)?.body);
    for (const line of lines) expect(sent).toContain(line);
    expect(sent).not.toContain('CANARY-ada');
    // Who said nothing to Parley, and was quoted only.
    const other = await parley.operate('forget', 'person', `discord:${namesake.id}`);
    expect(other.out).toContain('2 quotes in messages of others');
    expect(standingIn(parley.folder, lines)).toEqual(['CANARY-ben-in-thread']);
  });

  it('takes a person’s lines alone from what others quoted on Slack too', async () => {
    await using all = await start();
    const { slack, parley, model } = all;
    const [ada, ben] = [slack.user('ada'), slack.user('ben')];
    const thread = ada.says('general', 'CANARY-ada-began');
    ben.says('general', 'CANARY-ben-in-thread', { threadTs: thread });
    ada.says('general', 'CANARY-ada-in-thread, with\nCANARY-ada-second-line', { threadTs: thread });
    all.next = 'ben-asks';
    ben.says('general', `${slack.mention} CANARY-ben-asks`, { threadTs: thread });
    await until(() => onSlack(all), 'CANARY-ben-asks-answered');
    const gone = ['CANARY-ada-began', 'CANARY-ada-in-thread', 'CANARY-ada-second-line'];
    const stays = ['CANARY-ben-in-thread', ...both('ben-asks')];
    await expect.poll(() => standingIn(parley.folder, [...gone, ...stays])).toEqual([...gone, ...stays]);
    const { out } = await parley.operate('forget', 'person', `slack:${slack.id}:${ada.id}`);
    expect(out).toContain('1 quote in a message');
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual(stays);
    all.next = 'and-now';
    ben.says('general', `${slack.mention} CANARY-and-now`, { threadTs: thread });
    await until(() => onSlack(all), 'CANARY-and-now-answered');
    const sent = JSON.stringify(model.requests.at(-1)?.body);
    expect(sent).toContain('CANARY-ben-in-thread');
    expect(sent).not.toContain('CANARY-ada');
  });

  it('stops what is being answered to them, and nothing of it comes back', async () => {
    await using all = await startChatting();
    const { discord, model, parley } = all;
    model.respond(streams(text('CANARY-half an answer'), stall), answers('CANARY-of-ben'));
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> CANARY-asked`);
    await until(() => onDiscord(all), 'CANARY-half');
    await expect.poll(() => standingIn(parley.folder, ['CANARY-half', 'CANARY-asked'])).toHaveLength(2);
    const forgotten = await parley.operate('forget', 'person', `discord:${discord.user('ada').id}`);
    expect(forgotten.out).toContain('1 message with its answer');
    expect(standingIn(parley.folder, ['CANARY-half', 'CANARY-asked'])).toEqual([]);
    discord.user('ben').says(discord.channel('general'), `<@${discord.botId}> and me?`);
    await until(() => onDiscord(all), 'CANARY-of-ben');
    expect(standingIn(parley.folder, ['CANARY-half', 'CANARY-asked'])).toEqual([]);
  });

  it('deletes a browser’s conversations, with their titles and its settings', async () => {
    await using all = await start();
    const { parley } = all;
    const [browser, other] = [browserOf(parley.url), browserOf(parley.url)];
    for (const [one, word] of [
      [browser, 'on-page'],
      [other, 'of-another'],
    ] as const) {
      await one.fetch('/api/settings', { method: 'PATCH', json: { persona: `CANARY-persona-${word}` } });
      const conversation = await one.newConversation();
      all.next = word;
      await one.follow(conversation, (await one.send(conversation, `CANARY-${word}`)).id);
    }
    const gone = [...both('on-page'), 'CANARY-persona-on-page'];
    const stays = [...both('of-another'), 'CANARY-persona-of-another'];
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual([...gone, ...stays]);
    const [tenant = ''] = /web:[\w-]{43}/.exec(parley.output()) ?? [];
    const { out } = await parley.operate('forget', 'person', tenant);
    expect(out).toContain('1 message with its answer in 1 conversation');
    expect(out).toContain('1 set of settings');
    expect(standingIn(parley.folder, [...gone, ...stays])).toEqual(stays);
    expect((await browser.state()).conversations).toEqual([]);
  });
});

it('files that were attached on the page and never sent go with the browser: by signing out, and by the operator', async () => {
  await using all = await start();
  const { parley } = all;
  const [leaving, staying] = [browserOf(parley.url), browserOf(parley.url)];
  const attach = async (browser: typeof leaving, word: string, size: number) => {
    const body = Buffer.alloc(size, `CANARY-${word} and more `);
    const path = `/api/conversations/${crypto.randomUUID()}/attachments?begins=true&name=CANARY-${word}-name.txt`;
    const attached = await browser.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body,
    });
    expect(attached.status).toBe(201);
  };
  await attach(leaving, 'left', 900_000);
  await attach(staying, 'stayed', 900_000);
  const words = ['CANARY-left', 'CANARY-left-name', 'CANARY-stayed', 'CANARY-stayed-name'];
  expect(standingIn(parley.folder, words)).toEqual(words);
  expect((await leaving.fetch('/api/session', { method: 'DELETE' })).status).toBe(204);
  expect(standingIn(parley.folder, words)).toEqual(words.slice(2));
  await staying.fetch('/api/settings', { method: 'PATCH', json: { persona: 'kind' } });
  const tenants = [...parley.output().matchAll(/web:[\w-]{43}/g)].map(([tenant]) => tenant);
  const told = await parley.operate('forget', 'person', tenants.at(-1) ?? '');
  expect(told.out).toContain('1 file\n');
  expect(standingIn(parley.folder, words)).toEqual([]);
});

describe('npm start -- forget server and workspace', () => {
  it('deletes all of one, and nothing of the other; also where no Parley runs any more', async () => {
    await using all = await start(true);
    const { discord, slack, parley } = all;
    await onDiscordSays(all, 'ada', 'on-discord');
    await onSlackSays(all, 'ada', 'on-slack');
    const server = await parley.operate('forget', 'server', discord.guildId);
    expect(server.out).toContain('1 message with its answer in 1 conversation');
    expect(standingIn(parley.folder, both('on-discord', 'on-slack'))).toEqual(both('on-slack'));
    await parley.kill('SIGKILL');
    const workspace = await operateIn(parley.folder, {}, 'forget', 'workspace', slack.id);
    expect(workspace).toMatchObject({ code: 0, out: expect.stringContaining('1 message with its answer') });
    expect(standingIn(parley.folder, both('on-discord', 'on-slack'))).toEqual([]);
  });

  it('refuses what it does not understand with a sentence, and deletes nothing', async () => {
    await using all = await start();
    await onDiscordSays(all, 'ada', 'kept');
    const wrong = [
      [['galaxy', '1'], /server, workspace, person/],
      [['person', 'ada'], /discord:<user id>.*web:<hash>/],
      [['server', 'T1'], /Discord server id/],
      [['server', '1', '2'], /One id at a time/],
    ] as const;
    for (const [words, says] of wrong) {
      const refused = await all.parley.operate('forget', ...words);
      expect([words, refused.code, refused.out, refused.err]).toEqual([
        words,
        1,
        '',
        expect.stringMatching(says),
      ]);
      expect(standingIn(all.parley.folder, both('kept'))).toEqual(both('kept'));
    }
  });
});
