/** Things that an answer refers to elsewhere in it: link addresses and footnotes. */

/**
 * The known share of a text. `growing`: more comes; `full`: more comes in other messages; `ended`: the answer has
 * ended.
 */
export type TextStage = 'growing' | 'full' | 'ended';

/** References that a text knows, and adds to while it is rendered. */
export interface References {
  readonly stage: TextStage;
  /** The address of a link's label. */
  address(label: string): string | undefined;
  define(label: string, url: string): void;
  /** Notes that a link to this label was shown without its address and cannot be changed any more. */
  miss(label: string): void;
  isMissed(label: string): boolean;
  /** The number shown for a footnote. */
  footnote(id: string): number;
  hasFootnote(id: string): boolean;
  defineFootnote(id: string): void;
}

/** References known from all earlier parts. */
export interface Known {
  readonly addresses: Map<string, string>;
  readonly missed: Set<string>;
  /** Footnote numbers: the id itself if it is a number, else the first free number. */
  readonly numbers: Map<string, number>;
  readonly taken: Set<number>;
  readonly notes: Set<string>;
}

export const nothingKnown = (): Known => ({
  addresses: new Map(),
  missed: new Set(),
  numbers: new Map(),
  taken: new Set(),
  notes: new Set(),
});

/** A reading of one part. Only `commit` keeps what it adds. */
export interface PartReferences extends References {
  commit(): void;
}

export function readReferences(known: Known, stage: TextStage): PartReferences {
  const own = nothingKnown();
  let free = 1;
  const isTaken = (number: number) => known.taken.has(number) || own.taken.has(number);

  return {
    stage,
    address: (label) => own.addresses.get(keyOf(label)) ?? known.addresses.get(keyOf(label)),
    define(label, url) {
      const key = keyOf(label);
      // The first definition of a label counts (CommonMark 4.7).
      if (!own.addresses.has(key) && !known.addresses.has(key)) own.addresses.set(key, url);
    },
    miss: (label) => void own.missed.add(keyOf(label)),
    isMissed: (label) => known.missed.has(keyOf(label)),
    footnote(id) {
      const before = known.numbers.get(id) ?? own.numbers.get(id);
      if (before !== undefined) return before;
      let number = /^\d{1,4}$/.test(id) ? Number(id) : 0;
      if (number === 0 || isTaken(number)) {
        while (isTaken(free)) free++;
        number = free;
      }
      own.numbers.set(id, number);
      own.taken.add(number);
      return number;
    },
    hasFootnote: (id) => own.notes.has(id) || known.notes.has(id),
    defineFootnote: (id) => void own.notes.add(id),
    commit() {
      for (const [key, url] of own.addresses) known.addresses.set(key, url);
      for (const key of own.missed) known.missed.add(key);
      for (const [id, number] of own.numbers) known.numbers.set(id, number);
      for (const number of own.taken) known.taken.add(number);
      for (const id of own.notes) known.notes.add(id);
    },
  };
}

/** Labels match regardless of case and white space (CommonMark 4.7). */
export function keyOf(label: string): string {
  return label.trim().replace(/\s+/g, ' ').toLowerCase();
}
