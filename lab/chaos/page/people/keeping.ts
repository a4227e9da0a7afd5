/** The list of conversations: people rename, pin, archive and delete. */
import type { Ending } from '../book.ts';
import type { Scene } from './scene.ts';
import type { Shown } from './talking.ts';

export async function rename({ book, window, nextToken }: Scene, { id }: Shown): Promise<void> {
  const token = nextToken();
  book.owners.set(token, window.person);
  const title = `Named ${token}`;
  const begunAt = performance.now();
  const { status } = await window.ask('PATCH', `/api/conversations/${id}`, { title });
  if (status === 200) book.renamings.push({ conversation: id, title, begunAt, endedAt: performance.now() });
}

export async function tidy({ window, random }: Scene, { id }: Shown): Promise<void> {
  const change = random.pick([{ pinned: true }, { pinned: false }, { archived: true }, { archived: false }]);
  await window.ask('PATCH', `/api/conversations/${id}`, change);
}

export async function removeTurn(scene: Scene, { id, line, turns }: Shown): Promise<void> {
  const turn = scene.random.pick(turns);
  if (!turn) return;
  await end(scene, scene.book.endings.turns, turn.id, () =>
    scene.window.ask('DELETE', `/api/conversations/${id}/turns/${turn.id}?branch=${line}`),
  );
}

export async function removeConversation(scene: Scene, { id }: Shown): Promise<void> {
  const { window, random, book } = scene;
  await end(scene, book.endings.conversations, id, () =>
    random.happens(0.5)
      ? window.ask('DELETE', `/api/conversations/${id}`)
      : window.ask('POST', '/api/conversations/deletions', { ids: [id] }),
  );
}

async function end(
  _: Scene,
  endings: Map<string, Ending>,
  id: string,
  ask: () => Promise<{ status: number }>,
): Promise<void> {
  const known = endings.get(id);
  const ending: Ending = known ?? { askedAt: performance.now() };
  endings.set(id, ending);
  const { status } = await ask();
  // Who deletes what is gone is told so.
  if (status < 300 || status === 404) ending.doneAt ??= performance.now();
}
