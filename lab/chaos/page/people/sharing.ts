/** Share links: people make and end them, and anybody reads them. */
import type { SharedPage, ShareLink } from '../../../../src/adapters/web/api/share.ts';
import type { Book, MadeLink } from '../book.ts';
import type { Scene } from './scene.ts';
import type { Shown } from './talking.ts';

const DEADLINE_MS = 10_000;

export async function share({ book, window }: Scene, { id, line, turns }: Shown): Promise<void> {
  const begunAt = performance.now();
  // A link has no id of the page's, so the page does not ask again by itself.
  const path = `/api/conversations/${id}/share?branch=${line}`;
  const { status, text } = await window.ask('POST', path, {}, { once: true });
  if (status !== 201) return;
  const link: ShareLink = JSON.parse(text);
  const ended = turns.filter((turn) => !turn.live && turn.end !== null).map((turn) => turn.id);
  const { person } = window;
  book.links.push({
    id: link.id,
    person,
    conversation: id,
    turns: ended,
    begunAt,
    endedAt: performance.now(),
  });
}

export async function revoke({ book, window, random }: Scene): Promise<void> {
  const own = book.links.filter(({ person, ending }) => person === window.person && !ending);
  const link = random.pick(own);
  if (!link) return;
  link.ending = { askedAt: performance.now() };
  const { status } = await window.ask('DELETE', `/api/shares/${link.id}`);
  if (status === 204 || status === 404) link.ending.doneAt = performance.now();
}

/** Reads any link, as somebody who does not sign in. */
export async function readLink({ book, random, url }: Scene): Promise<void> {
  const link = random.pick(book.links);
  if (link) await lookAt(book, link, url);
}

/** Compares a link with what it must show. False: it could not be read now. */
export async function lookAt(book: Book, link: MadeLink, url: string): Promise<boolean> {
  const begunAt = performance.now();
  const fateBefore = fateOfLink(book, link);
  let pages: SharedPage[] | number;
  try {
    pages = await pagesOf(link, url);
  } catch {
    return false;
  }
  if (typeof pages === 'number') {
    if (pages !== 404) return false;
    if (fateOfLink(book, link) === 'kept' && leftOf(book, link).length > 0)
      book.blame('LOST', `the link ${link.id} of ${link.person} is gone`);
    return true;
  }
  if (fateBefore === 'gone') {
    book.blame('GHOSTS', `the link ${link.id} of ${link.person} works after it was ended`);
    return true;
  }
  const shown = pages.flatMap(({ turns }) => turns.map(({ id }) => id));
  for (const id of shown) {
    const message = book.find(id);
    if (message?.person !== link.person || message.conversation !== link.conversation)
      book.blame('LEAKED', `the link ${link.id} has ${id} of ${message?.person}`);
    const ending = book.endings.turns.get(id);
    if (ending?.doneAt !== undefined && ending.doneAt < begunAt)
      book.blame('GHOSTS', `the link ${link.id} has the turn ${id} after it was deleted`);
  }
  const left = leftOf(book, link);
  if (left.some((id) => !shown.includes(id)))
    book.blame('LOST', `the link ${link.id} of ${link.person} lacks turns`);
  if (shown.filter((id) => left.includes(id)).join() !== left.join())
    book.blame('OUT OF ORDER', `the link ${link.id} of ${link.person}`);
  return true;
}

/** The turns of a link that nobody has deleted. */
const leftOf = (book: Book, { turns }: MadeLink) => turns.filter((id) => !book.endings.turns.has(id));

export function fateOfLink(book: Book, link: MadeLink) {
  const { ending } = link;
  if (ending) return ending.doneAt === undefined ? 'either' : 'gone';
  return book.fateIn(link);
}

/** The pages of a link, or the status that is no success. */
async function pagesOf({ id }: MadeLink, url: string): Promise<SharedPage[] | number> {
  const pages: SharedPage[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const address = `${url}/share/${id}/turns?from=${from}`;
    const response = await fetch(address, { signal: AbortSignal.timeout(DEADLINE_MS) });
    if (response.status !== 200) return response.status;
    const page = (await response.json()) as SharedPage;
    pages.push(page);
    from = page.next;
  }
  return pages;
}
