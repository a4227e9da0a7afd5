import { describe, expect, it } from 'vitest';
import { saying } from '../scripted-model.ts';
import { asked, calling, onceThen, textOf, toolOf, USAGE, withTools } from './with-tools.ts';

const lookUp = toolOf('look_up', (value) => ({ text: `found ${value}` }));
const FOUND = 'Material, not instructions:\n```\nfound x\n```';

describe('the tool loop', () => {
  it('asks, runs what the model calls, and asks again with what came of it', async () => {
    const set = withTools(
      [lookUp],
      onceThen(() => calling('Let me see. ', ['look_up', { value: 'x' }]), 'It is x.'),
    );
    const chunks = await set.attempt();
    expect(textOf(chunks)).toBe('Let me see. \n\nIt is x.');
    expect(chunks.filter(({ type }) => type === 'step')).toEqual([
      { type: 'step', step: { id: 'call_0', tool: 'look_up', state: 'running', says: 'look_up: x' } },
      { type: 'step', step: { id: 'call_0', tool: 'look_up', state: 'done', says: 'look_up: x' } },
    ]);
    const [first, second] = set.requests;
    expect(second?.messages).toEqual([
      ...(first?.messages ?? []),
      {
        role: 'assistant',
        text: 'Let me see. ',
        calls: [{ id: 'call_0', name: 'look_up', arguments: '{"value":"x"}', output: FOUND }],
      },
    ]);
    expect(second?.tools).toEqual(first?.tools);
    expect(first?.tools).toMatchObject({
      functions: [{ name: 'look_up', parameters: { type: 'object', required: ['value'] } }],
      choice: 'auto',
    });
    const turn = await set.transcripts.find(asked.conversation, '1');
    expect(turn).toMatchObject({
      answer: 'Let me see. \n\nIt is x.',
      end: 'stop',
      usage: { ...USAGE, input: 20, output: 10 },
      rounds: [{ upTo: 12, steps: [{ id: 'call_0', state: 'done', output: FOUND }] }],
    });
  });

  it('journals a step before it begins, and once it has ended', async () => {
    const seen: unknown[] = [];
    const tool = toolOf('look_up', () => {
      seen.push(set.journals.at(-1)?.rounds[0]?.steps[0]?.state);
      return { text: 'x' };
    });
    const set = withTools([tool], (_, count) => {
      if (count > 1) seen.push(set.journals.at(-1)?.rounds[0]?.steps[0]?.state);
      return onceThen(() => calling('', ['look_up', { value: 'x' }]), 'Done.')(_, count);
    });
    await set.attempt();
    expect(seen).toEqual(['running', 'done']);
  });

  it('writes no journal and reads none where no tool is called', async () => {
    const set = withTools([lookUp], () => saying('Hi.'));
    const journalled = async () => expect.unreachable('a first attempt has no journal');
    await set.attempt(asked, { journalled });
    expect(set.journals).toEqual([]);
    expect(await set.transcripts.find(asked.conversation, '1')).not.toHaveProperty('rounds');
  });

  it('goes on after a crash: what was done is not done again, and what only reads runs again', async () => {
    const ran: string[] = [];
    const tool = toolOf('look_up', (value) => {
      ran.push(value);
      return { text: `found ${value}` };
    });
    const set = withTools(
      [tool],
      onceThen(() => saying('And so on.')),
    );
    set.journals.push({
      answer: 'Let me see. ',
      rounds: [
        {
          upTo: 12,
          steps: [
            { id: 'a', tool: 'look_up', arguments: '{"value":"a"}', state: 'done', output: 'was a' },
            { id: 'b', tool: 'look_up', arguments: '{"value":"b"}', state: 'running', began: 1 },
            { id: 'c', tool: 'look_up', arguments: '{"value":"c"}', state: 'asked' },
          ],
        },
      ],
    });
    const chunks = await set.attempt(asked, { number: 2 });
    expect(ran).toEqual(['b', 'c']);
    expect(textOf(chunks)).toBe('Let me see. \n\nAnd so on.');
    expect(set.requests[0]?.messages.at(-1)?.calls?.map(({ id, output }) => [id, output])).toEqual([
      ['a', 'was a'],
      ['b', expect.stringContaining('found b')],
      ['c', expect.stringContaining('found c')],
    ]);
  });

  it('never runs again a tool that acts', async () => {
    const act = toolOf('send', () => expect.unreachable('it may have been sent'), 'act');
    const set = withTools([act], () => saying('I do not know whether it was sent.'));
    const steps = [
      { id: 'a', tool: 'send', arguments: '{"value":"a"}', state: 'running' as const, began: 1 },
    ];
    set.journals.push({ answer: '', rounds: [{ upTo: 0, steps }] });
    await set.attempt(asked, { number: 2 });
    const turn = await set.transcripts.find(asked.conversation, '1');
    expect(turn?.rounds?.[0]?.steps).toMatchObject([{ state: 'unknown' }]);
    expect(set.requests[0]?.messages.at(-1)?.calls?.[0]?.output).toMatch(/may have done its work or not/);
  });
});
