/** Reads all conversations of a person as the page shows them: each branch that the versions lead to. */

import type { ConversationList } from '../../../../src/adapters/web/api/lists.ts';
import type { ConversationView, TurnView } from '../../../../src/adapters/web/api.ts';
import type { Book } from '../book.ts';
import { read } from '../people/talking.ts';
import type { Window } from '../people/window.ts';

export interface ReadConversation extends ConversationView {
  /** The turns of each branch, as in `ShownBranch`. */
  lines: Map<string, TurnView[]>;
  /** The branches that no version leads to, though they have turns of their own. */
  hidden: string[];
}

/** Undefined: they could not be read now. */
export async function readConversations(window: Window, book: Book): Promise<ReadConversation[] | undefined> {
  const found: ReadConversation[] = [];
  for (const archived of [false, true]) {
    for (let before: string | null = ''; before !== null; ) {
      const query = new URLSearchParams({ archived: String(archived), ...(before !== '' && { before }) });
      const { status, text } = await window.ask('GET', `/api/conversations?${query}`);
      if (status !== 200) return undefined;
      const page: ConversationList = JSON.parse(text);
      for (const entry of page.conversations) found.push(await readOne(window, book, entry));
      before = page.more;
    }
  }
  return found;
}

async function readOne(window: Window, book: Book, entry: ConversationView): Promise<ReadConversation> {
  const { id } = entry;
  const lines = new Map<string, TurnView[]>();
  const hidden: string[] = [];
  const shown = await read({ window }, id);
  if (!shown) return { ...entry, lines, hidden };
  lines.set(shown.line, shown.turns);
  // A map goes on with what is added to it meanwhile.
  for (const turns of lines.values()) {
    for (const line of turns.flatMap(({ versions }) => versions?.of ?? [])) {
      if (lines.has(line)) continue;
      const other = await read({ window }, id, line);
      if (other) lines.set(line, other.turns);
    }
  }
  const said = book.messages.filter(({ conversation }) => conversation === id);
  for (const line of new Set(said.map((message) => message.line))) {
    if (lines.has(line)) continue;
    const other = await read({ window }, id, line);
    const isOwn = (turn: TurnView) => book.find(turn.id)?.line === line;
    if (other?.turns.some(isOwn)) hidden.push(line);
    if (other) lines.set(line, other.turns);
  }
  return { ...entry, lines, hidden };
}
