/** The small line under an answer on Slack: a block of its own, and no part of what the model wrote. */
import { describe, expect, it } from 'vitest';
import { answers, fails } from '../../../lab/counterparts/model-server.ts';
import { answersPriced, FOOTER, priced } from '../../harness/money/priced.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, ended, notices, prompts, sets } from './said.ts';

const PLAIN = FOOTER.replaceAll('`', '');

describe.each(['allowed', 'unknown_method'])('where streaming is %s', (streaming) => {
  it('stands in a block of plain text below the answer, which the model does not read back', async () => {
    await using bot = await startSlackBot({ env: await priced(), settings: { streaming } });
    const { slack, model } = bot;
    await sets(bot, 'footer', 'cost');
    model.respond(answersPriced('Counted.'));
    const thread = asks(bot, 'ada', 'first');
    const [answer] = await ended(bot, { thread });
    expect([answer?.shown, answer && notices(answer)]).toEqual(['Counted.', [PLAIN]]);
    const context = answer?.blocks.find(({ type }) => type === 'context');
    expect(context?.elements).toEqual([{ type: 'plain_text', text: PLAIN, emoji: false }]);
    model.respond(answers('Yes.'));
    slack.user('ben').says(slack.channel('general'), `${slack.mention} and why?`, { threadTs: thread });
    await slack.waitFor(() => prompts(bot).some((one) => one.includes('and why?')));
    expect(prompts(bot).join('\n')).toContain('Counted.');
    expect(prompts(bot).join('\n')).not.toContain('tokens in');
  });
});

it('is not read back when somebody shares the answer', async () => {
  await using bot = await startSlackBot({ env: await priced() });
  const { slack, model } = bot;
  await sets(bot, 'footer', 'cost');
  model.respond(answersPriced('Counted.'));
  const thread = asks(bot, 'ada', 'first');
  const [answer] = await ended(bot, { thread });
  model.respond(answers('Yes.'));
  // Slack puts a copy of the blocks into the card of a shared message.
  const card = {
    is_share: true,
    author_name: 'Parley',
    text: 'Counted.',
    message_blocks: [{ message: { blocks: answer?.blocks ?? [] } }],
  };
  slack.user('ben').says(slack.channel('general'), `${slack.mention} what of this?`, { attachments: [card] });
  await slack.waitFor(() => prompts(bot).some((one) => one.includes('what of this?')));
  expect(prompts(bot).join('\n')).toContain('Counted.');
  expect(prompts(bot).join('\n')).not.toContain('tokens in');
});

it('is not below a notice without an answer', async () => {
  await using bot = await startSlackBot({ env: await priced() });
  await sets(bot, 'footer', 'cost');
  bot.model.respond(fails(401));
  const thread = asks(bot, 'ada', 'first');
  const [notice] = await ended(bot, { thread });
  expect(notice && notices(notice).join()).not.toContain('tokens in');
});
