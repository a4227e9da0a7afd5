/** Whether a page fits its window: no box holds more than it shows, and every control can be clicked. */
import type { Page } from 'playwright-core';

/** Smallest side of a target for a finger, CSS pixels (WCAG 2.2, 2.5.8 Target Size (Minimum)). */
const SMALLEST_TARGET = 24;

/** Descriptions of everything that does not fit; empty where everything does. */
export async function misfits(page: Page): Promise<string[]> {
  return [...(await page.evaluate(tooWide)), ...(await page.evaluate(outOfReach, SMALLEST_TARGET))];
}

/**
 * Runs in the browser. Finds boxes that hold more than their width without scrolling, or lie outside the
 * window. Also finds boxes with hidden height: a search or a screen reader would scroll them.
 */
function tooWide(): string[] {
  const name = (element: Element) =>
    `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''} “${element.textContent?.slice(0, 30)}”`;
  const scrolls = (element: Element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  const isIn = (element: Element): boolean =>
    element.parentElement === null || (!scrolls(element.parentElement) && isIn(element.parentElement));
  const problems: string[] = [];
  for (const element of document.querySelectorAll('html, body, body *')) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest('svg, .visually-hidden, .skip, option')) continue;
    const { display } = getComputedStyle(element);
    // Inline text has no width of its own, and an input scrolls its content.
    const isBox = display !== 'inline' && !element.matches('input');
    if (
      isBox &&
      !scrolls(element) &&
      element.scrollWidth > element.clientWidth + 1 &&
      element.clientWidth > 0
    ) {
      problems.push(`${name(element)} holds ${element.scrollWidth} px in ${element.clientWidth}`);
    }
    // A line of text that is cut off has no children.
    const hidesHeight = getComputedStyle(element).overflowY === 'hidden' && element.children.length > 0;
    if (hidesHeight && element.scrollHeight > element.clientHeight + 1) {
      problems.push(
        `${name(element)} holds ${element.scrollHeight} px in a height of ${element.clientHeight}`,
      );
    }
    const { left, right, width } = element.getBoundingClientRect();
    if (width > 0 && isIn(element) && (left < -1 || right > document.documentElement.clientWidth + 1)) {
      problems.push(`${name(element)} lies from ${Math.round(left)} to ${Math.round(right)}`);
    }
  }
  return problems;
}

/** Runs in the browser. Finds controls that a click at their middle misses, or that are too small for a finger. */
function outOfReach(smallest: number): string[] {
  const problems: string[] = [];
  const controls = 'button, a[href], input, textarea, select, summary';
  // An open dialogue makes the rest of the page inert.
  const reachable = document.querySelector('dialog:modal') ?? document;
  for (const control of reachable.querySelectorAll<HTMLElement>(controls)) {
    if (!control.checkVisibility({ visibilityProperty: true }) || control.closest('[inert], .skip')) continue;
    if (control.matches('[type="file"], .visually-hidden')) continue;
    control.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    // A link may run over several lines.
    const lines = [...control.getClientRects()];
    const box = lines[Math.floor(lines.length / 2)];
    if (!box) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hit = document.elementFromPoint(x, y);
    const what = `${control.tagName.toLowerCase()} “${control.getAttribute('aria-label') ?? control.textContent}”`;
    if (!hit || !(control.contains(hit) || hit.closest('label')?.control === control)) {
      problems.push(
        `${what} at ${Math.round(x)}, ${Math.round(y)} lies under ${hit?.outerHTML.slice(0, 80)}`,
      );
    }
    // A link in a sentence is as high as its line.
    const isInText =
      getComputedStyle(control).display === 'inline' || control.matches('.inline-link, .prose input');
    if (!isInText && Math.min(box.width, box.height) < smallest) {
      problems.push(`${what} is ${Math.round(box.width)} × ${Math.round(box.height)}`);
    }
  }
  return problems;
}
