/** Spans of places in a conversation: sorted, apart from each other, and none of them empty. */

export interface Places {
  from: number;
  /** The place after the last one. */
  to: number;
}

export const EVERYWHERE: Places = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

export const isIn = (place: number, { from, to }: Places): boolean => place >= from && place < to;

/** The spans without the places of `taken`. */
export function without(spans: Places[], taken: Places): Places[] {
  return spans.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, taken.from) },
      { from: Math.max(from, taken.to), to },
    ].filter((left) => left.from < left.to),
  );
}

/** The spans with the places of `added`. Spans that touch become one. */
export function withSpan(spans: Places[], added: Places): Places[] {
  if (added.from >= added.to) return spans;
  let { from, to } = added;
  const others: Places[] = [];
  for (const span of spans) {
    if (span.to < from || span.from > to) others.push(span);
    else [from, to] = [Math.min(from, span.from), Math.max(to, span.to)];
  }
  return [...others, { from, to }].sort((a, b) => a.from - b.from);
}

/** The part of the spans that is in `window`. */
export const within = (spans: Places[], window: Places): Places[] =>
  without(without(spans, { from: EVERYWHERE.from, to: window.from }), { from: window.to, to: EVERYWHERE.to });
