/** Notices when more messages wait than are kept. */
import { expect, it } from 'vitest';
import { finish, pause, streams, text } from '../../../lab/counterparts/model-server.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { asks, notices, settle } from './said.ts';

it('too many waiting messages get one notice a person, in a block of its own', async () => {
  await using bot = await startSlackBot({ env: { MOST_WAITING: '3' } });
  const { slack, model } = bot;
  model.respond(streams(text('Slow'), pause(60_000), finish()));
  const thread = asks(bot, 'ada', 'first');
  const says = (name: string, said: string) => slack.user(name).says('general', said, { threadTs: thread });
  const told = () => slack.botMessages('general', thread).flatMap(notices);
  await slack.waitFor(() => slack.botMessages('general', thread).length > 0);
  for (let count = 0; count < 12; count++) says('ada', `question ${count}`);
  await slack.waitFor(() => told().length > 0);
  await settle(1_000);
  expect(told()).toEqual([en.notices.tooManyWaiting]);
  says('ben', `${slack.mention} and I`);
  await slack.waitFor(() => told().length === 2);
});
