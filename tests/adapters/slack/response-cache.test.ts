/** The same question again on Slack: answered from the store where a workspace chose that. */
import { expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, ended, notices, sets } from './said.ts';

it('the same question in another thread is answered again for nothing, and says since when', async () => {
  await using bot = await startSlackBot();
  await sets(bot, 'cachedHours', '24');
  bot.model.respond(answers('Forty-two.'), answers('Never.'));
  const [first] = await ended(bot, { thread: asks(bot, 'ada', 'what is it?') });
  expect(first?.shown).toBe('Forty-two.');
  const [again] = await ended(bot, { channel: 'random', thread: asks(bot, 'ada', 'what is it?', 'random') });
  expect(again?.shown).toBe('Forty-two.');
  expect(again && notices(again)).toEqual([expect.stringMatching(/^Answered before, on /)]);
  expect(bot.model.requests).toHaveLength(1);
});
