/** The options of the palette for what was typed. */
import type { ComponentChildren } from 'preact';
import type { SearchHit } from '../../api/search.ts';
import type { ConversationView } from '../../api.ts';
import { onPage } from '../../sentences/en.ts';
import { HitLine } from '../search/hits.tsx';
import { openFound } from '../search/open-found.ts';
import type { SearchOutcome } from '../search/use-outcome.ts';
import { openConversation } from '../state/open.ts';
import { getState } from '../state/state.ts';
import { titleOf } from '../state/title.ts';
import { UnreadMark } from '../unread/unread-mark.tsx';
import { type Action, actionsNow } from './actions.ts';

const words = onPage.palette;

export interface Option {
  key: string;
  shown: ComponentChildren;
  act: () => void;
}

export interface OptionGroup {
  name: string;
  options: Option[];
}

/** Conversations that are shown while nothing is typed, and as titles that match. */
const MOST_RECENT = 5;
const MOST_TITLES = 8;
/** Hits of the search that are shown. */
const MOST_HITS = 20;

export function groupsFor(
  typed: string,
  conversations: ConversationView[],
  outcome: SearchOutcome,
): OptionGroup[] {
  const parts = partsOf(typed);
  const actions = actionsNow().filter(({ label, also }) => hasAll(`${label} ${also}`, parts));
  if (parts.length === 0) {
    const recent = conversations
      .filter(({ id, archived }) => !archived && id !== getState().open.id)
      .toSorted((a, b) => b.at - a.at);
    return filled([
      { name: words.groups.recent, options: recent.slice(0, MOST_RECENT).map(ofConversation) },
      { name: words.groups.actions, options: actions.map(ofAction) },
    ]);
  }
  const titled = conversations.filter((each) => hasAll(titleOf(each), parts)).slice(0, MOST_TITLES);
  const known = new Set(titled.map(({ id }) => id));
  const hits = outcome && 'hits' in outcome ? [...outcome.hits, ...outcome.some] : [];
  const others = hits.filter(({ of, conversation }) => of !== 'title' || !known.has(conversation));
  return filled([
    { name: words.groups.conversations, options: titled.map(ofConversation) },
    { name: words.groups.actions, options: actions.map(ofAction) },
    { name: words.groups.found, options: others.slice(0, MOST_HITS).map(ofHit) },
  ]);
}

const filled = (groups: OptionGroup[]) => groups.filter(({ options }) => options.length > 0);

/** The words that were typed, without case and accents. */
const partsOf = (typed: string) => plain(typed).split(/\s+/).filter(Boolean);

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLocaleLowerCase();

function hasAll(text: string, parts: string[]): boolean {
  const searched = plain(text);
  return parts.every((part) => searched.includes(part));
}

function ofConversation(conversation: ConversationView): Option {
  const { id, archived, platform } = conversation;
  return {
    key: id,
    shown: (
      <>
        <span class="palette-name" dir="auto">
          {titleOf(conversation)}
        </span>
        {conversation.unread && <UnreadMark />}
        {archived && <span class="palette-note">{onPage.panel.conversations.archived}</span>}
        {platform !== undefined && <span class="palette-note">{onPage.dms.mark(platform)}</span>}
      </>
    ),
    act: () => openConversation(id),
  };
}

function ofAction({ label, act }: Action): Option {
  return { key: `action ${label}`, shown: <span class="palette-name">{label}</span>, act };
}

function ofHit(hit: SearchHit): Option {
  return {
    key: `${hit.conversation} ${hit.branch} ${hit.turn?.id}`,
    shown: <HitLine hit={hit} />,
    act: () => void openFound(hit),
  };
}
