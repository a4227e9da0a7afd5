/** A model's reasoning: never left in an answer, and shown to people who press *Show thinking*. */
import { describe, expect, it } from 'vitest';
import {
  answers,
  done,
  finish,
  pause,
  streams,
  text,
  thinking,
} from '../../../lab/counterparts/model-server.ts';
import { startBot } from '../../harness/discord.ts';
import { answerTo, asks, labels, says, sentence, settle } from './said.ts';

const LONG = 'I have to think of ZEBRA here, and of much else. '.repeat(60);

it('an answer that a lone </think> tells to have been thoughts is taken back, in the same messages', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const slowly = LONG.split('. ').flatMap((sentence) => [text(`${sentence}. `), pause(40)]);
  model.respond(streams(...slowly, text('\n</think>\n\n'), text('It is '), text('42.'), finish(), done));
  asks(bot, discord.user('ada'), 'What is it?');
  await discord.waitFor(() => discord.botMessages(discord.channel('general')).length > 1);
  await says(bot, 'It is 42.');
  await discord.waitFor(() => discord.botMessages(discord.channel('general')).length === 1);

  // From then on the model's text is held back.
  model.respond(answers('ZEBRA again', '</think>', 'It is 43.'));
  await answerTo(bot, discord.user('ada'), 'Sure?', 'It is 43.');
  const contents = discord.botMessages(discord.channel('general')).map(({ content }) => content);
  expect(contents).toEqual(['It is 42.', 'It is 43.']);
  expect(JSON.stringify(model.requests.at(-1)?.body)).not.toContain('ZEBRA');
});

describe.concurrent('Show thinking', () => {
  const thoughtful = (thought: string) => streams(thinking(thought), text('Forty-two.'), finish(), done);

  it('shows to who presses alone, whoever it is, how the model came to its answer', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(thoughtful('Six times seven, that is.'));
    const answer = await answerTo(bot, discord.user('ada'), 'how much?', 'Forty-two.');
    expect(labels(answer)).toEqual(['Regenerate', 'Show thinking', 'Delete']);
    await settle();
    const press = await discord.user('ben').clicks(answer.id, 'Show thinking');
    const shown = await press.message();
    expect(shown.content).toBe('Six times seven, that is.');
    expect(shown.ephemeral).toBe(true);
    expect(discord.message(answer.id).content).toBe('Forty-two.');
  });

  it('gives long thoughts as a file too, and pings nobody', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const long = `@everyone <@${discord.user('ben').id}> ${'🧮 so many steps. '.repeat(400)}`;
    model.respond(thoughtful(long));
    const answer = await answerTo(bot, discord.user('ada'), 'how much?', 'Forty-two.');
    await settle();
    const shown = await (await discord.user('ada').clicks(answer.id, 'Show thinking')).message();
    expect(shown.content.length).toBeLessThanOrEqual(2_000);
    expect(shown.content.isWellFormed()).toBe(true);
    expect(shown.attachments.map(({ name, text: whole }) => [name, whole])).toEqual([
      ['thinking.txt', long.trim()],
    ]);
    expect(discord.pings).toEqual([]);
  });

  it('gives their beginning where files are refused', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    discord.settings.refuses = ({ files }) => (files.length > 0 ? { status: 403, code: 50013 } : undefined);
    model.respond(thoughtful('step by step '.repeat(300)));
    const answer = await answerTo(bot, discord.user('ada'), 'how much?', 'Forty-two.');
    await settle();
    const shown = await (await discord.user('ada').clicks(answer.id, 'Show thinking')).message();
    expect(shown.content).toMatch(/^step by step .* …$/);
    expect(shown.attachments).toEqual([]);
  });

  it('says so where they are kept no more, and stands under a regenerated answer only where it has some', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    model.respond(thoughtful('Hm.'), answers('Forty-three.'));
    const answer = await answerTo(bot, discord.user('ada'), 'how much?', 'Forty-two.');
    await settle();
    await discord.user('ada').clicks(answer.id, 'Regenerate');
    expect(labels(await says(bot, 'Forty-three.'))).toEqual(['Regenerate', 'Delete']);
    await settle();
    const old = discord.world.messages.get(answer.id);
    const turn = /v1:regenerate:(\d+)/.exec(JSON.stringify(old?.components))?.[1];
    Object.assign(old ?? {}, {
      components: [
        { type: 1, components: [{ type: 2, style: 2, label: 'Think', custom_id: `v1:thoughts:${turn}` }] },
      ],
    });
    expect(await sentence(discord.user('ada').clicks(answer.id, 'Think'))).toContain("isn't kept any more");
  });
});
