import { useEffect, useRef, useState } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import { clean } from '../../markdown/clean.ts';
import { getState, setState } from '../../state/state.ts';

/** A selected passage of an answer, and the place of the button in its frame, px. */
interface Passage {
  text: string;
  top: number;
  left: number;
}

/** Room for the button below and beside the selection, px. */
const [HEIGHT, WIDTH, GAP] = [36, 96, 6];

/**
 * *Quote* at a selected passage of an answer, which puts it before the next message. With the keyboard, Tab leads to
 * it and Escape away.
 */
export function QuoteButton() {
  const button = useRef<HTMLButtonElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [passage, setPassage] = useState<Passage | null>(null);
  useEffect(() => followSelection(() => frame.current?.parentElement ?? null, setPassage), []);
  useEffect(() => {
    // One listener for all passages: a key may come as soon as the button is seen.
    const take = (event: KeyboardEvent) => {
      if (!button.current) return;
      if (event.key === 'Escape') document.getSelection()?.removeAllRanges();
      if (event.key !== 'Tab' || event.shiftKey || isInControl(event.target)) return;
      event.preventDefault();
      button.current.focus();
    };
    document.addEventListener('keydown', take);
    return () => document.removeEventListener('keydown', take);
  }, []);
  return (
    <div ref={frame}>
      {passage && (
        <button
          type="button"
          class="pill quote"
          ref={button}
          style={{ top: `${passage.top}px`, left: `${passage.left}px` }}
          // The press would end the selection.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => {
            setPassage(null);
            quote(passage.text);
          }}
        >
          {onPage.conversation.QUOTE}
        </button>
      )}
    </div>
  );
}

const isInControl = (target: EventTarget | null) =>
  target instanceof Element && target.closest('input, textarea, select, button, dialog') !== null;

/** Tells of the selected passage once the pointer is up. Returns a function that ends it. */
function followSelection(frameOf: () => Element | null, tell: (passage: Passage | null) => void): () => void {
  const ended = new AbortController();
  let isDown = false;
  const look = () => tell(isDown ? null : selectedPassage(frameOf()));
  const listen = (name: string, act: () => void) =>
    document.addEventListener(name, act, { capture: true, passive: true, signal: ended.signal });
  listen('pointerdown', () => {
    isDown = true;
  });
  for (const name of ['pointerup', 'pointercancel']) {
    listen(name, () => {
      isDown = false;
      setTimeout(look);
    });
  }
  listen('selectionchange', look);
  listen('scroll', look);
  return () => ended.abort();
}

function selectedPassage(frame: Element | null): Passage | null {
  const selection = document.getSelection();
  if (!frame || !selection || selection.isCollapsed || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const common = range.commonAncestorContainer;
  const element = common instanceof Element ? common : common.parentElement;
  const text = clean(selection.toString()).trim();
  if (!element?.closest('.answer .prose') || text === '') return null;
  const [box, place] = [range.getBoundingClientRect(), frame.getBoundingClientRect()];
  if (box.bottom < place.top || box.top > place.bottom) return null;
  const within = (value: number, most: number) => Math.max(GAP, Math.min(value, most));
  return {
    text,
    top: within(box.bottom - place.top + GAP, place.height - HEIGHT - GAP),
    left: within((box.left + box.right - WIDTH) / 2 - place.left, place.width - WIDTH - GAP),
  };
}

function quote(text: string): void {
  const quoted = text.split('\n').map((line) => `> ${line}`.trimEnd());
  setState({ draft: [...quoted, '', getState().draft].join('\n') });
  document.getSelection()?.removeAllRanges();
  // The box shows the new draft by then.
  setTimeout(() => {
    const box = document.getElementById('message');
    if (!(box instanceof HTMLTextAreaElement)) return;
    box.focus();
    box.setSelectionRange(box.value.length, box.value.length);
  });
}
