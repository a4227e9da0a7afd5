/** Accounts: people sign out, end sessions, take everything with them, and delete their account. */
import { createHash } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import type { AccountSessions } from '../../../../src/adapters/web/api/account.ts';
import type { ExportedConversation } from '../../../../src/adapters/web/api/export.ts';
import type { OpenedSession } from '../book.ts';
import { wasGone } from './finding.ts';
import type { Scene } from './scene.ts';

export async function signOut({ window }: Scene): Promise<void> {
  const { session } = window;
  if (!session) return;
  session.ending ??= { askedAt: performance.now() };
  for (;;) {
    const { status } = await window.ask('DELETE', '/api/session', undefined, { once: true });
    // Out already: an earlier request did it, whose answer was lost.
    if (status !== 204 && status !== 401) continue;
    session.ending.doneAt ??= performance.now();
    break;
  }
  window.leave();
  await window.enter();
}

/** A session's id, as its person sees it. */
const idOf = ({ cookies }: OpenedSession) =>
  createHash('sha256')
    .update([...cookies].find(([name]) => name.includes('parley_session'))?.[1] ?? '')
    .digest('base64url');

export async function endOther({ book, window, random }: Scene): Promise<void> {
  const { status, text } = await window.ask('GET', '/api/account/sessions');
  if (status !== 200 || book.endings.accounts.has(window.person)) return;
  const { sessions }: AccountSessions = JSON.parse(text);
  const other = random.pick(sessions.filter(({ isThis }) => !isThis));
  const known = other && book.sessions.find((session) => idOf(session) === other.id);
  if (!other || !known || known.ending) return;
  known.ending = { askedAt: performance.now() };
  const answer = await window.ask('DELETE', `/api/account/sessions/${other.id}`);
  if (answer.status === 204 || answer.status === 404) known.ending.doneAt = performance.now();
}

/** Everything that was there must be in the file, and nothing that was deleted. */
export async function exportAll({ book, window }: Scene): Promise<void> {
  const { person } = window;
  const begunAt = performance.now();
  const bytes = await window.bytes('POST', '/api/account/export');
  if (!bytes) return;
  let json: string;
  try {
    json = strFromU8(unzipSync(bytes)['conversations.json'] ?? new Uint8Array(0));
    if (json === '') return;
  } catch {
    // The connection broke, and a browser says so.
    return;
  }
  const exported: ExportedConversation[] = JSON.parse(json);
  const turns = new Map(exported.flatMap((one) => one.turns.map((turn) => [turn.id, one.id] as const)));
  for (const id of turns.keys()) {
    const message = book.find(id);
    if (message?.person !== person) book.blame('LEAKED', `an export of ${person} has ${id}`);
    else if (wasGone(book, message, begunAt)) book.blame('GHOSTS', `an export has ${id}, which was deleted`);
  }
  for (const message of book.messages) {
    if (message.person !== person || (message.endedAt ?? begunAt) >= begunAt) continue;
    if (book.fateOf(message) === 'kept' && turns.get(message.id) !== message.conversation)
      book.blame('LOST', `an export of ${person} lacks ${message.id} (${message.token})`);
  }
}

/** Deletes the account of a person once, and signs in again. */
export async function deleteAccount({ book, window }: Scene): Promise<void> {
  const { person } = window;
  if (book.endings.accounts.has(person)) return;
  const ending: { askedAt: number; doneAt?: number } = { askedAt: performance.now() };
  book.endings.accounts.set(person, ending);
  for (let isUnclear = false; ; ) {
    const { status } = await window.ask('DELETE', '/api/account', undefined, { once: true });
    if (status === 200 || (status === 401 && isUnclear)) break;
    isUnclear ||= status === 0 || status === 502;
    if (status !== 401) continue;
    window.leave();
    await window.enter();
  }
  ending.doneAt = performance.now();
  window.leave();
  await window.enter();
}
