/** `/usage` on Discord: a list and a picture, to the caller alone. */
import { expect, it } from 'vitest';
import type { BookRow } from '../../../src/core/money/books.ts';
import { bookRow } from '../../core/book-row.ts';
import { type Bot, startBot } from '../../harness/discord.ts';
import { keepBooks, today } from '../../harness/money/booked.ts';
import { answersPriced, priced } from '../../harness/money/priced.ts';
import { adminOf, asks, says } from './said.ts';

/** A bot whose books have these rows of its server. */
async function withBooks(bot: Bot, rows: (tenant: string) => BookRow[]): Promise<void> {
  await bot.restart(() => keepBooks(bot.folder, rows(`discord:${bot.discord.guildId}`)));
}

it('shows a member their own, with a picture that has a text in its place', async () => {
  await using bot = await startBot();
  const ada = bot.discord.user('ada');
  await withBooks(bot, (tenant) => [
    bookRow({ tenant, day: today(), person: `discord:${ada.id}` }),
    bookRow({ tenant, day: today(), person: 'discord:99', cost: 7_000_000_000 }),
  ]);
  const reply = await (await ada.runs('usage')).message();
  expect(reply.content).toContain(
    'Today: **$0.0034** for one request (1K tokens in, 800 of them cached, 100 out).',
  );
  expect(reply.content).toMatch(
    /^- `\d+ \w{3}`: \$0\.0034 · one request · 1K tokens in · 800 cached · 100 out$/m,
  );
  expect(reply.content).not.toContain('$7.00');
  expect(reply.ephemeral).toBe(true);
  expect(reply.attachments).toEqual([
    expect.objectContaining({
      name: 'usage.png',
      type: 'image/png',
      description: expect.stringMatching(
        /^A bar chart\. Dollars by day, .* The highest bar is .*, with \$0\.0034\.$/,
      ),
    }),
  ]);
});

it('names people by mentions that ping nobody, numbered as in the picture, to admins alone', async () => {
  await using bot = await startBot();
  const [ada, root] = [bot.discord.user('ada'), adminOf(bot)];
  await withBooks(bot, (tenant) => [
    bookRow({ tenant, day: today(), person: `discord:${ada.id}` }),
    bookRow({ tenant, day: today(), person: 'discord:99', cost: 7_000_000_000 }),
  ]);
  const refused = await (await ada.runs('usage', { whose: 'server' })).message();
  expect([refused.content, refused.attachments]).toEqual(['Only an admin can do that.', []]);
  const told = await (await root.runs('usage', { whose: 'server', by: 'person' })).message();
  expect(told.content).toMatch(/^- \*\*1\*\* <@99>: \$7\.00 · one request/m);
  expect(told.content).toContain(`- **2** <@${ada.id}>: $0.0034`);
  expect(bot.discord.pings).toEqual([]);
});

it('shows no name as a mention or a mark that somebody gave a model', async () => {
  await using bot = await startBot();
  const root = adminOf(bot);
  const model = '`@everyone` <@1> **b** https://example.com';
  await withBooks(bot, (tenant) => [bookRow({ tenant, day: today(), model })]);
  const told = await (await root.runs('usage', { whose: 'server', by: 'model' })).message();
  expect(told.content).toContain("- **1** `'@everyone' <@1> **b** https://example.com`: $0.0034");
});

it('shows as many names as there are, in as many messages as they need', async () => {
  await using bot = await startBot();
  const root = adminOf(bot);
  await withBooks(bot, (tenant) =>
    Array.from({ length: 40 }, (_, n) => bookRow({ tenant, day: today(), model: `${n}-${'m'.repeat(90)}` })),
  );
  const handle = await root.runs('usage', { whose: 'server', by: 'model' });
  const first = await handle.message();
  expect(first.content.length).toBeLessThanOrEqual(2_000);
  expect(first.attachments).toHaveLength(1);
  await bot.discord.waitFor(() => handle.followups.some(({ content }) => content.includes('All others')));
});

it('suggests months', async () => {
  await using bot = await startBot();
  const suggested = await bot.discord.user('ada').types('usage', 'month', today().slice(0, 7));
  expect(suggested.map(({ value }) => value)).toEqual([today().slice(0, 7)]);
});

it('has what an answer cost as soon as it is there', async () => {
  await using bot = await startBot({ env: await priced() });
  const ada = bot.discord.user('ada');
  bot.model.respond(answersPriced('Yes.'));
  asks(bot, ada, 'is it so?');
  await says(bot, 'Yes.');
  const own = await (await ada.runs('usage')).message();
  expect(own.content).toContain(
    'Today: **$0.0013** for one request (1K tokens in, 800 of them cached, 100 out).',
  );
  const all = await (await adminOf(bot).runs('usage', { whose: 'server', by: 'person' })).message();
  expect(all.content).toContain(`- **1** <@${ada.id}>: $0.0013 · one request`);
  const others = await (await bot.discord.user('ben').runs('usage')).message();
  expect(others.content).toContain('Nothing was used in ');
});
