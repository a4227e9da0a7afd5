/** Draws a chart as a picture: bars with their numbers, for platforms that have no charts of their own. */
import type { Chart } from '../../core/commands/figures.ts';
import { type Canvas, type Colour, createCanvas } from './canvas.ts';
import { widthOf, write } from './digits.ts';
import { encodePng } from './png.ts';
import { scaleOf } from './scale.ts';

/** Twice the size at which chat windows show it (CSS pixels), so that it is sharp on dense screens. */
const WIDTH = 1_100;
const HEIGHT = 440;
const PLOT = { top: 58, right: 1_060, bottom: 376 };
const MARGIN = 36;
const CORNER = 20;
/** Its own dark ground, so that it looks the same in light and dark windows. */
const GROUND: Colour = [0x1e, 0x22, 0x26];
const GRID: Colour = [0x3a, 0x40, 0x46];
const BAR: Colour = [0x6f, 0xcf, 0xbb];
const INK: Colour = [0xd6, 0xd5, 0xd0];
const SMALL = { height: 17, colour: INK };
/** Most bars that have room for their values. */
const MOST_VALUES = 10;
const MOST_BAR_WIDTH = 84;

/** A PNG. @param labels one for each bar, of digits */
export function drawChart({ bars, unit }: Pick<Chart, 'bars' | 'unit'>, labels: readonly string[]): Buffer {
  const canvas = createCanvas(WIDTH, HEIGHT);
  canvas.fill({ x: 0, y: 0, width: WIDTH, height: HEIGHT }, GROUND, CORNER);
  const scale = scaleOf(Math.max(0, ...bars.map(({ value }) => value)), unit);
  const left = MARGIN + Math.max(...scale.ticks.map(({ shown }) => widthOf(shown, SMALL.height))) + 18;
  const heightOf = (value: number) => ((PLOT.bottom - PLOT.top) * value) / scale.end;
  for (const { value, shown } of scale.ticks) {
    const y = PLOT.bottom - heightOf(value);
    canvas.fill({ x: left, y: y - 1, width: PLOT.right - left, height: 2 }, GRID);
    write(canvas, shown, [left - 18 - widthOf(shown, SMALL.height), y - SMALL.height / 2], SMALL);
  }
  const slot = (PLOT.right - left) / Math.max(1, bars.length);
  const width = Math.min(MOST_BAR_WIDTH, slot * 0.68);
  for (const [index, { value, shown }] of bars.entries()) {
    const middle = left + (index + 0.5) * slot;
    const height = value > 0 ? Math.max(3, heightOf(value)) : 0;
    const box = { x: middle - width / 2, y: PLOT.bottom - height, width, height };
    if (height > 0) canvas.fill(box, BAR, Math.min(6, width / 3));
    if (bars.length <= MOST_VALUES) writeMiddle(canvas, shown, middle, box.y - 28);
  }
  for (const index of labelled(labels, slot)) {
    writeMiddle(canvas, labels[index] ?? '', left + (index + 0.5) * slot, PLOT.bottom + 20);
  }
  return encodePng(canvas);
}

function writeMiddle(canvas: Canvas, text: string, x: number, y: number): void {
  const width = widthOf(text, SMALL.height);
  // No line of the grid runs through the digits.
  canvas.fill({ x: x - width / 2 - 4, y: y - 4, width: width + 8, height: SMALL.height + 8 }, GROUND);
  write(canvas, text, [x - width / 2, y], SMALL);
}

/** The bars whose labels have room: each one, every second one, and so on. */
function labelled(labels: readonly string[], slot: number): number[] {
  const widest = Math.max(0, ...labels.map((label) => widthOf(label, SMALL.height)));
  const every = Math.max(1, Math.ceil((widest + 14) / slot));
  return labels.flatMap((_, index) => (index % every === 0 ? [index] : []));
}
