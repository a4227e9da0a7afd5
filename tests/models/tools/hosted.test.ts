/** Tools that the provider runs within its response: searches, pictures and code. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  done,
  event,
  finish,
  reset,
  stall,
  startModelServer,
  streams,
  text,
} from '../../../lab/counterparts/model-server.ts';
import { callItem, completes, item } from '../../../lab/counterparts/model-tools/steps.ts';
import { ask, gate, modelAt } from '../ask.ts';
import { callsOf, chunksOf, offer, withTools } from './ask-tools.ts';

const PICTURE = `UklGR${'A'.repeat(3_000_000)}`;
const drawn = (id: string, result: string | null, rest: Record<string, unknown> = {}) => ({
  type: 'image_generation_call',
  id,
  status: 'completed',
  result,
  revised_prompt: 'A red moon',
  output_format: 'webp',
  ...rest,
});
const PICTURES = withTools(offer([], ['image_generation']));

describe.concurrent('a picture', () => {
  it('is an answer without a word, and comes once', async () => {
    await using server = await startModelServer();
    const items = ['ig_1', 'ig_2'].map((id) => drawn(id, PICTURE));
    server.respond(
      streams(
        ...items.map((one, index) => item(index, one, { result: null, revised_prompt: undefined })),
        completes(items, { tool_usage: { image_gen: { input_tokens: 20, output_tokens: 1_500 } } }),
      ),
    );
    const { chunks, end } = await ask(modelAt(server.url, 'responses'), { request: PICTURES });
    const files = chunksOf(chunks, 'file').map(({ file }) => ({ ...file, base64: file.base64.length }));
    const file = { name: 'picture-1.webp', type: 'image/webp', base64: PICTURE.length, prompt: 'A red moon' };
    expect(files).toEqual([
      { ...file, call: 'ig_1' },
      { ...file, call: 'ig_2' },
    ]);
    expect(end).toEqual({
      type: 'end',
      end: 'stop',
      billed: { hosted: { pictures: { input: 20, output: 1_500 } } },
    });
    expect(server.requests[0]?.body).toMatchObject({ max_tool_calls: 5, tools: [{ partial_images: 0 }] });
  });

  it('comes also in one piece', async () => {
    await using server = await startModelServer();
    server.respond(({ response }) => {
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ object: 'response', status: 'completed', output: [drawn('ig_1', PICTURE)] }));
    });
    const { chunks, end } = await ask(modelAt(server.url, 'responses'), { request: PICTURES });
    expect([chunksOf(chunks, 'file').length, end.end]).toEqual([1, 'stop']);
  });

  it('that was refused is told, with the reason', async () => {
    await using server = await startModelServer();
    const error = { code: 'moderation_blocked', message: 'Your request was rejected.' };
    server.respond(
      streams(
        item(0, drawn('ig_1', null, { status: 'failed', error })),
        text('I cannot draw that.'),
        finish(),
      ),
    );
    const { chunks } = await ask(modelAt(server.url, 'responses'), { request: PICTURES });
    expect(chunksOf(chunks, 'file')).toEqual([]);
    expect(chunksOf(chunks, 'hosted').at(-1)?.call).toMatchObject({ state: 'failed', output: error.message });
  });

  it('is not read where none was asked for', async () => {
    await using server = await startModelServer();
    server.respond(streams(item(0, drawn('ig_1', `UklGR${'A'.repeat(100)}`)), text('Hello.'), finish()));
    const { chunks } = await ask(modelAt(server.url, 'responses'), {
      request: withTools(offer(['read_page'])),
    });
    expect([...chunksOf(chunks, 'file'), ...chunksOf(chunks, 'hosted')]).toEqual([]);
  });

  it('is not made again where the connection breaks behind it', async () => {
    await using server = await startModelServer();
    server.respond(streams(item(0, drawn('ig_1', PICTURE)), reset));
    const { chunks, end } = await ask(modelAt(server.url, 'responses'), { request: PICTURES });
    expect(chunksOf(chunks, 'file')).toHaveLength(1);
    expect(end).toMatchObject({ end: 'interrupted', failure: { kind: 'cut' } });
    expect(server.requests).toHaveLength(1);
  });
});

const CODE = withTools(offer([], ['code_interpreter']));
const ran = {
  type: 'code_interpreter_call',
  id: 'ci_1',
  container_id: 'cntr_1',
  status: 'completed',
  code: 'print(6*7)',
  outputs: [{ type: 'logs', logs: '42\n' }],
};
const saying = (...annotations: unknown[]) => ({
  type: 'message',
  id: 'msg_1',
  role: 'assistant',
  content: [{ type: 'output_text', text: 'See the chart.', annotations }],
});
const fileCitation = (id: string, filename: string) => ({
  type: 'container_file_citation',
  container_id: 'cntr_1',
  file_id: id,
  filename,
  start_index: 0,
  end_index: 3,
});

describe.concurrent('code', () => {
  it('is told with what it printed, and its files are fetched', async () => {
    await using server = await startModelServer();
    server.keepFile('cntr_1', 'cfile_1', Buffer.from('a,b\n'));
    const message = saying(fileCitation('cfile_1', 'table.csv'), fileCitation('cfile_2', 'gone.png'));
    server.respond(
      streams(
        item(0, ran, { code: '', outputs: null }),
        event({ type: 'response.output_item.done', output_index: 1, item: message }),
        completes([ran, message]),
      ),
    );
    const { chunks, text: said, end } = await ask(modelAt(server.url, 'responses'), { request: CODE });
    expect(said).toBe('See the chart.');
    expect(chunksOf(chunks, 'hosted').map(({ call }) => call)).toEqual([
      { id: 'ci_1', tool: 'code_interpreter', state: 'running' },
      { id: 'ci_1', tool: 'code_interpreter', state: 'done', input: 'print(6*7)', output: '42\n' },
    ]);
    expect(chunksOf(chunks, 'file').map(({ file }) => file)).toEqual([
      { call: 'ci_1', name: 'table.csv', type: 'text/csv', base64: Buffer.from('a,b\n').toString('base64') },
    ]);
    expect(end).toMatchObject({ end: 'stop' });
    expect(server.fileRequests).toHaveLength(2);
    expect(server.requests[0]?.body.include).toContain('code_interpreter_call.outputs');
  });

  it('cannot make Parley fetch from elsewhere, or more than a file may be', async () => {
    await using server = await startModelServer();
    server.keepFile('cntr_1', 'cfile_1', new Uint8Array(9_000_000));
    const message = saying(
      fileCitation('../../models', 'a'),
      fileCitation('x?y', 'b'),
      fileCitation('cfile_1', 'large.bin'),
    );
    server.respond(streams(item(0, ran), completes([ran, message])));
    const { chunks, end } = await ask(modelAt(server.url, 'responses'), { request: CODE });
    expect(chunksOf(chunks, 'file')).toEqual([]);
    expect(end.end).toBe('stop');
    expect(server.fileRequests.map(({ path }) => path)).toEqual([
      '/v1/containers/cntr_1/files/cfile_1/content',
    ]);
  });
});

describe.concurrent('a response with calls', () => {
  it('that was cut for its length calls nothing', async () => {
    await using server = await startModelServer();
    const half = { ...callItem({ name: 'read_page', input: '{"query":"mo' }), status: 'incomplete' };
    server.respond(
      streams(
        event({ type: 'response.output_item.added', output_index: 0, item: { ...half, arguments: '' } }),
        event({
          type: 'response.function_call_arguments.delta',
          output_index: 0,
          item_id: half.id,
          delta: half.arguments,
        }),
        event({
          type: 'response.incomplete',
          response: { output: [half], incomplete_details: { reason: 'max_output_tokens' } },
        }),
      ),
    );
    const { chunks, end } = await ask(modelAt(server.url, 'responses'), {
      request: withTools(offer(['read_page'])),
    });
    expect(callsOf(chunks)).toEqual([]);
    expect(end).toMatchObject({ end: 'error', failure: { kind: 'spent' } });
  });

  it('keeps its items where they can go back, and only there', async () => {
    const call = callItem({ id: 'call_a', name: 'read_page', input: {} });
    const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'abc' };
    for (const [reasoning, isKept] of [
      [thought, true],
      [{ ...thought, encrypted_content: null }, false],
      [{ ...thought, encrypted_content: 'a'.repeat(300_000) }, false],
    ] as const) {
      await using server = await startModelServer();
      server.respond(streams(item(0, reasoning), item(1, call), completes([reasoning, call])));
      const { end } = await ask(modelAt(server.url, 'responses'), {
        request: withTools(offer(['read_page'])),
      });
      expect(end.sent?.items).toEqual(isKept ? [reasoning, call] : undefined);
    }
  });

  it('goes back as words and calls to another model or address', async () => {
    await using server = await startModelServer();
    const call = callItem({ id: 'call_a', name: 'read_page', input: {} });
    const thought = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'abc' };
    server.respond(streams(item(0, thought), item(1, call), completes([thought, call])));
    const tools = offer(['read_page']);
    const { end } = await ask(modelAt(server.url, 'responses'), { request: withTools(tools) });
    const { sent } = end;
    const calls = [{ id: 'call_a', name: 'read_page', arguments: '{}', output: 'A rock.' }];
    const request = withTools(tools, 'Hello?', { role: 'assistant', text: '', calls, ...(sent && { sent }) });
    for (const [model, has] of [
      ['test-model', true],
      ['other-model', false],
    ] as const) {
      await ask(modelAt(server.url, 'responses', { model }), { request });
      expect(server.requests.at(-1)?.sent.includes('encrypted_content":"abc')).toBe(has);
    }
  });
});

describe('a hosted tool', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it('may take minutes in silence, before and after the first words', async () => {
    for (const before of [[], [text('I draw.')]]) {
      await using server = await startModelServer();
      const worked = gate();
      const begun = {
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...drawn('ig_1', null), status: 'in_progress' },
      };
      const goOn = gate();
      server.respond(
        streams(
          ...before,
          event(begun),
          event({ type: 'response.image_generation_call.generating', item_id: 'ig_1', output_index: 0 }),
          async () => {
            worked.open();
            await goOn.opened;
          },
          text(' Done.'),
          finish(),
          done,
        ),
      );
      const asked = ask(modelAt(server.url, 'responses', { firstChunkMs: 20_000, stallMs: 20_000 }), {
        request: PICTURES,
        onChunk: ({ type }) => {
          if (type !== 'hosted') return;
          vi.advanceTimersByTime(120_000);
          goOn.open();
        },
      });
      await worked.opened;
      expect((await asked).end).toMatchObject({ end: 'stop' });
    }
  });

  it('that never comes to an end is given up', async () => {
    await using server = await startModelServer();
    const begun = {
      type: 'response.output_item.added',
      output_index: 0,
      item: { ...drawn('ig_1', null), status: 'in_progress' },
    };
    server.respond(streams(event(begun), stall));
    const { end } = await ask(modelAt(server.url, 'responses', { firstChunkMs: 20_000, stallMs: 20_000 }), {
      request: PICTURES,
      onChunk: ({ type }) => type === 'hosted' && queueMicrotask(() => vi.advanceTimersByTime(301_000)),
    });
    expect(end).toMatchObject({ end: 'error', failure: { kind: 'stalled' } });
    expect(server.requests).toHaveLength(1);
  });
});
