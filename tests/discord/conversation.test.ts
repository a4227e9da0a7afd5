/** What people say to Parley on Discord, and what comes back. */
import { describe, expect, it } from 'vitest';
import { answers, done, finish, pause, streams, text } from '../counterparts/model-server.ts';
import { startBot } from './bot.ts';

describe('a mention', () => {
  it('is answered in place: one reply that grows while the model streams', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(
      streams(text('Hello there. '), pause(800), text('I am '), pause(800), text('done.'), finish(), done),
    );
    const channel = discord.channel('general');
    const prompt = discord.user('ada').says(channel, `<@${discord.botId}> hi`);
    const reply = await discord.waitFor(() =>
      discord.botMessages(channel).find(({ content }) => content === 'Hello there. I am done.'),
    );
    expect(reply.referenceId).toBe(prompt);
    expect(reply.history.length).toBeGreaterThan(1);
  });
});
