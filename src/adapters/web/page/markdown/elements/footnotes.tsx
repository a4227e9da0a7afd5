/** Footnotes of an answer: a reference leads to its note, and the note back, without a change of the page's address. */
import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import type { BlockToken } from '../lex-blocks.ts';

const words = onPage.markdown.notes;

/** The notes of one answer. */
export interface Footnotes {
  /** Begins the ids of this answer; another answer has another. */
  prefix: string;
  /** Indexes of the blocks that hold the notes, by lower-case label. The first of a label counts. */
  places: ReadonlyMap<string, number>;
}

/** Null while the answer is written: a note mostly comes after its reference. */
export const FootnotesContext = createContext<Footnotes | null>(null);

export function findFootnotes(blocks: BlockToken[], prefix: string): Footnotes {
  const places = new Map<string, number>();
  for (const [index, block] of blocks.entries()) {
    if (block.type !== 'note') continue;
    const label = block.label.toLowerCase();
    if (!places.has(label)) places.set(label, index);
  }
  return { prefix, places };
}

/** A reference. Without its note it stays as it was written. */
export function NoteReference({ label, inLink }: { label: string; inLink: boolean }) {
  const notes = useContext(FootnotesContext);
  const place = notes?.places.get(label.toLowerCase());
  if (notes && place === undefined) return <>{`[^${label}]`}</>;
  if (!notes || place === undefined || inLink) return <sup class="note-label">{label}</sup>;
  const id = `${notes.prefix}-${place}`;
  return (
    <sup class="note-label">
      <a
        href={`#${id}`}
        data-note={id}
        aria-label={words.name(label)}
        onClick={(event) => {
          event.preventDefault();
          lastReferences.set(id, event.currentTarget);
          goTo(document.getElementById(id));
        }}
      >
        {label}
      </a>
    </sup>
  );
}

/** The reference through which a person came to a note, by the note's id. */
const lastReferences = new Map<string, Element>();

interface NoteProps {
  label: string;
  /** Index of the block; undefined within another block. */
  place: number | undefined;
  children: ComponentChildren;
}

export function Note({ label, place, children }: NoteProps) {
  const notes = useContext(FootnotesContext);
  const isLinked = place !== undefined && notes?.places.get(label.toLowerCase()) === place;
  if (!isLinked) {
    return (
      <div class="note">
        <sup>{label}</sup>
        <div>{children}</div>
      </div>
    );
  }
  const id = `${notes.prefix}-${place}`;
  return (
    <div class="note" id={id} role="note" aria-label={words.name(label)} tabIndex={-1}>
      <sup>{label}</sup>
      <div>
        {children}
        <a
          href={`#${id}`}
          class="note-back"
          aria-label={words.back(label)}
          title={words.back(label)}
          onClick={(event) => {
            event.preventDefault();
            goTo(referenceOf(id));
          }}
        >
          ↩{'\ufe0e'}
        </a>
      </div>
    </div>
  );
}

/** The reference that led to the note, or its first one. */
function referenceOf(id: string): Element | null {
  const last = lastReferences.get(id);
  return last?.isConnected ? last : document.querySelector(`[data-note="${CSS.escape(id)}"]`);
}

function goTo(element: Element | null): void {
  if (!(element instanceof HTMLElement)) return;
  // A reference may stand in a folded part.
  for (let part = element.closest('details'); part; part = part.parentElement?.closest('details') ?? null)
    part.open = true;
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'nearest' });
}
