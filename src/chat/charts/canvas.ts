/** A picture of rectangles and strokes with smooth edges. */
import type { Pixels } from './png.ts';

/** Red, green, blue: 0 to 255. */
export type Colour = readonly [number, number, number];
export type Point = readonly [x: number, y: number];

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Canvas extends Pixels {
  /** @param radius of its corners */
  fill(box: Box, colour: Colour, radius?: number): void;
  /** Lines from point to point with round ends. */
  stroke(points: readonly Point[], width: number, colour: Colour): void;
}

export function createCanvas(width: number, height: number): Canvas {
  const pixels = new Uint8ClampedArray(width * height * 4);

  /** Paints all that lies within half a pixel of a shape. @param distanceTo the shape's edge; negative inside */
  function paint({ x, y, width: w, height: h }: Box, [r, g, b]: Colour, distanceTo: (p: Point) => number) {
    for (let row = Math.max(0, Math.floor(y - 1)); row < Math.min(height, y + h + 1); row++) {
      for (let column = Math.max(0, Math.floor(x - 1)); column < Math.min(width, x + w + 1); column++) {
        const covered = Math.min(1, Math.max(0, 0.5 - distanceTo([column + 0.5, row + 0.5])));
        if (covered > 0) blend((row * width + column) * 4, [r, g, b], covered);
      }
    }
  }

  function blend(at: number, colour: Colour, covered: number): void {
    const before = (pixels[at + 3] ?? 0) / 255;
    const alpha = covered + before * (1 - covered);
    for (const [channel, value] of colour.entries()) {
      const under = pixels[at + channel] ?? 0;
      pixels[at + channel] = (value * covered + under * before * (1 - covered)) / alpha;
    }
    pixels[at + 3] = alpha * 255;
  }

  return {
    width,
    height,
    pixels,
    fill(box, colour, radius = 0) {
      const [halfWidth, halfHeight] = [box.width / 2, box.height / 2];
      const corner = Math.min(radius, halfWidth, halfHeight);
      paint(box, colour, ([x, y]) => {
        const dx = Math.abs(x - box.x - halfWidth) - halfWidth + corner;
        const dy = Math.abs(y - box.y - halfHeight) - halfHeight + corner;
        return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner;
      });
    },
    stroke(points, thickness, colour) {
      const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
      const [left, top] = [Math.min(...xs) - thickness, Math.min(...ys) - thickness];
      const box = {
        x: left,
        y: top,
        width: Math.max(...xs) + thickness - left,
        height: Math.max(...ys) + thickness - top,
      };
      paint(box, colour, (point) => distanceToLine(point, points) - thickness / 2);
    },
  };
}

function distanceToLine(point: Point, points: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [index, to] of points.entries()) {
    least = Math.min(least, distanceToSegment(point, points[index - 1] ?? to, to));
  }
  return least;
}

function distanceToSegment([x, y]: Point, [ax, ay]: Point, [bx, by]: Point): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
}
