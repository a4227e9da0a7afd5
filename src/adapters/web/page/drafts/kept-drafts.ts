/**
 * Drafts in the browser's storage: this window's own (`sessionStorage`), and the last one of any window
 * (`localStorage`).
 */
import type { AttachmentView } from '../../api.ts';

export interface KeptDraft {
  text: string;
  /** Files that the server has. */
  files: AttachmentView[];
  /** Files on their way to the server; kept-files.ts has their bytes. */
  unsent: { key: string; name: string }[];
  /** The conversation that the draft's files were uploaded for. */
  conversation: string;
  /** When the draft was written, ms since 1970. */
  at: number;
}

export type Where = 'here' | 'elsewhere';

const PREFIX = 'parley.draft.';
/** Most drafts kept in the browser; the oldest are removed. */
const MOST_DRAFTS = 100;

/** This window's draft, else the draft of the window that wrote last. */
export function keptDraft(key: string): { kept: KeptDraft; where: Where } | undefined {
  for (const { where, storage } of places()) {
    const kept = parse(storage.getItem(PREFIX + key));
    if (kept) return { kept, where };
  }
  return undefined;
}

/** Removes an empty draft, but not the draft that another window wrote since. */
export function keepDraft(key: string, draft: KeptDraft): void {
  const item = PREFIX + key;
  const isEmpty = draft.text === '' && draft.files.length + draft.unsent.length === 0;
  const before = keptDraft(key)?.kept.text;
  for (const { storage } of places()) {
    try {
      if (!isEmpty) storage.setItem(item, JSON.stringify(draft));
      else if (parse(storage.getItem(item))?.text === before) storage.removeItem(item);
    } catch {
      // The storage is full: the draft lasts only as long as the page.
    }
  }
}

/** Key of a draft that another window wrote; undefined where it wrote something else. */
export function readKept({ key, storageArea }: StorageEvent): string | undefined {
  return storageArea === localStorage && key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;
}

export function pruneDrafts(): void {
  for (const { storage } of places()) {
    const kept = Object.keys(storage)
      .filter((item) => item.startsWith(PREFIX))
      .map((item) => ({ item, at: parse(storage.getItem(item))?.at ?? 0 }))
      .sort((a, b) => b.at - a.at);
    for (const { item } of kept.slice(MOST_DRAFTS)) storage.removeItem(item);
  }
}

function parse(json: string | null): KeptDraft | undefined {
  try {
    return JSON.parse(json ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** The available storages; none where the browser blocks them. */
function places(): { where: Where; storage: Storage }[] {
  try {
    return [
      { where: 'here', storage: sessionStorage },
      { where: 'elsewhere', storage: localStorage },
    ];
  } catch {
    return [];
  }
}
