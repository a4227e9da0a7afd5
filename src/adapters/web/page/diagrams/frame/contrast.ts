/** Contrast below which words are hard to read at this size. */
const LEAST = 3;
/** Shapes of a node that are looked at. Its ground is among the first. */
const MOST_SHAPES = 8;
const [DARK, LIGHT] = ['#16191d', '#ffffff'];

/**
 * Gives words another colour where a diagram paints their box without thinking of it: models write `fill:#f9f` for a
 * light page.
 */
export function keepReadable(svg: SVGSVGElement): void {
  for (const text of svg.querySelectorAll('text')) {
    const shape = shapeBehind(text);
    const ground = shape ? luminance(getComputedStyle(shape).fill) : null;
    if (ground === null) continue;
    for (const words of [text, ...text.querySelectorAll('tspan')]) {
      const ink = luminance(getComputedStyle(words).fill);
      if (ink === null || contrast(ink, ground) >= LEAST) continue;
      words.style.setProperty('fill', contrast(0, ground) > contrast(1, ground) ? DARK : LIGHT, 'important');
    }
  }
}

/** The shape of the node that the words stand in. */
function shapeBehind(text: SVGTextElement): Element | null {
  const group = text.closest('g.node') ?? text.parentElement;
  const { left, right, top, bottom } = text.getBoundingClientRect();
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  const shapes = [...(group?.querySelectorAll('rect, polygon, path, circle, ellipse') ?? [])];
  const isBehind = (shape: Element) => {
    const box = shape.getBoundingClientRect();
    return box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
  };
  return (
    shapes.slice(0, MOST_SHAPES).find((one) => getComputedStyle(one).fill !== 'none' && isBehind(one)) ?? null
  );
}

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one: number, other: number): number {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance. Null: no opaque colour */
function luminance(colour: string): number | null {
  const [red, green, blue] = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1).map(linear) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return null;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(channel: string): number {
  const share = Number(channel) / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
