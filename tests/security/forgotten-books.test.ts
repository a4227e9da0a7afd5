/** Forgetting takes people out of what was used, and leaves the operator's sums. */
import { describe, expect, it } from 'vitest';
import { answers, stall, streams, text } from '../../lab/counterparts/model-server.ts';
import { browserOf } from '../harness/web.ts';
import { type Chatting, onDiscord, startChatting, until } from './chatting.ts';

interface Line {
  platform: string;
  tenant: string;
  person: string;
  requests: number;
  input: number;
}

/** The operator's CSV. Nothing in it is quoted here. */
async function booksOf({ parley }: Chatting): Promise<Line[]> {
  const { out } = await parley.operate('usage', '--csv');
  const [head = '', ...lines] = out.trimEnd().split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    return {
      platform: cell('platform'),
      tenant: cell('tenant'),
      person: cell('person'),
      requests: Number(cell('requests')),
      input: Number(cell('input')),
    };
  });
}

const sumOf = (lines: Line[], field: 'requests' | 'input') =>
  lines.reduce((sum, line) => sum + line[field], 0);
const ownersOf = (lines: Line[]) =>
  [...new Set(lines.map(({ tenant, person }) => `${tenant} ${person}`))].sort();

async function asks(all: Chatting, name: string, word: string, channel?: string): Promise<void> {
  const { discord, model } = all;
  const place = channel ?? discord.channel('general');
  model.respond(answers(`${word}-answered`));
  discord.user(name).says(place, `<@${discord.botId}> ${word}`);
  await until(() => onDiscord(all, place), `${word}-answered`);
}

/** Resolves once that many requests are in the books: answers are shown before they are charged. */
const booked = (all: Chatting, requests: number) =>
  expect.poll(async () => sumOf(await booksOf(all), 'requests')).toBe(requests);

describe('what was used', () => {
  it('names nobody any more whom the operator forgets, also for an answer that is being written', async () => {
    await using all = await startChatting();
    const { discord, model, parley } = all;
    const [ada, ben] = [discord.user('ada').id, discord.user('ben').id];
    const server = `discord:${discord.guildId}`;
    await asks(all, 'ada', 'first');
    await asks(all, 'ben', 'second');
    model.respond(answers('third-answered'));
    discord.user('ada').dm('third');
    await until(() => onDiscord(all, discord.user('ada').dmChannel), 'third-answered');
    await booked(all, 3);
    expect(ownersOf(await booksOf(all))).toEqual(
      [`${server} discord:${ada}`, `${server} discord:${ben}`, `discord:@${ada} discord:${ada}`].sort(),
    );
    const before = sumOf(await booksOf(all), 'input');
    model.respond(streams(text('half an answer'), stall));
    discord.user('ada').says(discord.channel('general'), `<@${discord.botId}> fourth`);
    await until(() => onDiscord(all), 'half');

    const { out } = await parley.operate('forget', 'person', `discord:${ada}`);
    expect(out).toMatch(/the name in \d lines of what was used; the sums stay/);
    await booked(all, 4);
    const after = await booksOf(all);
    expect(ownersOf(after)).toEqual([' ', `${server} `, `${server} discord:${ben}`].sort());
    expect(sumOf(after, 'input')).toBeGreaterThan(before);
    const again = await parley.operate('forget', 'person', `discord:${ada}`);
    expect(again.out).toContain('Nothing is stored');
  });

  it('names nobody of a server that Parley was removed from, and keeps its sums', async () => {
    await using all = await startChatting({ env: () => ({ LEFT_SERVER_DAYS: '0' }) });
    const { discord } = all;
    const other = discord.addGuild({ name: 'Elsewhere', channels: ['lobby'] });
    await asks(all, 'ada', 'here');
    await asks(all, 'ada', 'there', discord.channel('lobby', other));
    await booked(all, 2);
    const before = sumOf(await booksOf(all), 'input');
    discord.removeGuild(other);
    const ada = `discord:${discord.user('ada').id}`;
    await expect
      .poll(async () => ownersOf(await booksOf(all)))
      .toEqual([`discord:${discord.guildId} ${ada}`, `discord:${other} `].sort());
    expect(sumOf(await booksOf(all), 'input')).toBe(before);
  });

  it('holds nothing of a browser that signed out but sums', async () => {
    await using all = await startChatting();
    const { model, parley } = all;
    const [leaving, staying] = [browserOf(parley.url), browserOf(parley.url)];
    for (const browser of [leaving, staying]) {
      model.respond(answers('Hello.'));
      const conversation = await browser.newConversation();
      await browser.follow(conversation, (await browser.send(conversation, 'hi')).id);
    }
    await booked(all, 2);
    expect((await leaving.fetch('/api/session', { method: 'DELETE' })).status).toBe(204);
    const lines = await booksOf(all);
    expect(sumOf(lines, 'requests')).toBe(2);
    expect(lines.map(({ platform }) => platform)).toEqual(['web', 'web']);
    expect(lines.filter(({ tenant, person }) => tenant === '' && person === '')).toHaveLength(1);
  });
});
