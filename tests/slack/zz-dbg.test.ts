import { it } from 'vitest';
import { done, finish, pause, streams, text } from '../counterparts/model-server.ts';
import { startSlackBot } from './bot.ts';
import { asks, settle } from './said.ts';

it('x', async () => {
  const LONG = Array.from({ length: 40 }, (_, index) => `${index} ${'word — '.repeat(30)}\n\n`);
  await using bot = await startSlackBot({ settings: { longest: 5000, streaming: 'unknown_method' } });
  bot.model.respond(streams(...LONG.flatMap((word) => [text(word), pause(20)]), finish(), done));
  const thread = asks(bot, 'ada', 'go');
  await settle(9000);
  console.log(
    bot.slack.requests.map(({ method, error, args }) => [
      method,
      error,
      String(args.text).length,
      JSON.stringify(args.blocks ?? '').length,
      args.ts,
    ]),
  );
  console.log(bot.parley.log.slice(-30).join('\n'));
  const own = bot.slack.botMessages('general', thread);
  console.log(
    own.map((one) => [
      one.ts,
      one.shown.length,
      one.shown.slice(0, 10),
      one.shown.slice(-10),
      one.blocks.length,
      one.history.length,
    ]),
  );
}, 20_000);
