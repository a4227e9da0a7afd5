/** `/parley summarize`, and `@Parley summarize` in a thread: for a member of the conversation alone. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { en } from '../../../src/core/sentences/en.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, prompts, settle } from './said.ts';

const { refused, wrongSpan, posted } = en.commands.summarize;

function talk({ slack }: SlackBot, options = {}) {
  const [ada, ben] = [slack.user('ada'), slack.user('ben')];
  return [
    ada.says('general', `Shall we meet on Monday, ${ben.mention}?`, options),
    ben.says('general', 'Tuesday is better.', options),
  ];
}

async function toldTo({ slack }: SlackBot, name: string, count = 1) {
  const { id } = slack.user(name);
  await slack.waitFor(() => slack.ephemeral(id).length >= count);
  return slack.ephemeral(id).at(-1)?.shown ?? '';
}

describe.concurrent('/parley summarize', () => {
  it('is for the caller alone, with links that Slack makes', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const [, second = ''] = talk(bot);
    model.respond(answers(`- Tuesday [2]. <!channel> [x](https://evil.example) [7]`));
    await slack.user('ada').runs('/parley', 'summarize');
    const told = await toldTo(bot, 'ada');
    expect(told).toContain('Summary of the newest 2 messages');
    expect(told).toContain(`slack.com/archives/${slack.channel('general')}/p${second.replace('.', '')}`);
    expect(told).not.toContain('evil');
    expect(prompts(bot)[0]).toMatch(/^\[1\] \([\d: -]+\) "ada": Shall we meet on Monday, @ben\?\n\[2\] /i);
    expect(slack.pings).toEqual([]);
    await slack.user('ada').runs('/parley', 'summarize a while');
    expect(await toldTo(bot, 'ada', 2)).toContain(wrongSpan.slice(0, 20));
  });

  it('is posted for everybody where the caller asks for that', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    talk(bot);
    model.respond(answers('Tuesday [2].'));
    await slack.user('ada').runs('/parley', 'summarize post 2h');
    expect(await toldTo(bot, 'ada')).toContain(posted);
    await slack.waitFor(() => slack.botMessages('general').some(({ shown }) => shown.includes('Tuesday')));
    expect(slack.pings).toEqual([]);
  });

  it('gives nobody a conversation that they are no member of, and none that Parley is not in', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    talk(bot);
    const stranger = slack.user('stranger');
    for (const { channels } of slack.world.workspaces.values())
      for (const channel of channels.values()) channel.members.delete(stranger.id);
    await stranger.runs('/parley', 'summarize');
    expect(await toldTo(bot, 'stranger')).toBe(refused['not-allowed']);
    slack.changeChannel('random', { joined: false });
    await slack.user('ada').runs('/parley', 'summarize', 'random');
    expect(await toldTo(bot, 'ada')).toBe(refused['not-readable']);
    expect(model.requests).toEqual([]);
  });

  it('in a thread is typed, and reads the thread alone', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    slack.user('ada').says('general', 'Something else.');
    const [thread = ''] = talk(bot);
    talk(bot, { threadTs: thread });
    model.respond(answers('Tuesday [2].'));
    slack.user('ada').says('general', `<@${slack.botUserId}> summarize`, { threadTs: thread });
    expect(await toldTo(bot, 'ada')).toContain('Summary of the newest 3 messages');
    expect(prompts(bot)[0]).not.toContain('Something else');
    await settle();
    // Elsewhere it is a question.
    asks(bot, 'ada', 'summarize');
    await slack.waitFor(() => model.requests.length === 2);
    expect(prompts(bot).at(-1)).toContain('summarize');
  });
});

it('in direct messages is of those alone, and of nobody else’s', async () => {
  await using bot = await startSlackBot();
  const { slack, model } = bot;
  const ada = slack.user('ada');
  model.respond(answers('Hello.'));
  ada.dm('Remember the lake.');
  await slack.waitFor(() => slack.botMessages(ada.dmChannel).length > 0);
  await settle();
  model.respond(answers('A lake [1].'));
  await ada.runs('/parley', 'summarize', ada.dmChannel);
  await slack.waitFor(() => slack.ephemeral(ada.id).some(({ shown }) => shown.includes('A lake')));
  expect(prompts(bot).at(-1)).toContain('Remember the lake.');
  await slack.user('ben').runs('/parley', 'summarize', ada.dmChannel);
  expect(await toldTo(bot, 'ben')).toBe(refused['not-allowed']);
});
