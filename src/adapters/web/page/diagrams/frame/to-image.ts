/** Room around a diagram, so that no line is cut off, px. */
const MARGIN = 4;

/** The drawing as a file of its own: a size in pixels, and no links. */
export function toImage(svg: SVGSVGElement): string {
  for (const link of svg.querySelectorAll('a')) link.replaceWith(...link.childNodes);
  const { x, y, width, height } = svg.viewBox.baseVal ?? svg.getBBox();
  svg.setAttribute('viewBox', [x - MARGIN, y - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN].join(' '));
  svg.setAttribute('width', String(Math.ceil(width + 2 * MARGIN)));
  svg.setAttribute('height', String(Math.ceil(height + 2 * MARGIN)));
  svg.removeAttribute('style');
  return new XMLSerializer().serializeToString(svg);
}
