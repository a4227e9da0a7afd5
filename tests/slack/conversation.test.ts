/** What people say to Parley on Slack, where, and what comes back. */
import { describe, expect, it } from 'vitest';
import { answers, done, finish, pause, sentMessages, streams, text } from '../counterparts/model-server.ts';
import { type SlackBot, startSlackBot } from './bot.ts';

/** The texts that the model was sent with its newest request, oldest first. */
function prompts({ model }: SlackBot): string[] {
  return sentMessages(model.requests.at(-1)).map((message) =>
    JSON.stringify((message as { content: unknown }).content),
  );
}

/** Resolves when a message of the bot's in that channel says so. */
function answered({ slack }: SlackBot, channel: string, said: string) {
  return slack.waitFor(() => slack.messages(channel).find(({ own, shown }) => own && shown === said), {
    what: `"${said}" among ${JSON.stringify(slack.messages(channel).map(({ shown }) => shown))}`,
  });
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 400));

describe.each(['socket', 'http'] as const)('by %s', (transport) => {
  it('a mention is answered in a thread on it, growing while the model streams', async () => {
    await using bot = await startSlackBot({ transport });
    const { slack, model } = bot;
    model.respond(
      streams(text('Hello there. '), pause(900), text('I am '), pause(900), text('done.'), finish(), done),
    );
    const ts = slack.user('ada').says('general', `<@${slack.botUserId}> hi`);
    const reply = await answered(bot, 'general', 'Hello there. I am done.');
    expect(reply.threadTs).toBe(ts);
    expect(reply.history.length).toBeGreaterThan(1);
    expect(prompts(bot)).toEqual(['"ada: hi"']);
    await settle();
    // `app_mention` and `message` are one post.
    expect(model.requests).toHaveLength(1);
    expect(slack.messages('general', ts).filter(({ own }) => own)).toHaveLength(1);
  });

  it('a direct message is a conversation, and a thread follows without a mention', async () => {
    await using bot = await startSlackBot({ transport });
    const { slack, model } = bot;
    const ada = slack.user('ada');
    model.respond(answers('One.'), answers('Two.'), answers('Three.'), answers('Four.'));
    ada.dm('first');
    await answered(bot, ada.dmChannel, 'One.');
    ada.dm('second &amp; last');
    await answered(bot, ada.dmChannel, 'Two.');
    expect(prompts(bot)).toEqual(['"first"', '"One."', '"second & last"']);
    const ts = ada.says('general', `<@${slack.botUserId}> third`);
    await answered(bot, 'general', 'Three.');
    slack.user('ben').says('general', 'fourth', { threadTs: ts });
    await answered(bot, 'general', 'Four.');
    expect(prompts(bot)).toEqual(['"ada: third"', '"Three."', '"ben: fourth"']);
  });
});
