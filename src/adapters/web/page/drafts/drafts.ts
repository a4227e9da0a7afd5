/**
 * Drafts: text and files that are not sent yet. A draft belongs to its conversation and survives switching, a reload
 * and a crash of the tab.
 * Each window has its own drafts. A window without a draft for a conversation begins with a copy of the draft that
 * any window wrote last. The copy follows its original (which may be sent) until the person changes the copy.
 */

import { uuid } from '../connection/uuid.ts';
import { getState, type OpenConversation, setState, subscribe } from '../state/state.ts';
import { keptFile, type PickedFile, unsentFile } from './attachments.ts';
import { keepDraft, keptDraft, pruneDrafts, readKept } from './kept-drafts.ts';
import { pruneFiles } from './kept-files.ts';

export interface Draft {
  text: string;
  files: PickedFile[];
}

/** Key of the draft for a new conversation. */
const NEW = 'new';

/** This window's drafts, with the bytes of their files. */
const drafts = new Map<string, Draft>();
/** Keys of copies: drafts that another window wrote and this one has not changed. */
const copies = new Set<string>();

const keyOf = ({ id }: OpenConversation) => id ?? NEW;

/** The id that a new conversation will have. The files of its draft are uploaded under this id. */
export function newVisit(): string {
  return keptDraft(NEW)?.kept.conversation ?? uuid();
}

/** Saves the draft in the message box, and shows the draft of the conversation that is opened. */
export function keepDrafts(): void {
  let { open, draft, files } = getState();
  let isFirst = true;
  pruneDrafts();
  pruneFiles();
  subscribe(() => {
    const now = getState();
    const before = { open, draft, files };
    ({ open, draft, files } = now);
    if (open.visit !== before.open.visit) {
      const typed = isFirst ? draft : '';
      isFirst = false;
      putInBox(typed);
    } else if (isFirst) return;
    else if (keyOf(open) !== keyOf(before.open)) {
      // The new conversation has begun.
      keep(NEW, open.visit, { text: '', files: [] });
      keep(keyOf(open), keyOf(open), { text: draft, files });
    } else if (isBegunElsewhere()) setState({ open: { ...open, visit: uuid() } });
    else if (draft !== before.draft || files !== before.files) {
      if (!isSame(drafts.get(keyOf(open)), { text: draft, files }))
        keep(keyOf(open), open.id ?? open.visit, { text: draft, files });
    }
  });
  addEventListener('storage', followOriginal);
}

/** @param typed text typed before it was known which conversation is opened */
function putInBox(typed: string): void {
  const { open } = getState();
  const { text, files } = draftOf(keyOf(open), open.id ?? open.visit);
  const draft = [text, typed].filter((part) => part !== '').join('\n\n');
  setState({ draft, files });
}

/**
 * Whether another window sent the draft that this one has a copy of. This window then begins another conversation.
 */
function isBegunElsewhere(): boolean {
  const { open, conversations, outgoing } = getState();
  if (open.id !== null || outgoing.some(({ visit }) => visit === open.visit)) return false;
  return conversations.some(({ id }) => id === open.visit);
}

/**
 * Changes the draft of a conversation, open or not.
 * @param place where it was written: a conversation, or a visit that was to become one
 */
export function changeDraft(
  place: { conversation: string | null; visit: string },
  change: (draft: Draft) => Draft,
): void {
  const { open, draft, files, conversations } = getState();
  const isOpen =
    place.visit === open.visit || (place.conversation !== null && place.conversation === open.id);
  if (isOpen) {
    const changed = change({ text: draft, files });
    setState({ draft: changed.text, files: changed.files });
    return;
  }
  // A conversation that has begun since has the visit's id.
  const conversation = place.conversation ?? place.visit;
  const key = conversations.some(({ id }) => id === conversation) ? conversation : NEW;
  keep(key, conversation, change(draftOf(key, conversation)));
}

/** Saves the draft of a conversation that was deleted elsewhere, with those of its files that are still here. */
export function moveDraftToNew(conversation: string): void {
  const { open, draft, files } = getState();
  forgetDraft(conversation);
  if (open.id !== conversation) return;
  const visit = newVisit();
  const before = draftOf(NEW, visit);
  const text = [before.text, draft].filter((part) => part !== '').join('\n\n');
  keep(NEW, visit, { text, files: [...before.files, ...files.filter(({ bytes }) => bytes)] });
}

export function forgetDraft(conversation: string): void {
  keep(conversation, conversation, { text: '', files: [] });
}

function draftOf(key: string, conversation: string): Draft {
  const known = drafts.get(key);
  if (known) return known;
  const found = keptDraft(key);
  if (!found) return { text: '', files: [] };
  const { text, files: views, unsent, conversation: place } = found.kept;
  const files = [
    // A file that was uploaded to another conversation cannot be sent in this one.
    ...(place === conversation ? views.map((view) => keptFile(conversation, view)) : []),
    ...unsent.map(({ key, name }) => unsentFile(key, name)),
  ];
  const draft = { text, files };
  drafts.set(key, draft);
  if (found.where === 'elsewhere') copies.add(key);
  return draft;
}

function keep(key: string, conversation: string, draft: Draft): void {
  copies.delete(key);
  drafts.set(key, draft);
  const sent = draft.files.filter(({ uploaded }) => uploaded?.conversation === conversation);
  const unsent = draft.files.filter((file) => !sent.includes(file));
  keepDraft(key, {
    text: draft.text,
    files: sent.flatMap(({ uploaded }) => (uploaded ? [uploaded.view] : [])),
    unsent: unsent.map(({ key, name }) => ({ key, name })),
    conversation,
    at: Date.now(),
  });
}

function isSame(one: Draft | undefined, other: Draft): boolean {
  return one?.text === other.text && one.files === other.files;
}

function followOriginal(event: StorageEvent): void {
  const key = readKept(event);
  if (key === undefined || !copies.has(key)) return;
  copies.delete(key);
  drafts.delete(key);
  if (key === keyOf(getState().open)) putInBox('');
}
