/** The buttons under an answer: pressed while it streams, afterwards, and after a restart; by whom and how often. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import type { MessageView } from '../../../lab/counterparts/discord/people/view.ts';
import {
  answers,
  done,
  fails,
  finish,
  pause,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, asks, labels, prompts, says, sentence, sets, settle } from './said.ts';

const long = (word: string) =>
  Array.from({ length: 30 }, (_, i) => `${word} ${i} ${'and so on '.repeat(15).trim()}.`).join('\n\n');
const endless = (words: string) => streams(text(words), pause(20_000), text('never'), finish(), done);
const cut = (words: string) => streams(text(words), finish('length'), done);

/** Resolves when the bot's messages in the channel say so, all of them together. */
function whole({ discord }: Bot, content: string): Promise<MessageView[]> {
  const bare = (said: string) => said.replace(/\s+/g, '');
  return discord.waitFor(() => {
    const found = discord.botMessages(discord.channel('general'));
    const last = found.at(-1);
    const isThat = bare(found.map((one) => one.content).join('')) === bare(content);
    return isThat && last && labels(last).includes('Regenerate') ? found : undefined;
  });
}

/** Resolves when an answer that streams shows this. */
function growing({ discord }: Bot, content: string): Promise<MessageView> {
  return discord.waitFor(() =>
    discord
      .botMessages(discord.channel('general'))
      .find((one) => one.content.includes(content) && labels(one).includes('Stop')),
  );
}

/** As it is when the process died in the middle of an answer: of the newest turn nothing has been kept. */
function forgetEnd(folder: string): void {
  const store = new DatabaseSync(join(folder, 'parley.sqlite'));
  const rows = store.prepare("SELECT key, value FROM keyv WHERE key LIKE 't|%'").all();
  for (const { key, value } of rows as { key: string; value: string }[]) {
    const kept = JSON.parse(value);
    Object.assign(kept.value, { answer: '', end: null });
    delete kept.value.notice;
    store.prepare('UPDATE keyv SET value = ? WHERE key = ?').run(JSON.stringify(kept), key);
  }
  // Nor does it stand among those that are to be answered.
  store.prepare("DELETE FROM keyv WHERE key LIKE 'lane|%'").run();
  store.close();
}

describe.concurrent('Stop', () => {
  it('pressed when the answer has just ended, leaves the whole answer there', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const ada = discord.user('ada');
    const answer = await answerTo(bot, ada, 'hi', 'Hello.');
    // Its buttons are there a moment before it is put away; until then the press would be taken for a stop.
    await settle();
    // As a client shows it that has not heard of the last edit.
    const stored = discord.world.messages.get(answer.id);
    const turn = /v1:regenerate:(\d+)/.exec(JSON.stringify(stored?.components))?.[1];
    Object.assign(stored ?? {}, {
      content: 'Hel',
      components: [
        { type: 1, components: [{ type: 2, style: 2, label: 'Stop', custom_id: `v1:stop:${turn}` }] },
      ],
    });
    await ada.clicks(answer.id, 'Stop');
    const after = await says(bot, 'Hello.');
    expect(labels(after)).toEqual(['Regenerate', 'Delete']);
  });

  it('on an answer whose process died in the middle, says so and offers another try', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(endless('It was a dark '), answers('A new one.'));
    asks(bot, ada, 'tell me a story');
    const { id } = await growing(bot, 'It was a dark');
    const died = structuredClone(discord.world.messages.get(id));
    await bot.restart(() => forgetEnd(bot.folder));
    Object.assign(discord.world.messages.get(id) ?? {}, {
      content: died?.content,
      components: died?.components,
    });
    await ada.clicks(id, 'Stop');
    await discord.waitFor(() => discord.message(id).content.includes('-# This answer was interrupted'));
    const mended = discord.message(id);
    expect(mended.content).toContain('It was a dark');
    expect(labels(mended)).toEqual(['Regenerate', 'Delete']);
    await ada.clicks(mended, 'Regenerate');
    expect((await says(bot, 'A new one.')).id).toBe(id);
    expect(prompts(bot)).toEqual(['"Ada": tell me a story']);
  });

  it('a restart in the middle says so, and the answer goes on in its message afterwards', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(endless('Once upon a time. '), answers('Again.'));
    asks(bot, ada, 'a story');
    const { id } = await growing(bot, 'Once upon');
    await bot.restart(() => {
      const left = discord.message(id);
      expect(left.content).toContain('Once upon a time.');
      expect(left.content).toContain('-# Parley is being restarted.');
      expect(labels(left)).toEqual(['Regenerate', 'Continue', 'Delete']);
    });
    expect((await says(bot, 'Again.')).id).toBe(id);
    expect(discord.botMessages(discord.channel('general'))).toHaveLength(1);
  });
});

describe.concurrent('Regenerate', () => {
  it('answers again in the same messages, fewer and more of them, after restarts too', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers(long('First')), answers('Short.'), answers(long('Third')));
    asks(bot, ada, 'a long one');
    const first = await whole(bot, long('First'));
    expect(first.length).toBeGreaterThan(2);
    await bot.restart();
    await ada.clicks(first.at(-1)?.id ?? '', 'Regenerate');
    const second = await whole(bot, 'Short.');
    expect(second.map(({ id }) => id)).toEqual([first[0]?.id]);
    await bot.restart();
    await ada.clicks(second[0]?.id ?? '', 'Regenerate');
    const third = await whole(bot, long('Third'));
    expect(third[0]?.id).toBe(first[0]?.id);
    expect(third.slice(0, -1).flatMap(labels)).toEqual([]);
    expect(prompts(bot)).toEqual(['"Ada": a long one']);
    // The history has the newest answer, once.
    model.respond(answers('Next.'));
    await answerTo(bot, ada, 'next', 'Next.');
    expect(prompts(bot)).toEqual(['"Ada": a long one', long('Third'), '"Ada": next']);
  });

  it('shows the answer of before when the new attempt fails', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers('A good answer.'), fails(500));
    const answer = await answerTo(bot, ada, 'hi', 'A good answer.');
    await ada.clicks(answer, 'Regenerate');
    const after = await discord.waitFor(() => {
      const now = discord.message(answer.id);
      return now.content.includes('-# 127') && labels(now).includes('Regenerate') ? now : undefined;
    });
    expect(after.content).toMatch(/^A good answer\.\n\n-# /);
    model.respond(answers('Better.'));
    await ada.clicks(after, 'Regenerate');
    await says(bot, 'Better.');
  });
});

describe.concurrent('Continue', () => {
  it('goes on in a turn of its own where the answer was cut, after a restart too', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(cut('One, two, '), answers('three.'));
    asks(bot, ada, 'count');
    const answer = await discord.waitFor(() =>
      discord.botMessages(discord.channel('general')).find((one) => labels(one).includes('Continue')),
    );
    expect(labels(answer)).toEqual(['Regenerate', 'Continue', 'Delete']);
    await bot.restart();
    // Twice, as by a double click.
    await Promise.all([ada.clicks(answer, 'Continue'), ada.clicks(answer, 'Continue')]);
    expect((await says(bot, 'three.')).referenceId).toBe(answer.id);
    expect(labels(discord.message(answer.id))).toEqual(['Regenerate', 'Delete']);
    expect(prompts(bot)).toEqual(['"Ada": count', 'One, two, ', expect.stringContaining('Go on exactly')]);
    await settle();
    expect(model.requests).toHaveLength(2);
  });
});

describe.concurrent('who may press', () => {
  it('nobody asks the model by a button who may not ask it any more', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(cut('One, '));
    asks(bot, ada, 'count');
    const answer = await discord.waitFor(() =>
      discord.botMessages(discord.channel('general')).find((one) => labels(one).includes('Continue')),
    );
    await sets(discord.user('root', { permissions: 'admin' }), 'whoMayAsk', 'admins');
    for (const button of ['Regenerate', 'Continue']) {
      expect(await sentence(ada.clicks(answer, button))).toContain('only admins');
    }
    expect(model.requests).toHaveLength(1);
    await ada.clicks(answer, 'Delete');
    await discord.waitFor(() => discord.botMessages(discord.channel('general')).length === 0);
  });

  it('on an answer that the store does not know, or has forgotten, there is a sentence', async () => {
    await using bot = await startBot();
    const { discord } = bot;
    const ada = discord.user('ada');
    const answer = await answerTo(bot, ada, 'hi', 'Hello.');
    await sentence(ada.runs('forget'));
    expect(await sentence(ada.clicks(answer, 'Regenerate'))).toContain('was forgotten');
    for (const id of ['v1:regenerate:123', 'v0:old', 'v1:pick:gone']) {
      Object.assign(discord.world.messages.get(answer.id) ?? {}, {
        components: [{ type: 1, components: [{ type: 2, style: 2, label: 'Old', custom_id: id }] }],
      });
      expect(await sentence(ada.clicks(answer.id, 'Old'))).toContain('too old');
    }
  });
});

describe.concurrent('Delete', () => {
  it('removes all messages of the answer, and the turn, after a restart too', async () => {
    await using bot = await startBot();
    const { discord, model } = bot;
    const ada = discord.user('ada');
    model.respond(answers(long('Gone')), answers('Next.'));
    asks(bot, ada, 'a long one');
    const parts = await whole(bot, long('Gone'));
    await bot.restart();
    await ada.clicks(parts.at(-1)?.id ?? '', 'Delete');
    await discord.waitFor(() => discord.botMessages(discord.channel('general')).length === 0);
    await settle(100);
    await answerTo(bot, ada, 'next', 'Next.');
    expect(prompts(bot)).toEqual(['"Ada": next']);
  });
});

it.concurrent('an answer that was stopped goes on where it was cut', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const ada = discord.user('ada');
  model.respond(endless('So far so good. '), answers('And on.'));
  asks(bot, ada, 'go on and on');
  const answer = await growing(bot, 'So far so good.');
  await ada.clicks(answer, 'Stop');
  const stopped = await says(bot, 'So far so good.\n\n-# Stopped.');
  await settle();
  await ada.clicks(stopped, 'Continue');
  await says(bot, 'And on.');
  expect(labels(discord.message(stopped.id))).toEqual(['Regenerate', 'Delete']);
});

it.concurrent('Delete deletes though Discord fails at first, and says so where it does not', async () => {
  await using bot = await startBot();
  const { discord, model } = bot;
  const ada = discord.user('ada');
  const channel = discord.channel('general');
  model.respond(answers('One.'), answers('Two.'));
  const one = await answerTo(bot, ada, 'hi', 'One.');
  await settle();
  discord.faults.next('delete', { status: 403, html: true }, 1);
  await ada.clicks(one.id, 'Delete');
  await discord.waitFor(() => discord.botMessages(channel).length === 0);
  const two = await answerTo(bot, ada, 'hi', 'Two.');
  await settle();
  discord.settings.refuses = ({ kind }) => (kind === 'delete' ? { status: 403, code: 50013 } : undefined);
  const press = await ada.clicks(two.id, 'Delete');
  await discord.waitFor(() => press.followups.some(({ content }) => content.includes("couldn't delete")));
  discord.settings.refuses = undefined;
  await ada.clicks(two.id, 'Delete');
  await discord.waitFor(() => discord.botMessages(channel).length === 0);
});
