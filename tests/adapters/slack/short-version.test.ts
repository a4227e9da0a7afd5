/** TL;DR under a long answer on Slack: shown to whoever pressed alone, by the response to the press. */
import { describe, expect, it } from 'vitest';
import { answers, fails } from '../../../lab/counterparts/model-server.ts';
import { type SlackBot, startSlackBot } from '../../harness/slack.ts';
import { asks, ended, labels, prompts, settle } from './said.ts';

const LONG = Array.from({ length: 320 }, (_, n) => `Sentence ${n} tells of a walk by the sea.`).join(' ');

async function longAnswer(bot: SlackBot) {
  bot.model.respond(answers(LONG));
  const thread = asks(bot, 'ada', 'tell me all');
  const last = (await ended(bot, { thread })).at(-1);
  if (!last) throw new Error('no answer');
  await settle();
  return { last, thread };
}

/** The newest text that this person alone reads. */
async function toldTo({ slack }: SlackBot, name: string, count = 1) {
  const { id } = slack.user(name);
  await slack.waitFor(() => slack.ephemeral(id).length >= count);
  return slack.ephemeral(id).at(-1);
}

describe.concurrent('TL;DR on Slack', () => {
  it.each(['socket', 'http'] as const)(
    'by %s is shown to who pressed alone, and made once',
    async (transport) => {
      await using bot = await startSlackBot({ transport });
      const { slack, model } = bot;
      const { last, thread } = await longAnswer(bot);
      expect(labels(last)).toEqual(['Regenerate', 'TL;DR', 'Delete']);
      model.respond(answers('A walk by the sea.'));
      await slack.user('ben').clicks(last, 'TL;DR');
      const told = await toldTo(bot, 'ben');
      expect(told?.shown).toContain('A walk by the sea.');
      expect(told?.threadTs).toBe(thread);
      expect(prompts(bot).at(-1)).toMatch(/^\| Sentence 0 /);
      const count = model.requests.length;
      await bot.restart();
      await slack.user('ada').clicks(last, 'TL;DR');
      expect((await toldTo(bot, 'ada'))?.shown).toContain('A walk by the sea.');
      expect(model.requests).toHaveLength(count);
      expect(slack.ephemeral(slack.user('ben').id)).toHaveLength(1);
    },
  );

  it('pings nobody, and says in a sentence why there is none', async () => {
    await using bot = await startSlackBot();
    const { slack, model } = bot;
    const { last } = await longAnswer(bot);
    model.respond(fails(401, { code: 'invalid_api_key' }));
    await slack.user('ben').clicks(last, 'TL;DR');
    const refused = await toldTo(bot, 'ben');
    expect(refused?.shown).toContain('wants an API key');
    expect(refused?.shown).not.toContain('upstream-canary');
    model.respond(answers(`<!channel> <@${slack.user('ada').id}> look`));
    await slack.user('ben').clicks(last, 'TL;DR');
    await toldTo(bot, 'ben', 2);
    expect(slack.pings).toEqual([]);
  });
});
