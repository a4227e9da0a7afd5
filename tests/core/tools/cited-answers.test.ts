/** The answer of a turn with tools: its citations, its list of sources, and what later prompts hold of them. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ModelChunk } from '../../../src/core/models/model.ts';
import type { Tool } from '../../../src/core/turn/tools/tool.ts';
import { messageOf } from '../../fixtures.ts';
import { saying } from '../scripted-model.ts';
import { A, B, ONE, TWO } from './three-sources.ts';
import { asked, calling, onceThen, textOf, USAGE, withTools } from './with-tools.ts';

const PAGES = [
  { url: A, title: 'The first page' },
  { url: B, title: 'The second page' },
];

const search: Tool = {
  name: 'search',
  family: 'web',
  description: 'Searches.',
  input: z.object({}),
  effect: 'read',
  says: () => 'Searching',
  run: async (_, { cite }) => ({
    text: 'found',
    sources: PAGES.map((page) => ({ ...page, number: cite(page) })),
  }),
};

const LIST = `\n\n**Sources**\n- ${ONE} The first page (a.example)\n- ${TWO} The second page (b.example)`;

describe('an answer with sources', () => {
  it('links its citations, lists them, and is kept so', async () => {
    const set = withTools(
      [search],
      onceThen(() => calling('I look.', ['search', {}]), 'So [2]', ' and [', '1], not [7].'),
    );
    const answer = `I look.\n\nSo ${TWO} and ${ONE}, not.${LIST}`;
    expect(textOf(await set.attempt())).toBe(answer);
    const turn = await set.transcripts.find(asked.conversation, '1');
    expect(turn).toMatchObject({
      answer,
      sources: [
        { number: 1, ...PAGES[0] },
        { number: 2, ...PAGES[1] },
      ],
    });
    await set.attempt(messageOf('2', 'and?'));
    const texts = set.requests.at(-1)?.messages.map(({ text }) => text);
    expect(texts).toContain(`\n\nSo ${TWO} and ${ONE}, not.`);
  });

  it('has no list where nothing is cited', async () => {
    const set = withTools(
      [search],
      onceThen(() => calling('', ['search', {}]), 'So.'),
    );
    expect(textOf(await set.attempt())).toBe('So.');
    expect(await set.transcripts.find(asked.conversation, '1')).not.toHaveProperty('sources');
  });

  it('links pages of which the provider tells only after their link', async () => {
    const set = withTools([], function* (): Iterable<ModelChunk> {
      yield { type: 'hosted', call: { id: 'ws_1', tool: 'web_search', state: 'done' } };
      yield { type: 'text', text: `So ([a.example](${A}?utm_source=openai))` };
      yield { type: 'cited', page: { url: `${A}?utm_source=openai`, title: 'The first page' } };
      yield { type: 'text', text: '.' };
      yield { type: 'end', end: 'stop', usage: USAGE };
    });
    expect(textOf(await set.attempt())).toBe(
      `So ${ONE}.\n\n**Sources**\n- ${ONE} The first page (a.example)`,
    );
  });

  it('lists after a crash what it had cited before', async () => {
    const set = withTools([search], function* (_, count): Iterable<ModelChunk> {
      if (count === 1) yield* calling('', ['search', {}]);
      else if (count === 2) yield* calling('So [1].', ['search', {}, 'again']);
      else yield* saying('And [2].');
    });
    await set.attempt();
    const before = set.journals.findLast(({ answer, rounds }) => answer !== '' && rounds.length === 2);
    const chunks = await set.attempt(asked, { number: 2, journalled: async () => before });
    expect(textOf(chunks)).toBe(`So ${ONE}.\n\nAnd ${TWO}.${LIST}`);
  });

  it('does not list what was only thought', async () => {
    const set = withTools([search], function* (_, count): Iterable<ModelChunk> {
      if (count === 1) return yield* calling('', ['search', {}]);
      yield { type: 'text', text: 'Perhaps [1]. ' };
      yield { type: 'retract' };
      yield { type: 'text', text: 'So [2].' };
      yield { type: 'end', end: 'stop', usage: USAGE };
    });
    await set.attempt();
    const turn = await set.transcripts.find(asked.conversation, '1');
    expect(turn?.answer).toBe(`So ${TWO}.\n\n**Sources**\n- ${TWO} The second page (b.example)`);
  });
});
