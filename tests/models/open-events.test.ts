import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openEvents } from '../../src/core/models/wire/open-events.ts';

const LINE_ENDS = ['\n', '\r\n', '\r'];

const eventText = fc
  .record({
    value: fc.jsonValue({ maxDepth: 2 }),
    word: fc.string({ unit: 'grapheme', maxLength: 8 }),
    name: fc.constantFrom('', 'event: response.created|', 'event:x|'),
    between: fc.constantFrom('', ': a comment|', 'id: 7|', 'retry: 10|', 'unknown|', '|'),
    space: fc.constantFrom('', ' '),
    isPretty: fc.boolean(),
  })
  .map(({ value, word, name, between, space, isPretty }) => {
    const event = { value, word };
    const lines = JSON.stringify(event, null, isPretty ? 1 : undefined).split('\n');
    return {
      event,
      lines: [...`${name}${between}`.split('|'), ...lines.map((line) => `data:${space}${line}`)],
    };
  });

describe('events', () => {
  it('are the same however their bytes are cut, and whatever their lines end with', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(eventText, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...LINE_ENDS),
        fc.constantFrom('', '\uFEFF'),
        fc.constantFrom('[DONE]', 'blank line', 'line end', 'nothing'),
        fc.array(fc.nat(2_000), { maxLength: 30 }),
        async (texts, lineEnd, mark, last, cuts) => {
          const whole = texts.map(({ lines }) => lines.join(lineEnd)).join(lineEnd + lineEnd);
          const tail = {
            '[DONE]': `${lineEnd}${lineEnd}data: [DONE]${lineEnd}${lineEnd}data: {"`,
            'blank line': lineEnd + lineEnd,
            'line end': lineEnd,
            nothing: '',
          }[last];
          const bytes = Buffer.from(mark + whole + tail);
          const expected = texts.map(({ event }) => JSON.parse(JSON.stringify(event)));
          expect(await read(cutAt(bytes, cuts))).toEqual(expected);
          expect(await read([...bytes].map((byte) => Buffer.of(byte)))).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['in small pieces', 64],
    ['in large ones', 65_536],
  ])('that do not end are given up, and not kept: %s', async (_, size) => {
    let sent = 0;
    const piece = Buffer.alloc(size, 'x');
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(sent === 0 ? Buffer.from('data: "') : piece);
        sent += size;
      },
    });
    const events = await openEvents({ asResponse: async () => new Response(endless) });
    await expect(gather(events)).rejects.toMatchObject({ failure: { kind: 'too-large' } });
    expect(sent).toBeLessThan(2 ** 23);
  });

  it('that flood in leave all else its turn', async () => {
    const flood = Buffer.from('data: 1\n\n'.repeat(7_000));
    let turns = 0;
    let isOver = false;
    const count = () => {
      turns++;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await read(Array.from({ length: 20 }, () => flood));
    isOver = true;
    expect(turns).toBeGreaterThanOrEqual(6);
  });
});

async function read(pieces: Uint8Array[]): Promise<unknown[]> {
  const rest = pieces.values();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = rest.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return await gather(await openEvents({ asResponse: async () => new Response(body) }));
}

async function gather(events: AsyncIterable<unknown>): Promise<unknown[]> {
  const gathered: unknown[] = [];
  // Signs of life are no events.
  for await (const event of events) if (event !== undefined) gathered.push(event);
  return gathered;
}

function cutAt(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...places.map((place) => Math.min(place, bytes.length)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
}
