/** Draws diagrams, one after another, in a frame that is made when the first one is needed. */
import { sizeOfHarmless } from './harmless-svg.ts';
import type { DiagramTheme, DrawError, DrawReply, DrawRequest } from './messages.ts';

/** The name of the frame's document, beside this script. The bundler sets it. */
declare const DIAGRAMS_FILE: string;

export interface Drawing {
  /** An address that holds the drawing itself. */
  url: string;
  svg: string;
  width: number;
  height: number;
}

/** `frame`: the frame could not be loaded, or no longer answers. */
export type DrawFailure = DrawError | 'slow' | 'long' | 'frame';
export type Drawn = Drawing | DrawFailure;

/** Longest source, in UTF-16 units. */
const LONGEST = 10_000;
/** Time for one drawing, ms. */
const DRAWING_MS = 5_000;
/** Time to load the frame, ms. Its file has some 620 KB. */
const LOADING_MS = 30_000;
/** Frames that failed in a row, after which this page tries no more. */
const MOST_FAILED = 3;
/** Drawings kept, so that one that is shown again is there at once. */
const MOST_KEPT = 60;

const kept = new Map<string, Promise<Drawn>>();
let last: Promise<unknown> = Promise.resolve();
let frame: Promise<Frame> | null = null;
let failed = 0;

export function draw(source: string, theme: DiagramTheme): Promise<Drawn> {
  if (source.length > LONGEST) return Promise.resolve('long');
  const key = `${theme} ${source}`;
  const drawn = kept.get(key) ?? inTurn(() => drawNow({ source, theme }));
  kept.delete(key);
  kept.set(key, drawn);
  for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_KEPT))) kept.delete(oldest);
  return drawn;
}

function inTurn(task: () => Promise<Drawn>): Promise<Drawn> {
  const done = last.then(task);
  last = done;
  return done;
}

async function drawNow(request: DrawRequest): Promise<Drawn> {
  if (failed >= MOST_FAILED) return 'frame';
  frame ??= openFrame();
  const opened = frame;
  try {
    const reply = await (await opened).draw(request);
    failed = 0;
    return drawingOf(reply);
  } catch (error) {
    failed += 1;
    frame = null;
    return error === SLOW ? 'slow' : 'frame';
  }
}

function drawingOf(reply: Partial<{ svg: unknown; error: unknown }>): Drawn {
  const size = sizeOfHarmless(reply.svg);
  if (!size || typeof reply.svg !== 'string') return reply.error === 'kind' ? 'kind' : 'mistake';
  // Not a blob: this address has no origin, also in a window of its own.
  const url = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(reply.svg)}`;
  return { url, svg: reply.svg, ...size };
}

interface Frame {
  /** Rejects if the frame takes too long; it is closed then. */
  draw(request: DrawRequest): Promise<DrawReply>;
}

const SLOW = new Error('a diagram took too long');

/**
 * A drawing comes back as text and is shown as an image, in which nothing runs, loads or leads anywhere. So it is
 * printed and saved as it is, and the frame can be closed. Browsers that keep such frames in a process of their own
 * draw without holding up the page.
 */
async function openFrame(): Promise<Frame> {
  const element = document.createElement('iframe');
  element.sandbox.add('allow-scripts');
  element.className = 'diagrams-frame';
  element.tabIndex = -1;
  element.ariaHidden = 'true';
  element.src = new URL(DIAGRAMS_FILE, import.meta.url).href;
  const loading = new Promise((resolve) => element.addEventListener('load', resolve, { once: true }));
  document.body.append(element);
  const { port1: port, port2 } = new MessageChannel();
  const close = () => {
    port.close();
    element.remove();
  };
  await within(LOADING_MS, loading, close);
  // Its origin has no name.
  element.contentWindow?.postMessage('', '*', [port2]);
  return {
    draw(request) {
      const reply = new Promise<DrawReply>((resolve) => {
        port.onmessage = ({ data }) => resolve(data ?? {});
      });
      port.postMessage(request);
      return within(DRAWING_MS, reply, close);
    },
  };
}

function within<T>(ms: number, awaited: Promise<T>, close: () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      close();
      reject(SLOW);
    }, ms);
    awaited.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
