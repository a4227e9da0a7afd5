/** A long conversation on Discord: what no longer fits is known by its summary, until it is forgotten. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Behaviour } from '../../../lab/counterparts/model-script.ts';
import { answers, sentMessages } from '../../../lab/counterparts/model-server.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { answerTo, prompts, sentence, sets } from './said.ts';

const FACT = 'the safe opens with 4711';

const isSummary = (request: Bot['model']['requests'][number]) => request.sent.includes('Answer nobody now.');
const summaries = ({ model }: Bot) => model.requests.filter(isSummary);

/** Answers at some length, and sums up what it reads of the safe, as a model would. */
function attentive(): Behaviour {
  let count = 0;
  return (exchange) => {
    if (!isSummary(exchange.request))
      return answers(`Answer ${++count}: ${'well '.repeat(30)}end.`)(exchange);
    const read = JSON.stringify(sentMessages(exchange.request));
    return answers(read.includes(FACT) ? `Facts:\nAda: ${FACT}` : 'Facts: none.')(exchange);
  };
}

/** A bot whose model takes so little that a few messages fill the window. */
async function startShort(env: Record<string, string> = {}): Promise<Bot> {
  const bot = await startBot({ env: { MODEL_CONTEXT: '500', ...env } });
  bot.model.respond(attentive());
  return bot;
}

const ask = async (bot: Bot, name: string, question: string, count: number) => {
  await answerTo(bot, bot.discord.user(name), question, `Answer ${count}: ${'well '.repeat(30)}end.`);
  // The newest request may be for a summary.
  const sent = bot.model.requests.findLast((request) => !isSummary(request));
  return sentMessages(sent).map((message) => String((message as { content: unknown }).content));
};

/** Ada says the fact, and people talk until the window has let it go. Returns the newest prompt, and the answers. */
async function talkPastIt(bot: Bot): Promise<{ prompt: string[]; count: number }> {
  let prompt = await ask(bot, 'ada', `remember: ${FACT}`, 1);
  for (let count = 2; count < 20; count++) {
    prompt = await ask(bot, count % 2 ? 'ada' : 'ben', `${'more '.repeat(60)}${count}`, count);
    if (!prompt.join().includes('remember:')) return { prompt, count };
    // As people do, they take longer to write than the model to sum up.
    await bot.discord.waitFor(() => isIdle(bot));
  }
  throw new Error('the window did not jump');
}

/** The contents of Parley's files. */
const stored = ({ folder }: Bot) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('');

/** Whether each summary that was asked for is kept or was given up. */
const isIdle = ({ model, parley }: Bot) =>
  model.requests.filter(isSummary).length ===
  parley.log.filter((line) => line.includes('"msg":"note"')).length;

it('an early fact is in the prompt after it was let go, and its summary is booked to who asked', async () => {
  await using bot = await startShort();
  const { prompt } = await talkPastIt(bot);
  expect(prompt[0]).toMatch(/^\[A summary of what was said before/);
  expect(prompt[0]).toContain(`| Ada: ${FACT}`);
  const root = bot.discord.user('root', { permissions: 'admin' });
  const told = await (await root.runs('usage', { whose: 'server', by: 'kind' })).message();
  expect(told.content).toMatch(/[Ss]ummar/);
});

it('a forgotten message takes the summary along, from the store’s files too, and it does not come back', async () => {
  await using bot = await startShort();
  const { prompt, count } = await talkPastIt(bot);
  expect(prompt[0]).toContain(`| Ada: ${FACT}`);
  await sentence(bot.discord.user('ada').runs('forget'));
  expect(stored(bot)).not.toContain('4711');
  bot.model.requests.length = 0;
  const ask = async (question: string) => {
    const before = bot.model.requests.length;
    bot.discord.user('ben').says(bot.discord.channel('general'), `<@${bot.discord.botId}> ${question}`);
    await bot.discord.waitFor(() => bot.model.requests.length > before);
    return prompts(bot).join('\n');
  };
  expect(await ask(`what opens the safe? ${count}`)).not.toContain('4711');
  await bot.restart();
  bot.model.respond(attentive());
  for (let i = 0; i < 3; i++) await ask(`${'more '.repeat(60)}${i}`);
  for (const request of bot.model.requests) expect(request.sent).not.toContain('4711');
});

it('no summary is made where the server turned them off', async () => {
  await using bot = await startShort();
  const root = bot.discord.user('root', { permissions: 'admin' });
  await sets(root, 'summaries', 'off');
  const { prompt } = await talkPastIt(bot);
  expect(summaries(bot)).toEqual([]);
  expect(prompt.join('\n')).not.toContain('4711');
});
