/** Footnotes of an answer: a reference leads to its note, and the note back, without a change of the page's address. */
import type { Tokens } from 'marked';
import { type ComponentChildren, createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { onPage } from '../../../sentences/en.ts';
import type { BlockToken } from '../lex-blocks.ts';
import { alertOf } from './alert.ts';

const words = onPage.markdown.notes;

/** The notes of one answer. */
export interface Footnotes {
  /** Begins the ids of this answer; another answer has another. */
  prefix: string;
  /** Places of the notes, by lower-case label. The first of a label counts. */
  places: ReadonlyMap<string, string>;
}

/** Null while the answer is written: a note mostly comes after its reference. */
export const FootnotesContext = createContext<Footnotes | null>(null);

export function findFootnotes(blocks: BlockToken[], prefix: string): Footnotes {
  const places = new Map<string, string>();
  for (const [label, place] of notesIn(blocks)) if (!places.has(label)) places.set(label, place);
  return { prefix, places };
}

/** The notes of blocks, also those within lists and quotes. A place is the path of indexes that leads to its block. */
function* notesIn(blocks: BlockToken[], path = ''): Generator<[label: string, place: string]> {
  for (const [index, block] of blocks.entries()) {
    const place = `${path}${index}`;
    if (block.type === 'note') yield [block.label.toLowerCase(), place];
    for (const [part, inner] of innerBlocks(block).entries()) {
      // Only tokens of `lexBlocks` come here; Marked's own type is wider.
      yield* notesIn(inner as BlockToken[], `${place}.${part}.`);
    }
  }
}

/** The blocks within a block, in parts: the items of a list, or all of them. */
function innerBlocks(block: BlockToken): Tokens.Generic[][] {
  switch (block.type) {
    case 'list':
      return block.items.map(({ tokens }) => tokens);
    case 'blockquote':
      return [alertOf(block)?.tokens ?? block.tokens];
    case 'details':
    case 'note':
      return [block.tokens];
    default:
      return [];
  }
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
  /** As in `Footnotes`. */
  place: string;
  children: ComponentChildren;
}

export function Note({ label, place, children }: NoteProps) {
  const notes = useContext(FootnotesContext);
  const isLinked = notes?.places.get(label.toLowerCase()) === place;
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
