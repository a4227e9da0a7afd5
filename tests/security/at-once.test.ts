/** Many questions at once: those of one person wait their turn, hold up nobody else, and are all answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { after, done, finish, startModelServer, streams, text } from '../../lab/counterparts/model-server.ts';
import { browserOf } from '../harness/web.ts';
import { onSlack, startChatting } from './chatting.ts';
import { startHere } from './operated.ts';

const SETTLE_MS = 700;

/** A model that answers once it may. */
function holding() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { release: resolve, answer: streams(after(promise), text('Hello.'), finish(), done) };
}

describe('PERSON_AT_ONCE', () => {
  it('holds a person’s eighth thread back on Slack, and nobody else’s first, and all are answered', async () => {
    await using all = await startChatting();
    const { slack, model } = all;
    const { release, answer } = holding();
    model.respond(answer);
    for (let i = 0; i < 8; i++) slack.user('eve').says('general', `${slack.mention} question ${i}`);
    await expect.poll(() => model.requests.length).toBe(4);
    await sleep(SETTLE_MS);
    expect(model.requests.length).toBe(4);
    slack.user('ada').says('general', `${slack.mention} and mine?`);
    await expect.poll(() => model.requests.length).toBe(5);
    release();
    await expect.poll(() => model.requests.length).toBe(9);
    const answered = () => onSlack(all).filter((shown) => shown.includes('Hello.'));
    await expect.poll(answered).toHaveLength(9);
  });

  it('holds conversations of one session of the page back, shown as waiting, until one ends', async () => {
    await using model = await startModelServer();
    const { release, answer } = holding();
    model.respond(answer);
    await using parley = await startHere({ OPENAI_BASE_URL: model.url, PERSON_AT_ONCE: '2' });
    const [browser, other] = [browserOf(parley.url), browserOf(parley.url)];
    const ids: string[] = [];
    const turns: string[] = [];
    for (let i = 0; i < 3; i++) {
      const id = await browser.newConversation();
      ids.push(id);
      turns.push((await browser.send(id, 'hello?')).id);
      await sleep(50);
    }
    await expect.poll(() => model.requests.length).toBe(2);
    const theirs = await other.newConversation();
    await other.send(theirs, 'and mine?');
    await expect.poll(() => model.requests.length).toBe(3);
    await sleep(SETTLE_MS);
    expect(model.requests.length).toBe(3);
    expect((await browser.turns(ids[2] ?? ''))[0]).toMatchObject({ live: true });
    release();
    const ended = await Promise.all(ids.map((id, i) => browser.follow(id, turns[i] ?? '')));
    expect(ended.map((one) => [one.end, one.text])).toEqual(Array(3).fill(['stop', 'Hello.']));
  });
});

describe('TENANT_AT_ONCE', () => {
  it('holds back a workspace, not a server beside it', async () => {
    await using all = await startChatting({ env: () => ({ TENANT_AT_ONCE: '2' }) });
    const { discord, slack, model } = all;
    const { release, answer } = holding();
    model.respond(answer);
    for (const name of ['ada', 'ben', 'eve']) slack.user(name).says('general', `${slack.mention} hello?`);
    await expect.poll(() => model.requests.length).toBe(2);
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> hello?`);
    await expect.poll(() => model.requests.length).toBe(3);
    await sleep(SETTLE_MS);
    expect(model.requests.length).toBe(3);
    release();
    await expect.poll(() => model.requests.length).toBe(4);
  });
});
