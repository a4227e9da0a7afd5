/** Faults in the middle of the tool loop. */
import { describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/core/errors.ts';
import { LOST, SHUTDOWN } from '../../../src/core/turn/queue.ts';
import { saying } from '../scripted-model.ts';
import { asked, calling, onceThen, textOf, toolOf, withTools } from './with-tools.ts';

const call = ['look_up', { value: 'x' }] as const;
const kept = async (set: ReturnType<typeof withTools>) =>
  (await set.transcripts.find(asked.conversation, '1')) ?? expect.unreachable('the turn is kept');
const lookUp = toolOf('look_up', (value) => ({ text: `found ${value}` }));

describe('a fault in the middle of the tool loop', () => {
  it('stops the tool when a person stops the answer, which is kept with what it has', async () => {
    const stop = new AbortController();
    let wasAborted = false;
    const waiting = toolOf('look_up', (_, __, signal) => {
      signal.addEventListener('abort', () => {
        wasAborted = true;
      });
      stop.abort();
      return new Promise(() => {});
    });
    const set = withTools(
      [waiting],
      onceThen(() => calling('One moment. ', [...call]), 'never'),
    );
    const chunks = await set.attempt(asked, { signal: stop.signal });
    expect(chunks.at(-1)).toMatchObject({ end: 'stopped', notice: 'Stopped.' });
    expect([wasAborted, set.requests.length]).toEqual([true, 1]);
    expect(await kept(set)).toMatchObject({
      answer: 'One moment. ',
      end: 'stopped',
      rounds: [{ steps: [{ state: 'unknown', output: expect.stringContaining('stopped the answer') }] }],
    });
  });

  it('asks nothing more when a person stops between two rounds', async () => {
    const stop = new AbortController();
    const set = withTools(
      [lookUp],
      onceThen(() => calling('', [...call]), 'never'),
    );
    const journal = async (now: (typeof set.journals)[number]) => {
      if (now.rounds[0]?.steps[0]?.state === 'done') stop.abort();
    };
    await set.attempt(asked, { signal: stop.signal, journal });
    expect(set.requests).toHaveLength(1);
    expect((await kept(set)).rounds?.[0]?.steps[0]).toMatchObject({ state: 'done' });
  });

  it('runs nothing that it could not journal', async () => {
    const set = withTools(
      [toolOf('look_up', () => expect.unreachable())],
      onceThen(() => calling('Hm. ', [...call])),
    );
    const journal = async () => {
      throw new StoreError('down');
    };
    const chunks = await set.attempt(asked, { journal });
    expect(chunks.at(-1)).toMatchObject({ end: 'interrupted', notice: expect.stringMatching(/./) });
    expect(set.requests).toHaveLength(1);
  });

  it('asks nothing more once an outcome could not be journalled', async () => {
    let writes = 0;
    const set = withTools(
      [lookUp],
      onceThen(() => calling('', [...call]), 'never'),
    );
    const journal = async () => {
      if (++writes > 1) throw new StoreError('down');
    };
    const chunks = await set.attempt(asked, { journal });
    expect(chunks.at(-1)).toMatchObject({ end: 'error' });
    expect(set.requests).toHaveLength(1);
  });

  it('tells the model of no failure of the store, after which the turn is answered again', async () => {
    const away = toolOf('look_up', () => {
      throw new StoreError('down');
    });
    const set = withTools(
      [away],
      onceThen(() => calling('', [...call]), 'never'),
    );
    const chunks = await set.attempt(asked);
    expect(chunks.at(-1)).toMatchObject({ end: 'error' });
    expect(set.requests).toHaveLength(1);
  });

  it('runs nothing more once another process has the turn', async () => {
    const lost = new AbortController();
    const set = withTools(
      [toolOf('look_up', () => expect.unreachable())],
      onceThen(() => calling('', [...call])),
    );
    await set.attempt(asked, { signal: lost.signal, journal: async () => lost.abort(LOST) });
    expect(set.requests).toHaveLength(1);
    expect(await kept(set)).toMatchObject({ end: null });
  });

  it('hands a step over when Parley stops, and the next process goes on with it', async () => {
    const shutdown = new AbortController();
    let runs = 0;
    const tool = toolOf('look_up', (value) => {
      if (++runs > 1) return { text: `found ${value}` };
      shutdown.abort(SHUTDOWN);
      return new Promise<never>(() => {});
    });
    const set = withTools(
      [tool],
      onceThen(() => calling('Wait. ', [...call]), 'It is x.'),
    );
    const first = await set.attempt(asked, { signal: shutdown.signal });
    expect(first.at(-1)).toMatchObject({ end: 'interrupted' });
    expect((await kept(set)).end).toBeNull();
    expect(set.journals.at(-1)?.rounds[0]?.steps).toMatchObject([{ state: 'running' }]);
    const second = await set.attempt(asked, { number: 2 });
    expect(textOf(second)).toBe('Wait. \n\nIt is x.');
    expect(runs).toBe(2);
    expect(await kept(set)).toMatchObject({ answer: 'Wait. \n\nIt is x.', end: 'stop' });
  });

  it('goes on with a made picture after a crash, and does not make it again', async () => {
    const set = withTools([toolOf('draw', () => expect.unreachable(), 'act')], () => saying('Here it is.'));
    const file = { id: 'made-1', name: 'a.png', type: 'image/png', size: 3, alt: 'a cat', number: 1 };
    const step = {
      id: 'a',
      tool: 'draw',
      arguments: '{"value":"cat"}',
      state: 'done' as const,
      output: 'drawn',
    };
    set.journals.push({
      answer: '',
      rounds: [{ upTo: 0, steps: [{ ...step, files: ['made-1'] }] }],
      files: [file],
    });
    const chunks = await set.attempt(asked, { number: 2 });
    expect(chunks.filter(({ type }) => type === 'file')).toEqual([{ type: 'file', file }]);
    expect((await kept(set)).files).toEqual([file]);
  });

  it('says nothing of a step that a model could not be told of twice when all rounds were used before', async () => {
    const rounds = Array.from({ length: 8 }, (_, i) => ({
      upTo: 0,
      steps: [
        { id: `a${i}`, tool: 'look_up', arguments: '{"value":"x"}', state: 'done' as const, output: 'x' },
      ],
    }));
    const set = withTools([lookUp], () => saying('So it is.'));
    set.journals.push({ answer: '', rounds });
    expect(textOf(await set.attempt(asked, { number: 2 }))).toBe('So it is.');
    expect(set.requests.map(({ tools }) => tools?.choice)).toEqual(['none']);
  });

  it('ends a turn that failed too often with the steps, the words and the files that it had', async () => {
    const set = withTools([lookUp], () => expect.unreachable('no model is asked'));
    const step = { id: 'a', tool: 'look_up', arguments: '{"value":"x"}' };
    const file = { id: 'made-1', name: 'a.png', type: 'image/png', size: 3, alt: 'a cat', number: 1 };
    set.journals.push({
      answer: 'Let me see. ',
      rounds: [{ upTo: 12, steps: [{ ...step, state: 'running' }] }],
      files: [file],
    });
    const drafted = async () => 'Let me see. ';
    const chunks = await set.attempt(asked, { mode: 'close', number: 4, drafted });
    expect(textOf(chunks)).toBe('Let me see. ');
    expect(await kept(set)).toMatchObject({
      answer: 'Let me see. ',
      end: 'interrupted',
      rounds: [{ upTo: 12, steps: [{ state: 'unknown', output: expect.stringMatching(/./) }] }],
      files: [file],
    });
  });
});
