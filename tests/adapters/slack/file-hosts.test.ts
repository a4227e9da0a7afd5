/** Slack files whose addresses redirect: Parley follows within Slack, with the token, and nowhere else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { createFileHosts } from '../../../src/adapters/slack/api/file-hosts.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { ended, prompts } from './said.ts';

/** The model's text of a file whose address redirects through these. */
async function readThrough(bot: SlackBot, through: string[]): Promise<string> {
  const ada = bot.slack.user('ada');
  bot.model.respond(answers('Read.'));
  bot.slack.settings.redirectFiles = through;
  ada.dm('look', { files: [{ name: 'notes.txt', data: 'The code is 4711.' }] });
  await ended(bot, { channel: ada.dmChannel });
  return prompts(bot).join('\n');
}

/** A server that is not Slack's, and the tokens it was sent. */
async function foreigner() {
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization);
    response.writeHead(200, { 'content-type': 'text/plain' }).end('The code is 4711, they say.');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    asked,
    url: `http://localhost:${port}/notes.txt`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe.concurrent('a file whose address leads', () => {
  it.each([1, 3])('to another of Slack\u2019s hosts, %d times, is read', async (times) => {
    await using bot = await startSlackBot();
    const read = await readThrough(
      bot,
      Array.from({ length: times }, () => ''),
    );
    expect(read).toContain('The code is 4711.');
  });

  it('in a circle is given up', async () => {
    await using bot = await startSlackBot();
    const read = await readThrough(
      bot,
      Array.from({ length: 20 }, () => ''),
    );
    expect(read).toContain('not a file that can be read: "notes.txt"');
    expect(bot.slack.downloads.length).toBeLessThan(6);
  });

  it('elsewhere is not read, and the token is not sent there', async () => {
    await using bot = await startSlackBot();
    await using other = await foreigner();
    expect(await readThrough(bot, [other.url])).not.toContain('4711');
    expect(other.asked).toEqual([]);
  });
});

it.each([
  ['files.slack.com', true],
  ['files-origin.slack.com', true],
  ['slack-files.com', true],
  ['a.slack-edge.com', true],
  ['files.slack-gov.com', true],
  ['workshop.enterprise.slack.com', true],
  ['api.example', true],
  ['slack.com.evil.example', false],
  ['notslack.com', false],
  ['evil-slack-files.com', false],
  ['slack-gov.com.example', false],
  ['localhost', false],
])('%s is one of Slack\u2019s hosts: %s', (host, isOwn) => {
  expect(createFileHosts('https://api.example/api/')(host)).toBe(isOwn);
});
