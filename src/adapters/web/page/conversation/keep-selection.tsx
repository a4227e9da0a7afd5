import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** One end of a selection: its node, and its offset in the text in characters. */
interface Boundary {
  node: Node;
  offset: number;
  /** Undefined outside the text. */
  characters: number | undefined;
}

/**
 * Keeps a person's selection while the text grows at its end. The browser drops a selection when its text node
 * gets a new value (DOM standard, "replace data").
 */
export function KeepSelection({ children }: { children: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  // Read the selection before the content is drawn again.
  const selected = box.current && readSelection(box.current);
  useLayoutEffect(() => {
    if (box.current && selected) restore(box.current, selected);
  });
  return <div ref={box}>{children}</div>;
}

interface Selected {
  text: string;
  /** Whether the anchor comes before the focus. */
  isForward: boolean;
  anchor: Boundary;
  focus: Boundary;
}

function readSelection(box: HTMLElement): Selected | null {
  const selection = document.getSelection();
  const { anchorNode, focusNode, isCollapsed } = selection ?? {};
  if (!selection || !anchorNode || !focusNode || isCollapsed) return null;
  if (!box.contains(anchorNode) && !box.contains(focusNode)) return null;
  const { startContainer, startOffset } = selection.getRangeAt(0);
  return {
    text: selection.toString(),
    isForward: startContainer === anchorNode && startOffset === selection.anchorOffset,
    anchor: boundaryIn(box, anchorNode, selection.anchorOffset),
    focus: boundaryIn(box, focusNode, selection.focusOffset),
  };
}

function boundaryIn(box: HTMLElement, node: Node, offset: number): Boundary {
  if (!box.contains(node)) return { node, offset, characters: undefined };
  const before = document.createRange();
  before.setStart(box, 0);
  before.setEnd(node, offset);
  return { node, offset, characters: before.toString().length };
}

function restore(box: HTMLElement, { text, isForward, anchor, focus }: Selected): void {
  const selection = document.getSelection();
  const isThere =
    selection?.anchorNode === anchor.node &&
    selection.anchorOffset === anchor.offset &&
    selection.focusNode === focus.node &&
    selection.focusOffset === focus.offset;
  if (!selection || isThere) return;
  const [from, to] = [placeOf(box, anchor, isForward), placeOf(box, focus, !isForward)];
  if (!from || !to) return;
  selection.setBaseAndExtent(from.node, from.offset, to.node, to.offset);
  // Another text is there now, and the person did not select it.
  if (selection.toString() !== text) selection.removeAllRanges();
}

/**
 * Finds a node and offset for a boundary. Between two nodes, a selection starts in the later and ends in the
 * earlier one.
 */
function placeOf(
  box: HTMLElement,
  { node, offset, characters }: Boundary,
  isStart: boolean,
): Pick<Boundary, 'node' | 'offset'> | undefined {
  if (characters === undefined) return node.isConnected ? { node, offset } : undefined;
  const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  let left = characters;
  let last: Node | undefined;
  while (texts.nextNode()) {
    last = texts.currentNode;
    const { length } = last.textContent ?? '';
    if (isStart ? left < length : left <= length) return { node: last, offset: left };
    left -= length;
  }
  return last && { node: last, offset: last.textContent?.length ?? 0 };
}
