/** `/new`, `/stop` and `/about`: what is asked of Parley about the place itself. */
import { describe, expect, it } from 'vitest';
import { DISCORD_WORDS } from '../../src/adapters/discord/vocabulary.ts';
import { readTypedCommand } from '../../src/core/commands/typed.ts';
import { en } from '../../src/core/sentences/en.ts';
import type { Message } from '../../src/core/types.ts';
import { messageOf, turnOf } from '../fixtures.ts';
import { admin, CONVERSATION, commanding, KEY, member, textOf } from './commanding.ts';

describe('/new', () => {
  it('sends nothing from before to the model, and leaves all of it for /export', async () => {
    await using set = await commanding();
    await set.transcripts.append(CONVERSATION, turnOf('1', { answer: 'before', end: 'stop' }));
    expect(textOf(await set.commands.run('new', member, {}))).toMatch(/afresh.*Nothing is deleted/);
    const { afresh, turns } = await set.transcripts.read(CONVERSATION, { limit: 9 });
    expect([afresh?.seq, turns.length]).toEqual([1, 1]);
    const exported = await set.commands.run('export', member, {});
    expect(JSON.stringify(exported)).toContain('before');
  });

  it('is for those who may ask, as is /stop', async () => {
    await using set = await commanding();
    await set.transcripts.append(CONVERSATION, turnOf('1', { answer: 'before', end: 'stop' }));
    for (const name of ['new', 'stop']) {
      for (const access of ['channel', 'role', 'admins'] as const)
        expect(textOf(await set.commands.run(name, { ...member, access }, {}))).toBe(
          en.notices.notAnswered(access, DISCORD_WORDS),
        );
    }
    expect((await set.transcripts.read(CONVERSATION, { limit: 1 })).afresh).toBeUndefined();
  });
});

describe('/stop', () => {
  async function busy() {
    const set = await commanding();
    const ask = async (id: string, by: string, conversation = CONVERSATION) => {
      const message: Message = messageOf(id, 'hi', {
        conversation,
        lane: `${conversation}|${by}`,
        author: { id: by, name: by },
      });
      await set.queue.accept(message);
    };
    await ask('a', 'ada');
    await ask('b', 'bob');
    await ask('c', 'bob', `${CONVERSATION}:thread`);
    await ask('d', 'bob', `${CONVERSATION}2`);
    return { ...set, [Symbol.asyncDispose]: () => set[Symbol.asyncDispose]() };
  }

  it('stops what its person asked there, and nothing of others', async () => {
    await using set = await busy();
    const cancelled: string[] = [];
    const { cancel } = set.queue;
    set.queue.cancel = async (conversation, id = '') => {
      cancelled.push(id);
      return cancel(conversation, id);
    };
    expect(textOf(await set.commands.run('stop', member, {}))).toBe('Stopped 2 answers.');
    expect(cancelled.sort()).toEqual(['b', 'c']);
    const cleo = { ...member, author: { id: 'cleo', name: 'Cleo' } };
    expect(textOf(await set.commands.run('stop', cleo, {}))).toMatch(/Only the person who asked/);
    expect(
      textOf(await set.commands.run('stop', { ...cleo, conversation: 'chat:server:other' }, {})),
    ).toMatch(/Nothing is being answered/);
  });

  it('stops all of it for an admin', async () => {
    await using set = await busy();
    expect(textOf(await set.commands.run('stop', admin, {}))).toBe('Stopped 3 answers.');
  });
});

describe('/about', () => {
  it('says who answers, who pays, what is stored and which Parley it is', async () => {
    await using set = await commanding({ operatorKey: 'sk-operator' });
    const host = new URL(set.server.url).host;
    const said = textOf(await set.commands.run('about', member, {}));
    expect(said).toContain(`**Model**: “operators-model” at ${host}`);
    expect(said).toContain('**Who pays**: Whoever runs this Parley.');
    expect(said).toMatch(/\*\*What is stored\*\*: .*for 30 days, unless they are deleted before.*`\/forget`/);
    expect(said).toContain('**Version**: Parley 9.9.9');
    await set.setKey();
    expect(textOf(await set.commands.run('about', member, {}))).toContain('Whoever set the API key here.');
    expect(said).not.toContain(KEY);
  });

  it('where nobody set a key tells an admin the command, and a member whom to ask', async () => {
    await using set = await commanding({ baseUrl: 'https://api.openai.com/v1' });
    expect(textOf(await set.commands.run('about', admin, {}))).toContain('Set one with `/key set`.');
    expect(textOf(await set.commands.run('about', member, {}))).toContain('Ask an admin to set one.');
  });
});

describe('a command behind a mention', () => {
  it.each([
    ['new', 'new'],
    [' /new ', 'new'],
    ['/parley new', 'new'],
    ['Parley Stop!', 'stop'],
    ['about.', 'about'],
  ])('is read from %j', (text, command) => {
    expect(readTypedCommand(text)).toBe(command);
  });

  it.each([
    'new idea',
    'what is new?',
    'stop the count',
    'about time',
    'parley',
    `stop${' '.repeat(39_000)}x`,
  ])('is not read from %j', (text) => {
    expect(readTypedCommand(text)).toBeUndefined();
  });
});
