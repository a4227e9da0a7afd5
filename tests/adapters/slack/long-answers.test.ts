/** Answers of several messages on Slack: whole, in order, each message well-formed and within the limits. */
import { describe, expect, it } from 'vitest';
import { done, finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import type { MessageView } from '../../../lab/counterparts/slack/people/message-view.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { soon } from '../../settled.ts';
import { faultsOf, longMarkdown, piecesOf } from '../discord/long-markdown.ts';
import { asks, type EndedOptions, ended, labels } from './said.ts';

const LONG = longMarkdown('w', 30_000);
/** Quickly, yet in many steps. */
const longAnswer = (markdown = LONG, ms = 25) =>
  streams(...piecesOf(markdown, 300).flatMap((piece) => [text(piece), pause(ms)]), finish(), done);

/** As CommonMark reads it: within a longer fence, shorter ones are text, wherever the message ends. */
function openFence(shown: string): string {
  let open = '';
  for (const [, fence = '', info = ''] of shown.matchAll(/^ *(`{3,})(.*)$/gm)) {
    if (open === '') open = fence;
    else if (fence.length >= open.length && info.trim() === '') open = '';
  }
  return open;
}

/** The texts without the repeated heads of tables that began in an earlier message. */
function withoutRepeatedHeads(messages: MessageView[]): string[] {
  let before = '';
  return messages.map(({ shown }) => {
    const [head = ''] = /^\|.*\n\|[-:| ]+\n/.exec(shown) ?? [];
    const text = before.includes(head) ? shown.slice(head.length) : shown;
    before += shown;
    return text;
  });
}

function expectWhole(messages: MessageView[], markdown: string): void {
  for (const { shown, blocks, unfurl } of messages) {
    expect(shown.length).toBeLessThanOrEqual(12_000);
    expect(shown.trim()).not.toBe('');
    expect(openFence(shown), `the fence left open in ${shown}`).toBe('');
    expect(blocks.filter(({ type }) => type === 'markdown').length).toBeLessThanOrEqual(1);
    expect(unfurl).toEqual({ links: false, media: false });
  }
  expect(faultsOf(withoutRepeatedHeads(messages).join('\n'), markdown)).toBe('');
  expect(messages.slice(0, -1).flatMap(labels)).toEqual([]);
  expect(labels(messages.at(-1) as MessageView)).toEqual(['Regenerate', 'TL;DR', 'Delete']);
}

/**
 * The messages of an answer that has ended. The last may be there a moment before one above it that was streamed
 * beyond where it is cut, and so is closed and then updated.
 */
async function whole(bot: SlackBot, markdown: string, where: EndedOptions): Promise<MessageView[]> {
  await ended(bot, where);
  const own = () => bot.slack.botMessages(where.channel ?? 'general', where.thread);
  await soon(() => expectWhole(own(), markdown));
  return own();
}

describe.concurrent('an answer of 30,000 characters with code and tables', () => {
  it.each(['socket', 'http'] as const)(
    'by %s begins as a stream, and nothing of it is lost or twice',
    async (transport) => {
      await using bot = await startSlackBot({ transport });
      bot.model.respond(longAnswer());
      const thread = asks(bot, 'ada', 'everything, please');
      const messages = await whole(bot, LONG, { thread });
      expect(messages[0]?.streaming).toBe('completed');
      expect(messages.length).toBeLessThanOrEqual(4);
      expect(bot.slack.stats.rateLimited).toEqual({});
    },
  );

  it.each([
    { title: 'without streams', settings: { streaming: 'channel_type_not_supported' } },
    { title: 'in streams that Slack closes', settings: { closeStreamsAfter: { ms: 700 } } },
    { title: 'where each call takes a while', settings: { delay: 200 } },
  ])('$title: the same', async ({ settings }) => {
    await using bot = await startSlackBot({ settings });
    bot.model.respond(longAnswer());
    await whole(bot, LONG, { thread: asks(bot, 'ada', 'everything, please') });
    expect(bot.slack.stats.rateLimited).toEqual({});
  });

  it('in a direct message and of an agent', async () => {
    await using bot = await startSlackBot({ settings: { agent: true } });
    bot.model.respond(longAnswer());
    const ada = bot.slack.user('ada');
    const thread = ada.dm('everything', { more: { app_context: { entities: [] } } });
    await whole(bot, LONG, { channel: ada.dmChannel, thread });
    const ben = bot.slack.user('ben');
    ben.dm('everything');
    const messages = await whole(bot, LONG, { channel: ben.dmChannel });
    expect(messages.every(({ threadTs }) => threadTs === undefined)).toBe(true);
  });

  it('goes on in whole fences where code alone is longer than a message', async () => {
    await using bot = await startSlackBot();
    const code = Array.from({ length: 900 }, (_, line) => `  const w${line}x = 1; // <!DOCTYPE html>`).join(
      '\n',
    );
    const markdown = `Here:\n\n\`\`\`ts\n${code}\n\`\`\`\n\nThat is all.`;
    bot.model.respond(longAnswer(markdown, 5));
    const messages = await whole(bot, markdown, { thread: asks(bot, 'ada', 'code') });
    expect(messages.length).toBeGreaterThan(2);
    for (const { shown } of messages.slice(1)) expect(shown.startsWith('```ts\n')).toBe(true);
    // A person who copies from there gets the words of the model.
    expect(messages[0]?.shown.slice(0, 60)).toContain('// <!DOCTYPE html>');
  });
});
