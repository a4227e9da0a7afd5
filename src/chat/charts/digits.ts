/**
 * Numbers as strokes. A picture holds no other text, so it needs no font, and no name can turn into boxes: names
 * stand in the message beside it.
 */
import type { Canvas, Colour, Point } from './canvas.ts';

interface Glyph {
  /** In heights of a digit. */
  width: number;
  /** From the top (0) to the line on which digits stand (1). */
  lines: readonly (readonly Point[])[];
}

const FULL = 360;
/** Between two points of a curve, in degrees. */
const STEP = 15;

/** A part of an ellipse, in degrees clockwise from the right. */
function arc([x, y]: Point, [rx, ry]: Point, from: number, to: number): Point[] {
  const steps = Math.ceil(Math.abs(to - from) / STEP);
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / (FULL / 2);
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)] as const;
  });
}

/** A curve from one point to another, drawn towards a third. */
function bow([ax, ay]: Point, [cx, cy]: Point, [bx, by]: Point): Point[] {
  return Array.from({ length: 9 }, (_, step) => {
    const t = step / 8;
    const [a, c, b] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    return [a * ax + c * cx + b * bx, a * ay + c * cy + b * by] as const;
  });
}

const DIGIT = 0.6;

const GLYPHS: Readonly<Record<string, Glyph>> = {
  0: { width: DIGIT, lines: [arc([0.3, 0.5], [0.28, 0.5], 0, FULL)] },
  1: {
    width: DIGIT,
    lines: [
      [
        [0.12, 0.2],
        [0.36, 0],
        [0.36, 1],
      ],
    ],
  },
  2: { width: DIGIT, lines: [[...arc([0.3, 0.28], [0.27, 0.28], 185, 405), [0.03, 1], [0.57, 1]]] },
  3: {
    width: DIGIT,
    lines: [[...arc([0.29, 0.24], [0.24, 0.24], 200, 450), ...arc([0.29, 0.74], [0.28, 0.26], 270, 520)]],
  },
  4: {
    width: DIGIT,
    lines: [
      [
        [0.44, 1],
        [0.44, 0],
        [0.02, 0.7],
        [0.59, 0.7],
      ],
    ],
  },
  5: {
    width: DIGIT,
    lines: [[[0.53, 0], [0.12, 0], [0.07, 0.45], ...arc([0.28, 0.68], [0.29, 0.32], 230, 515)]],
  },
  6: {
    width: DIGIT,
    lines: [arc([0.3, 0.69], [0.28, 0.31], 0, FULL), bow([0.44, 0], [0.06, 0.28], [0.02, 0.69])],
  },
  7: {
    width: DIGIT,
    lines: [
      [
        [0.03, 0],
        [0.57, 0],
        [0.22, 1],
      ],
    ],
  },
  8: {
    width: DIGIT,
    lines: [arc([0.3, 0.24], [0.24, 0.24], 0, FULL), arc([0.3, 0.74], [0.28, 0.26], 0, FULL)],
  },
  9: {
    width: DIGIT,
    lines: [arc([0.3, 0.31], [0.28, 0.31], 0, FULL), bow([0.16, 1], [0.54, 0.72], [0.58, 0.31])],
  },
  $: {
    width: DIGIT,
    lines: [
      [...arc([0.3, 0.29], [0.25, 0.2], 330, 90), ...arc([0.3, 0.71], [0.25, 0.22], 270, 510)],
      [
        [0.3, -0.1],
        [0.3, 1.1],
      ],
    ],
  },
  '.': {
    width: 0.16,
    lines: [
      [
        [0.08, 1],
        [0.08, 1],
      ],
    ],
  },
  ',': {
    width: 0.18,
    lines: [
      [
        [0.11, 0.99],
        [0.05, 1.16],
      ],
    ],
  },
  K: {
    width: 0.58,
    lines: [
      [
        [0.06, 0],
        [0.06, 1],
      ],
      [
        [0.54, 0],
        [0.06, 0.62],
      ],
      [
        [0.22, 0.42],
        [0.56, 1],
      ],
    ],
  },
  M: {
    width: 0.76,
    lines: [
      [
        [0.04, 1],
        [0.04, 0],
        [0.38, 0.7],
        [0.72, 0],
        [0.72, 1],
      ],
    ],
  },
  B: {
    width: 0.62,
    lines: [
      [
        [0.3, 0],
        [0.06, 0],
        [0.06, 1],
        [0.32, 1],
      ],
      [...arc([0.3, 0.24], [0.22, 0.24], 270, 450), [0.06, 0.48]],
      arc([0.32, 0.74], [0.25, 0.26], 270, 450),
    ],
  },
};
const GAP = 0.2;

/** In pixels, of digits so high. */
export function widthOf(text: string, height: number): number {
  const glyphs = glyphsOf(text);
  return (glyphs.reduce((sum, { width }) => sum + width, 0) + GAP * Math.max(0, glyphs.length - 1)) * height;
}

/** @param text of digits, `$`, `.`, `,`, K, M and B; anything else is left out. @param at its upper left corner */
export function write(canvas: Canvas, text: string, [x, y]: Point, { height, colour }: Lettering): void {
  let left = x;
  for (const { width, lines } of glyphsOf(text)) {
    for (const line of lines) {
      const points = line.map(([dx, dy]) => [left + dx * height, y + dy * height] as const);
      canvas.stroke(points, height * WEIGHT, colour);
    }
    left += (width + GAP) * height;
  }
}

export interface Lettering {
  /** Pixels. */
  height: number;
  colour: Colour;
}

const WEIGHT = 0.13;

function glyphsOf(text: string): Glyph[] {
  return [...text].flatMap((character) => GLYPHS[character] ?? []);
}
