/** A call that a killed process left open holds money only until it is charged, whoever answers from then on. */
import { expect, it } from 'vitest';
import { startDiscord } from '../../lab/counterparts/discord/start.ts';
import { finish, hangs, startModelServer, streams, text } from '../../lab/counterparts/model-server.ts';
import { startConnected } from '../harness/connected-program.ts';
import { priced } from '../harness/money/costing.ts';
import { startParley } from '../harness/web.ts';

it('a Parley that was started again without its Discord answers on the page with the money that is left', async () => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const env = {
    ...(await priced()),
    SPEND_DAY: '100.4',
    MODEL_MOST_OUTPUT: '100000',
    PERSON_PER_MINUTE: '1000',
  };
  const program = await startConnected(
    model,
    {
      ...env,
      WEB: 'on',
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.url,
      OPENAI_MODEL: 'test-model',
    },
    () => discord.gateway.connected,
  );
  // It reserves $100.00 of the $100.40.
  model.respond(hangs);
  discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> hello`);
  await model.received(1);
  await program.kill('SIGKILL');
  model.respond(streams(text('Hi.'), finish('stop', { prompt_tokens: 1, completion_tokens: 5_000 })));
  await using parley = await startParley(
    { ...env, OPENAI_BASE_URL: model.url, OPENAI_MODEL: 'test-model' },
    program.folder,
  );
  const browser = parley.browser();
  for (const left of [1, 2]) {
    const conversation = await browser.newConversation();
    const turn = await browser.send(conversation, `question ${left}`);
    expect(await browser.follow(conversation, turn.id)).toMatchObject({ text: 'Hi.' });
  }
  expect(model.requests).toHaveLength(3);
});
