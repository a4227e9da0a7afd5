/** Texts whose time is over are gone from the files of a running Parley. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../lab/counterparts/model-server.ts';
import { browserOf } from '../harness/web.ts';
import { onDiscord, onSlack, startChatting, until } from './chatting.ts';
import { standingIn } from './stored.ts';

const TEN_SECONDS = String(10 / 86_400);

describe('HISTORY_DAYS', () => {
  it('deletes what was said, answered and attached on every platform, also where nobody comes back', async () => {
    await using all = await startChatting({ env: () => ({ HISTORY_DAYS: TEN_SECONDS }) });
    const { discord, slack, model, parley } = all;
    model.respond(
      answers('CANARY-answer-Discord'),
      answers('CANARY-answer-Slack'),
      answers('CANARY-answer-Page'),
    );
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> CANARY-asked-Discord`, {
      attachments: [{ name: 'CANARY-name.txt', data: 'CANARY-file-on-Discord and more' }],
    });
    await until(() => onDiscord(all), 'CANARY-answer-Discord');
    slack.user('ada').says('general', `${slack.mention} CANARY-asked-Slack`);
    await until(() => onSlack(all), 'CANARY-answer-Slack');
    const browser = browserOf(parley.url);
    const conversation = await browser.newConversation();
    const { id } = await browser.send(conversation, 'CANARY-asked-Page');
    await browser.follow(conversation, id);
    const words = [
      ...['Discord', 'Slack', 'Page'].flatMap((place) => [`CANARY-asked-${place}`, `CANARY-answer-${place}`]),
      'CANARY-name.txt',
      'CANARY-file-on-Discord',
    ];
    expect(standingIn(parley.folder, words)).toEqual(words);
    await expect.poll(() => standingIn(parley.folder, words), { interval: 500 }).toEqual([]);
    expect((await browser.state()).conversations).toEqual([]);
    expect(parley.output()).toMatch(/deleted what is too old/);
  });
});

describe('FILES_DAYS', () => {
  it('deletes attached files, and what was said with them stays', async () => {
    await using all = await startChatting({ env: () => ({ FILES_DAYS: TEN_SECONDS }) });
    const { discord, model, parley } = all;
    model.respond(answers('Seen.'));
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> CANARY-asked`, {
      attachments: [{ name: 'a.txt', data: 'CANARY-file-on-Discord and more' }],
    });
    await until(() => onDiscord(all), 'Seen.');
    const words = ['CANARY-asked', 'CANARY-file-on-Discord'];
    expect(standingIn(parley.folder, words)).toEqual(words);
    await expect.poll(() => standingIn(parley.folder, words), { interval: 500 }).toEqual(['CANARY-asked']);
  });
});

describe('a message that is refused', () => {
  it('keeps no file', async () => {
    await using all = await startChatting({ env: () => ({ MOST_WAITING: '1', PERSON_PER_MINUTE: '100' }) });
    const { discord, model, parley } = all;
    const { promise, resolve } = Promise.withResolvers<void>();
    model.respond(async (exchange) => {
      await promise;
      await answers('Done.')(exchange);
    });
    const says = (word: string) =>
      discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> ${word}`, {
        attachments: [{ name: `${word}.txt`, data: `CANARY-file-of-${word} and more` }],
      });
    says('first');
    await expect.poll(() => model.requests.length).toBe(1);
    says('second');
    await expect.poll(() => standingIn(parley.folder, ['CANARY-file-of-second'])).toHaveLength(1);
    says('third');
    await until(() => onDiscord(all), /too many messages/);
    const words = ['first', 'second', 'third'].map((word) => `CANARY-file-of-${word}`);
    await expect
      .poll(() => standingIn(parley.folder, words))
      .toEqual(['CANARY-file-of-first', 'CANARY-file-of-second']);
    resolve();
  });
});
