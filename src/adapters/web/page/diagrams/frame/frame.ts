/**
 * The script of the frame that draws diagrams. The frame has an origin of its own, loads nothing and cannot leave; the
 * library's script runs before this one. Diagrams arrive by one port, whose other end the page has.
 */
import type { DrawReply, DrawRequest } from '../messages.ts';
import { centreStates } from './centre-states.ts';
import { keepReadable } from './contrast.ts';
import { lookOf } from './look.ts';
import { toImage } from './to-image.ts';

interface Mermaid {
  initialize(config: object): void;
  render(id: string, source: string): Promise<{ svg: string }>;
}

declare const mermaid: Mermaid;

/** Most lines between two nodes. The time of a layout grows with their square. */
const MOST_EDGES = 200;

/** https://mermaid.js.org/config/schema-docs/config.html */
const CONFIG = {
  startOnLoad: false,
  securityLevel: 'strict',
  suppressErrorRendering: true,
  // Words as SVG text: an image shows HTML in an SVG only in some browsers.
  htmlLabels: false,
  flowchart: { htmlLabels: false },
  journey: { textPlacement: 'tspan' },
  maxEdges: MOST_EDGES,
};

/** Settings that a diagram's own text does not change. */
const LOCKED = [
  ...['secure', 'securityLevel', 'startOnLoad', 'maxTextSize', 'maxEdges', 'suppressErrorRendering'],
  ...['theme', 'themeCSS', 'themeVariables', 'darkMode', 'fontFamily', 'altFontFamily', 'look'],
  ...['htmlLabels', 'dompurifyConfig', 'deterministicIds', 'layout', 'elk'],
];

let drawn = 0;

async function draw({ source, theme }: DrawRequest): Promise<DrawReply> {
  mermaid.initialize({ ...CONFIG, ...lookOf(theme), secure: LOCKED });
  const box = document.createElement('div');
  document.body.append(box);
  try {
    drawn += 1;
    const { svg } = await mermaid.render(`diagram-${drawn}`, source);
    box.innerHTML = svg;
    const root = box.querySelector('svg');
    if (!root) return { error: 'mistake' };
    centreStates(root);
    keepReadable(root);
    return { svg: toImage(root) };
  } catch (error) {
    return { error: error instanceof Error && error.name === 'UnknownDiagramError' ? 'kind' : 'mistake' };
  } finally {
    // The library leaves its own parts behind where it fails.
    document.body.replaceChildren();
  }
}

addEventListener('message', ({ source, ports: [port] }) => {
  if (source !== parent || !port) return;
  let last: Promise<void> = Promise.resolve();
  port.onmessage = ({ data }: MessageEvent<DrawRequest>) => {
    last = last.then(async () => port.postMessage(await draw(data)));
  };
});
