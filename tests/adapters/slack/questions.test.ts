/** Questions that are no messages of their own: by the shortcut on a message, and by the slash command to oneself. */
import { describe, expect, it } from 'vitest';
import { answers } from '../../../lab/counterparts/model-server.ts';
import { en } from '../../../src/adapters/slack/sentences/en.ts';
import { startSlackBot } from '../../harness/slack.ts';
import { prompts, says, sets } from './said.ts';

describe.concurrent('the shortcut on a message', () => {
  it('is answered in the thread of that message', async () => {
    await using bot = await startSlackBot();
    const ada = bot.slack.user('ada');
    bot.model.respond(answers('It is so.'));
    const ts = ada.says('general', 'Is it so?');
    await ada.shortcut('ask_parley', ts);
    expect((await says(bot, 'It is so.')).threadTs).toBe(ts);
    expect(prompts(bot).join()).toContain('Is it so?');
  });

  it('asks no model in a channel that Parley is not in, and says why', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const ada = slack.user('ada');
    slack.changeChannel('random', { joined: false });
    const handle = await ada.shortcut('ask_parley', ada.says('random', 'Is it so?'));
    expect((await handle.response()).shown).toBe(en.telling.notAMember);
    expect(model.requests).toHaveLength(0);
  });
});

describe('a private question', () => {
  it('goes on in its thread of the direct messages, also where histories are apart', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    await sets(bot, 'history', 'person');
    model.respond(answers('One.'), answers('Two.'));
    const ada = slack.user('ada');
    await ada.runs('/parley', 'ask private what is one?');
    const { threadTs } = await says(bot, 'One.', ada.dmChannel);
    expect(threadTs).toBeDefined();
    ada.dm('and then?', threadTs === undefined ? {} : { threadTs });
    await says(bot, 'Two.', ada.dmChannel);
    expect(prompts(bot)).toEqual(['what is one?', 'One.', 'and then?']);
  });
});

it.each([
  { code: 'not_in_channel', says: en.telling.notAMember },
  { code: 'restricted_action_read_only_channel', says: 'not allowed to answer in <#' },
  { code: 'is_archived', says: 'archived' },
  { code: 'missing_scope', command: 'ask private', method: 'conversations.open', says: 'all the scopes' },
])('a question by the command that cannot be put says why: $code', async ({ code, says: why, ...how }) => {
  await using bot = await startSlackBot();
  bot.slack.faults.next(how.method ?? 'chat.postMessage', code);
  const handle = await bot.slack.user('ada').runs('/parley', `${how.command ?? 'ask'} what is one?`);
  expect((await handle.response()).shown).toContain(why);
  expect(bot.model.requests).toHaveLength(0);
});
