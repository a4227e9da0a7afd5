/** The message or answer that a search led to: in a frame, with the found words marked, until the next search or Escape. */
import type { SearchHit } from '../../api/search.ts';

/** The name of the marked words in search.css. */
const MARKED = 'found';
const FRAME = 'found';
/** Texts of a message and of an answer. */
const TEXTS = '.bubble, .prose';
const MOST_MARKED = 2_000;
/** Characters that are cut into words at once, and the time after which the browser gets its turn, ms. */
const SLICE = 4_000;
const TURN_MS = 12;
/** The room above the first found word of a long answer, as a part of the log. */
const ABOVE = 1 / 4;

let sought: SearchHit | undefined;
let showing = new AbortController();

/** Remembers the hit that is opened now. */
export function seek(hit: SearchHit): void {
  forgetFound();
  sought = hit;
}

/** Takes the frame and the marks away. */
export function forgetFound(): void {
  showing.abort();
  for (const framed of document.querySelectorAll(`.${FRAME}`)) framed.classList.remove(FRAME);
  if ('highlights' in CSS) CSS.highlights.delete(MARKED);
}

/** Scrolls to the message or answer of a turn that was found, moves the focus there, and marks it. */
export function showFound(turn: string): void {
  forgetFound();
  const hit = sought?.turn?.id === turn ? sought : undefined;
  const names = hit?.of === 'answer' ? ['data-answer', 'data-turn'] : ['data-turn'];
  const places = names.map((name) => document.querySelector<HTMLElement>(`[${name}="${CSS.escape(turn)}"]`));
  const place = places.find((one) => one !== null);
  if (!place) return;
  place.tabIndex = -1;
  place.classList.add(FRAME);
  place.scrollIntoView({ block: 'start' });
  place.focus({ preventScroll: true });
  showing = new AbortController();
  const { signal } = showing;
  const onEscape = ({ key }: KeyboardEvent) => key === 'Escape' && forgetFound();
  document.addEventListener('keydown', onEscape, { capture: true, signal });
  // A browser that cannot cut texts into words shows the frame alone.
  void markWords(place, new Set(hit?.words), signal).catch(() => {});
}

async function markWords(place: HTMLElement, words: Set<string>, signal: AbortSignal): Promise<void> {
  if (words.size === 0) return;
  const scroller = place.closest<HTMLElement>('.scroller');
  const before = scroller?.scrollTop;
  const ranges: Range[] = [];
  for (const text of place.querySelectorAll(TEXTS)) await addRanges(text, words, ranges, signal);
  const [first] = ranges;
  if (!first || signal.aborted) return;
  if ('highlights' in CSS) CSS.highlights.set(MARKED, new Highlight(...ranges));
  // The person may have scrolled on meanwhile.
  if (!scroller || scroller.scrollTop !== before) return;
  const log = scroller.getBoundingClientRect();
  const word = first.getBoundingClientRect();
  if (word.bottom > log.bottom) scroller.scrollTop += word.top - log.top - log.height * ABOVE;
}

/** Finds words in the text nodes of an element, in the order of the text. */
async function addRanges(
  element: Element,
  words: Set<string>,
  ranges: Range[],
  signal: AbortSignal,
): Promise<void> {
  const { wordsIn } = await import('../../../../core/search/folding.ts');
  const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let began = performance.now();
  while (texts.nextNode()) {
    const node = texts.currentNode;
    const text = node.nodeValue ?? '';
    for (let at = 0; at < text.length; at += SLICE) {
      for (const { word, from, to } of wordsIn(text.slice(at, at + SLICE), at)) {
        if (!words.has(word)) continue;
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        ranges.push(range);
      }
      if (signal.aborted || ranges.length > MOST_MARKED) return;
      if (performance.now() - began < TURN_MS) continue;
      await new Promise((resolve) => setTimeout(resolve));
      began = performance.now();
    }
  }
}
