/** Judges sessions, links and searches at the end. */
import type { SearchHits } from '../../../../src/adapters/web/api/search.ts';
import { browserOf } from '../../../../tests/harness/web.ts';
import type { Book, Fate, OpenedSession } from '../book.ts';
import { lookUp } from '../people/finding.ts';
import { lookAt } from '../people/sharing.ts';
import type { Window } from '../people/window.ts';

/** Sessions that were ended are out, and the others are not. */
export async function judgeSessions(book: Book, url: string): Promise<void> {
  for (const session of book.sessions) {
    const { status } = await browserOf(url, new Map(session.cookies)).fetch('/api/state');
    const fate = fateOfSession(book, session);
    const isRight = fate === 'either' || status === (fate === 'kept' ? 200 : 401);
    if (!isRight) book.blame('SESSIONS', `a session of ${session.person}, ${fate}: ${status}`);
  }
}

function fateOfSession(book: Book, { person, openedAt, ending }: OpenedSession): Fate {
  const account = book.endings.accounts.get(person);
  if (ending?.doneAt !== undefined || (account?.doneAt && openedAt < account.askedAt)) return 'gone';
  if (ending || (account && openedAt < (account.doneAt ?? Infinity))) return 'either';
  return 'kept';
}

export async function judgeLinks(book: Book, url: string): Promise<void> {
  for (const link of book.links)
    if (!(await lookAt(book, link, url))) book.blame('MISTAKES', `the link ${link.id} cannot be read`);
}

/** Each message is found by its person alone. */
export async function judgeSearch(book: Book, windows: Window[]): Promise<void> {
  await Promise.all(
    windows.map(async (window, index) => {
      const other = windows[(index + 1) % windows.length];
      for (const [token, owner] of book.owners) {
        if (owner === window.person) await lookUp({ book, window }, token);
        if (owner !== other?.person || other === window) continue;
        const { text } = await window.ask('GET', `/api/search?q=${token}`);
        const { hits }: SearchHits = JSON.parse(text);
        if (hits.length > 0) book.blame('LEAKED', `${window.person} found ${token} of ${owner}`);
      }
    }),
  );
}
