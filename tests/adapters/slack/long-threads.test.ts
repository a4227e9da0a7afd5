/** A long thread reaches the model by its first message and its last ones. */
import { describe, expect, it } from 'vitest';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { settle } from './said.ts';
import { readOf, times } from './seen.ts';

describe.concurrent('a long thread', () => {
  async function longThread(
    bot: SlackBot,
    count: number,
    said = (index: number) => `reply number ${index}.`,
  ) {
    const ben = bot.slack.user('ben');
    const threadTs = ben.says('general', 'It all began with a ZEBRA.');
    for (let index = 1; index <= count; index++) ben.says('general', said(index), { threadTs });
    await settle(100);
    return threadTs;
  }

  it('is told by its first message and its last ones, with a mark for those between', async () => {
    await using bot = await startSlackBot();
    const read = await readOf(
      bot,
      await longThread(bot, 60, (index) => `${'Long words. '.repeat(20)}Number ${index}.`),
    );
    expect(read).toContain('It all began with a ZEBRA.');
    expect(read).toContain('Number 60.');
    expect(read).toContain('Number 50.');
    expect(read).not.toContain('Number 10.');
    expect(read).toMatch(/\[… \d+ messages left out …\]/);
    const [left] = /(?<=… )\d+/.exec(read) ?? [];
    expect(Number(left) + times(read, 'Number ')).toBe(60);
  });

  it('is read to its end where Slack gives it page by page', async () => {
    await using bot = await startSlackBot({ settings: { historyMost: 15 } });
    const read = await readOf(bot, await longThread(bot, 60));
    for (const number of [1, 30, 60]) expect(read).toContain(`reply number ${number}.`);
    expect(read).not.toContain('left out');
  });

  it('is read to its end where that is many pages away', async () => {
    await using bot = await startSlackBot({ settings: { historyMost: 15 } });
    const read = await readOf(bot, await longThread(bot, 250));
    expect(read).toContain('It all began with a ZEBRA.');
    expect(read).toContain('reply number 250.');
  });

  it('of which Slack lets one page be read says that the rest is missing', async () => {
    await using bot = await startSlackBot({
      settings: { historyMost: 15 },
      limits: { 'conversations.replies': { limit: 1, window: 60_000, per: 'workspace' } },
    });
    const read = await readOf(bot, await longThread(bot, 20));
    expect(read).toContain('It all began with a ZEBRA.');
    expect(read).toContain('reply number 14.');
    expect(read).toContain('[what was said after this could not be read]');
  });

  it('has the files of its messages read, and marks what is cut of one that is long', async () => {
    await using bot = await startSlackBot();
    const ben = bot.slack.user('ben');
    const files = [{ name: 'plan.txt', data: 'The plan is 4711.' }];
    const threadTs = ben.says('general', 'Here is the plan', { files });
    ben.says('general', 'very '.repeat(1_000), { threadTs });
    const read = await readOf(bot, threadTs);
    expect(read).toContain('with the files "plan.txt"');
    expect(read).toContain('The plan is 4711.');
    expect(read).toMatch(/\[… \d+ characters left out\]/);
  });
});
