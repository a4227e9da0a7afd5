/**
 * Lets formulas scroll that are wider than their place. An observer tells of sizes once the browser has laid out all of
 * them; to ask for each would have it lay out the page as often.
 */
const observer = new ResizeObserver((entries) => {
  const wide = entries.map(({ target }) => {
    const content = target.firstElementChild?.getBoundingClientRect().width ?? 0;
    // A pixel of rounding.
    return content > target.clientWidth + 1;
  });
  for (const [index, { target }] of entries.entries()) {
    const isWide = wide[index] === true;
    target.toggleAttribute('data-wide', isWide);
    // A part that scrolls must be within a keyboard's reach.
    if (isWide) target.setAttribute('tabindex', '0');
    else target.removeAttribute('tabindex');
  }
});

/** Returns a function that ends it. */
export function watchWidth(formula: Element): () => void {
  observer.observe(formula);
  return () => observer.unobserve(formula);
}
