/** Parley killed in the middle of answering on Discord: the next one heals the same messages. */
import { expect, it } from 'vitest';
import { type Discord, startDiscord } from '../../../lab/counterparts/discord/start.ts';
import {
  after,
  answers,
  type ModelServer,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { startConnected } from '../../harness/connected-program.ts';
import { untilKept } from '../kept-rows.ts';

const start = (discord: Discord, model: ModelServer) =>
  startConnected(model, { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.url }, () =>
    discord.gateway.connected > 0 ? discord.stats.identifies : 0,
  );

const shown = (discord: Discord, channel: string) =>
  discord.botMessages(channel).filter(({ deleted }) => !deleted);

it.concurrent('a message that was posted without its id getting known says what the next attempt says', async () => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  model.respond(streams(text('Half of it. '), after(new Promise(() => {}))), answers('All of it.'));
  const channel = discord.channel('general');
  await using parley = await start(discord, model);
  discord.faults.next('create', 'resetAfter', 20);
  discord.user('ada').says(channel, `<@${discord.botId}> one`);
  await discord.waitFor(() => shown(discord, channel).length > 0);
  await parley.kill('SIGKILL');
  discord.faults.clear();
  await parley.startHere();
  await discord.waitFor(() => JSON.stringify(shown(discord, channel)).includes('Regenerate'));
  expect(shown(discord, channel).map(({ content }) => content)).toEqual(['All of it.']);
  expect(JSON.stringify(shown(discord, channel))).not.toContain('"Stop"');
});

it.concurrent('a message that was posted without its id getting known goes where the next attempt is shorter', async () => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const never = new Promise(() => {});
  const rest = Promise.withResolvers<void>();
  model.respond(
    streams(text('word '.repeat(200)), after(rest.promise), text('more '.repeat(400)), after(never)),
    answers('All of it.'),
  );
  const channel = discord.channel('general');
  await using parley = await start(discord, model);
  discord.user('ada').says(channel, `<@${discord.botId}> one`);
  const [known] = await discord.waitFor(() => shown(discord, channel).length > 0 && shown(discord, channel));
  await untilKept(parley.folder, known?.id ?? '');
  discord.faults.next('create', 'resetAfter', 20);
  rest.resolve();
  await discord.waitFor(() => shown(discord, channel).length > 1);
  await parley.kill('SIGKILL');
  discord.faults.clear();
  await parley.startHere();
  await discord.waitFor(() => shown(discord, channel).length === 1);
  await discord.waitFor(() => JSON.stringify(shown(discord, channel)).includes('Regenerate'));
  expect(shown(discord, channel).map(({ id, content }) => [id, content])).toEqual([
    [known?.id, 'All of it.'],
  ]);
});

it.concurrent('an answer over which it dies each time is given up with a notice and a way to ask again', async () => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const never = new Promise(() => {});
  model.respond(streams(text('Again and again. '), after(never)));
  const channel = discord.channel('general');
  discord.user('ada');
  await using parley = await start(discord, model);
  discord.user('ada').says(channel, `<@${discord.botId}> one`);
  for (let death = 1; death <= 3; death++) {
    await model.received(death);
    const [message] = await discord.waitFor(() => {
      const messages = shown(discord, channel);
      return messages.some(({ content }) => content.startsWith('Again and again.')) && messages;
    });
    await untilKept(parley.folder, message?.id ?? '');
    await parley.kill('SIGKILL');
    await (death < 3 ? parley.start() : parley.startHere());
  }
  const [given] = await discord.waitFor(() => {
    const messages = shown(discord, channel);
    return JSON.stringify(messages).includes('interrupted') && messages;
  });
  expect(given?.content).toContain('interrupted');
  await discord.waitFor(() => JSON.stringify(shown(discord, channel)).includes('Regenerate'));
  expect(JSON.stringify(shown(discord, channel))).not.toContain('"Stop"');
  expect(shown(discord, channel)).toHaveLength(1);
  expect(model.requests).toHaveLength(3);
});

it.concurrent.each([
  ['in public', {}],
  ['in private', { private: true }],
])('an answer to /ask %s that was being written is written anew in its message', async (_, options) => {
  await using discord = await startDiscord();
  await using model = await startModelServer();
  const never = new Promise(() => {});
  model.respond(streams(text('Half of it. '), after(never)), answers('All of it.'));
  await using parley = await start(discord, model);
  await discord.waitFor(() => discord.commands !== undefined);
  const asked = await discord.user('ada').runs('ask', { prompt: 'one', ...options });
  const half = await asked.message();
  expect(half.content).toBe('Half of it.');
  await untilKept(parley.folder, half.id);
  await parley.kill('SIGKILL');
  await parley.startHere();
  await discord.waitFor(
    () => {
      const now = discord.message(half.id);
      return now.content === 'All of it.' && JSON.stringify(now).includes('Regenerate');
    },
    { what: () => `${JSON.stringify(discord.message(half.id))}` },
  );
  const written = [...discord.world.messages.values()].filter(({ authorId }) => authorId === discord.botId);
  expect(written.map(({ id }) => id)).toEqual([half.id]);
});
