/**
 * Gathers the arguments of one call from its pieces. Servers also send several whole values in a row, where they take two
 * calls for one, or where they begin with an empty object.
 */
export interface CallArguments {
  push(piece: string): void;
  /** Whether a value has begun that is not whole yet. */
  isOpen(): boolean;
  isWhole(): boolean;
  /** One JSON text for each call; at least one. The last one may be broken. */
  values(): string[];
}

const [QUOTE, BACKSLASH] = ['"', '\\'];
const EMPTY = '{}';

export function createArguments(): CallArguments {
  let text = '';
  /** Where each whole value ends. */
  const ends: number[] = [];
  let depth = 0;
  let isInString = false;
  let isEscaped = false;
  let hasBegun = false;

  function read(char: string, at: number): void {
    if (isInString) {
      if (isEscaped) isEscaped = false;
      else if (char === BACKSLASH) isEscaped = true;
      else if (char === QUOTE) isInString = false;
      return;
    }
    if (char.trim() === '') return;
    hasBegun = true;
    if (char === QUOTE) isInString = true;
    else if (char === '{' || char === '[') depth++;
    else if ((char === '}' || char === ']') && depth > 0 && --depth === 0) {
      ends.push(at + 1);
      hasBegun = false;
    }
  }

  function values(): string[] {
    const starts = [0, ...ends];
    const parts = starts.map((start, index) => text.slice(start, ends[index]).trim()).filter(Boolean);
    // The same value twice is one that was repeated when it was whole.
    const all = [...new Set(parts.map(unquoted))];
    const filled = all.filter((value) => value !== EMPTY);
    return filled.length > 0 ? filled : [EMPTY];
  }

  return {
    push(piece) {
      const from = text.length;
      text += piece;
      for (let at = 0; at < piece.length; at++) read(piece.charAt(at), from + at);
    },
    isOpen: () => hasBegun,
    isWhole: () => ends.length > 0 && !hasBegun,
    values,
  };
}

/** Arguments that a server put into a JSON string, taken out of it; `null` is no arguments. */
function unquoted(value: string): string {
  if (value === 'null') return EMPTY;
  if (!value.startsWith(QUOTE)) return value;
  try {
    const inner: unknown = JSON.parse(value);
    return typeof inner === 'string' && /^\s*\{/.test(inner) ? inner : value;
  } catch {
    return value;
  }
}
