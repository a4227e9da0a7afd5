/** Puts the name of a state in the middle of its box: without HTML, Mermaid 12.0 begins it at the left edge. */
export function centreStates(svg: SVGSVGElement): void {
  for (const state of svg.querySelectorAll('g.statediagram-state')) {
    const [text, ...others] = state.querySelectorAll('text');
    const box = state.querySelector('rect.label-container');
    const scale = text?.getScreenCTM()?.a;
    if (!text || !box || !scale || others.length > 0) continue;
    text.setAttribute('transform', `translate(${(middleOf(box) - middleOf(text)) / scale}, 0)`);
  }
}

function middleOf(element: Element): number {
  const { left, right } = element.getBoundingClientRect();
  return (left + right) / 2;
}
