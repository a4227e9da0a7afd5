/** Searching: a message is found as soon as it was sent, leads to its turn, and is not found once it was deleted. */
import type { SearchHits } from '../../../../src/adapters/web/api/search.ts';
import type { Book, Ending, SentMessage } from '../book.ts';
import type { Scene } from './scene.ts';
import { read } from './talking.ts';

export async function search(scene: Scene): Promise<void> {
  const { book, window, random } = scene;
  const now = performance.now();
  const message = random.pick(
    book.messages.filter(
      ({ person, outcome, endedAt = now }) =>
        person === window.person && outcome === 'taken' && endedAt < now,
    ),
  );
  if (message) await lookUp(scene, message.token);
}

/** Searches for a token, and opens its hits. */
export async function lookUp(scene: Pick<Scene, 'book' | 'window'>, token: string): Promise<void> {
  const { book, window } = scene;
  const begunAt = performance.now();
  const sent = book.messages.filter(
    (message) => message.token === token && (message.endedAt ?? begunAt) < begunAt,
  );
  const { status, text } = await window.ask('GET', `/api/search?q=${token}`);
  if (status !== 200) return book.blame('MISTAKES', `a search ended with ${status}: ${text}`);
  const { hits }: SearchHits = JSON.parse(text);
  for (const { turn, conversation, branch } of hits) {
    const found = turn && book.find(turn.id);
    if (found && wasGone(book, found, begunAt))
      book.blame('GHOSTS', `a search found the turn ${turn.id} (${token}) after it was deleted`);
    if (found && (found.conversation !== conversation || found.line !== (branch ?? conversation)))
      book.blame('MIXED', `the hit of ${turn.id} (${token}) is not in its branch`);
  }
  for (const message of sent) {
    const hit = hits.find(({ turn }) => turn?.id === message.id);
    const line = hit && (hit.branch ?? hit.conversation);
    const shown = hit && (await read(scene, hit.conversation, line));
    const isThere = shown?.turns.some(({ id, seq }) => id === message.id && seq === hit?.turn?.seq);
    if (!isThere && book.fateOf(message) === 'kept')
      book.blame('UNFOUND', `${message.id} (${token})${hit ? ': the hit leads nowhere' : ''}`);
  }
}

/** Whether it was deleted by then, for certain. */
export function wasGone(book: Book, message: SentMessage, by: number): boolean {
  if (book.fateOf(message) !== 'gone') return false;
  const { turns, conversations, accounts } = book.endings;
  const isDone = (ending: Ending | undefined) => ending?.doneAt !== undefined && ending.doneAt < by;
  return [turns.get(message.id), conversations.get(message.conversation), accounts.get(message.person)].some(
    isDone,
  );
}
