/** Marks around text, such as `**bold**`. */

export interface Mark {
  mark: string;
  start: number;
  /** Behind the mark that closes it; the text's end, where none does. */
  end: number;
  closed: boolean;
}

/** Of one kind, one is open at a time: in itself it would mean nothing, and there are never many to close. */
const KINDS = new Set(['**', '*', '__', '_', '~~', '||']);
const WORD = /[\p{L}\p{N}]/u;

export interface Marks {
  /** Takes a run of mark characters; of runs that are no mark, nothing. */
  read(run: string, at: number): void;
  /** Forgets marks from this place on, which turned out to be in a link. */
  drop(start: number): void;
  /** By where they start. */
  all(): Mark[];
}

export function createMarks(text: string): Marks {
  const closed: Mark[] = [];
  const open = new Map<string, Mark>();

  function toggle(mark: string, at: number, opens: boolean, closes: boolean): void {
    const opened = open.get(mark);
    if (opened && closes) {
      open.delete(mark);
      closed.push({ ...opened, end: at + mark.length, closed: true });
    } else if (!opened && opens) {
      open.set(mark, { mark, start: at, end: text.length, closed: false });
    }
  }

  /** `***` is two marks; what it closes is taken in the order in which they nest. */
  function both(at: number, opens: boolean, closes: boolean): void {
    const isItalicInside = (open.get('*')?.start ?? -1) > (open.get('**')?.start ?? -1);
    const order = isItalicInside ? ['*', '**'] : ['**', '*'];
    let offset = 0;
    for (const mark of order) {
      toggle(mark, at + offset, opens, closes);
      offset += mark.length;
    }
  }

  return {
    read(run, at) {
      const before = text[at - 1] ?? ' ';
      const after = text[at + run.length] ?? ' ';
      const opens = /\S/.test(after);
      const closes = /\S/.test(before);
      if (run === '***') both(at, opens, closes);
      else if (KINDS.has(run)) {
        const isOutsideWords = run[0] === '_' || run === '||';
        const opensHere = opens && !(isOutsideWords && WORD.test(before));
        toggle(run, at, opensHere, closes && !(isOutsideWords && WORD.test(after)));
      }
    },
    drop(start) {
      while ((closed.at(-1)?.start ?? -1) >= start) closed.pop();
      for (const [kind, mark] of open) if (mark.start >= start) open.delete(kind);
    },
    all: () => [...closed, ...open.values()].sort((a, b) => a.start - b.start),
  };
}
