/** A paragraph without its marks, or without some. */
import { breakFences } from '../../../../chat/markdown/inline/fences.ts';
import { readInline } from '../../../../chat/markdown/inline/inline.ts';
import type { Atom } from '../../../../chat/markdown/inline/reading.ts';
import { seenCode } from '../../../../core/text/unseen.ts';
import { applyEdits, type Edit } from './edits.ts';
import { atomsBesideTags, convertTags } from './html.ts';
import { addressOf, footnote, type UsedReferences, unknownReference } from './references.ts';

/** The text for a code block, which would show marks as they are. */
export function withoutMarks(text: string, references: UsedReferences): string {
  const inline = readInline(text, references.isDefined);
  const { atoms, marks } = inline;
  if (atoms.length === 0 && marks.length === 0) return breakFences(seenCode(text));
  const edits = convertTags(text, inline, true);
  for (const atom of atomsBesideTags(inline)) {
    edits.push({ start: atom.start, end: atom.end, text: plainAtom(atom, text, references) });
  }
  for (const { mark, start, end, closed } of marks) {
    if (!closed) continue;
    edits.push({ start, end: start + mark.length, text: '' }, { start: end - mark.length, end, text: '' });
  }
  return breakFences(seenCode(applyEdits(text, edits).replaceAll('\n', ' ')));
}

function plainAtom(atom: Atom, text: string, references: UsedReferences): string {
  const { kind, start, end, inner, url } = atom;
  const raw = text.slice(start, end);
  switch (kind) {
    case 'code':
    case 'math':
    case 'escape':
      return inner.trim();
    case 'entity':
      return inner;
    case 'comment':
      return '';
    case 'break':
      return ' / ';
    case 'link':
    case 'image':
      return `${inner} ${url}`.trim();
    case 'reference': {
      const address = addressOf(url, references);
      return address === undefined
        ? unknownReference(atom, { raw, text: inner, label: url }, references)
        : inner;
    }
    case 'footnote':
      return footnote(raw, inner, references);
    default:
      return raw;
  }
}

/** The text without its bold marks, for a title that is bold as a whole. */
export function withoutBold(text: string): string {
  const edits: Edit[] = readInline(text).marks.flatMap(({ mark, start, end, closed }) => {
    if (!closed || (mark !== '**' && mark !== '__')) return [];
    return [
      { start, end: start + 2, text: '' },
      { start: end - 2, end, text: '' },
    ];
  });
  return applyEdits(text, edits);
}
