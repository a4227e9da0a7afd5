/** Links and footnotes that refer to another place of the answer. */
import type { Atom } from '../../../../chat/markdown/inline/reading.ts';
import { keyOf, type References } from '../../../../chat/markdown/inline/references.ts';
import { noteMark } from './small-letters.ts';

export interface UsedReferences extends References {
  /** Keys of labels that were shown with their address; their definitions can be dropped. */
  readonly used: Set<string>;
  /** Whether a label has an address. */
  readonly isDefined: (label: string) => boolean;
}

export function trackUse(references: References): UsedReferences {
  return {
    ...references,
    used: new Set(),
    isDefined: (label) => references.address(label) !== undefined,
  };
}

export function addressOf(label: string, references: UsedReferences): string | undefined {
  const url = references.address(label);
  if (url !== undefined) references.used.add(keyOf(label));
  return url;
}

/**
 * A reference without an address. Its definition may come later, and is then shown there with the label.
 * @param shown the reference and its parts as they are shown
 */
export function unknownReference(
  { inner, url: label }: Atom,
  shown: { raw: string; text: string; label: string },
  references: UsedReferences,
): string {
  if (references.stage === 'ended') return shown.raw;
  if (references.stage === 'growing') return shown.text;
  references.miss(label);
  return label === inner ? shown.text : `${shown.text} [${shown.label}]`;
}

export function footnote(raw: string, id: string, references: UsedReferences): string {
  const isKnown = /^\d{1,4}$/.test(id) || references.hasFootnote(id);
  return isKnown || references.stage === 'growing' ? noteMark(references.footnote(id)) : raw;
}
