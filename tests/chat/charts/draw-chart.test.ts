/** The picture of a chart: a PNG that any reader opens, with nothing drawn outside of it. */
import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawChart } from '../../../src/chat/charts/draw-chart.ts';
import { scaleOf } from '../../../src/chat/charts/scale.ts';

interface Picture {
  width: number;
  height: number;
  /** RGBA, row by row. */
  pixels: Buffer;
}

/** Reads a PNG as its specification says, and checks each sum. */
function read(png: Buffer): Picture {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const named = png.subarray(at + 4, at + 8 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(named));
    chunks.set(named.toString('latin1', 0, 4), named.subarray(4));
    at += 12 + length;
  }
  const header = chunks.get('IHDR') ?? Buffer.alloc(13);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const rows = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  expect(rows.length).toBe(height * (width * 4 + 1));
  const pixels = Buffer.alloc(width * height * 4);
  for (let at = 0; at < pixels.length; at++) {
    const y = Math.floor(at / (width * 4));
    const above = y === 0 ? 0 : (pixels[at - width * 4] ?? 0);
    pixels[at] = (rows[at + y + 1] ?? 0) + above;
  }
  return { width, height, pixels };
}

const barsOf = (values: number[]) =>
  values.map((value) => ({ label: { text: '' }, value, shown: `$${value}` }));

/** Pixels of a bar's colour, by column. */
function columnsOf({ width, pixels }: Picture): number[] {
  const columns = Array.from({ length: width }, () => 0);
  for (let at = 0; at < pixels.length; at += 4) {
    const column = (at / 4) % width;
    if (pixels.readUIntBE(at, 3) === 0x6fcfbb) columns[column] = (columns[column] ?? 0) + 1;
  }
  return columns;
}

it('has bars as high as their values', () => {
  const columns = columnsOf(read(drawChart({ bars: barsOf([1, 0, 2]), unit: 'dollars' }, ['1', '2', '3'])));
  const heights = [...new Set(columns)].filter((height) => height > 100).sort((a, b) => a - b);
  expect((heights.at(-1) ?? 0) / (heights[0] ?? 1)).toBeGreaterThan(1.5);
  expect(columns.filter((height) => height > 100).length).toBeLessThan(columns.length / 2);
});

it('is a picture for any values, however many and however far apart', () => {
  const value = fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 9e6, noNaN: true }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 31 }), fc.constantFrom('dollars', 'tokens'), (values, unit) => {
      const { width, height } = read(drawChart({ bars: barsOf(values), unit }, values.map(String)));
      expect([width, height]).toEqual([1_100, 440]);
    }),
    { numRuns: 12 },
  );
});

it('has an axis that reaches the highest value, with a few round numbers', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e12, noNaN: true }),
      fc.constantFrom('dollars', 'tokens'),
      (most, unit) => {
        const { end, ticks } = scaleOf(most, unit);
        expect(end).toBeGreaterThanOrEqual(most * 0.999_999);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(new Set(ticks.map(({ shown }) => shown)).size).toBe(ticks.length);
      },
    ),
  );
});
