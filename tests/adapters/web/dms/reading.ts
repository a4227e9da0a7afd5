/** Expectations of direct messages on the page, the same for every platform. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { ConversationView, TurnView } from '../../../../src/adapters/web/api.ts';
import type { Browser } from '../../../harness/web.ts';

interface ReadDm {
  entry: ConversationView;
  turns: TurnView[];
}

/** Reads the only conversation of the person, once its answer is kept. */
export async function readDm(browser: Browser): Promise<ReadDm> {
  const read = async (): Promise<ReadDm> => {
    const { conversations } = await browser.state();
    expect(conversations).toHaveLength(1);
    const [entry] = conversations;
    if (!entry) throw new Error('no conversation');
    const { turns } = await browser.get<{ turns: TurnView[] }>(`/api/conversations/${entry.id}`);
    return { entry, turns };
  };
  await expect.poll(async () => (await read()).turns.at(-1)?.live).toBe(false);
  return read();
}

export async function expectReadAlone(browser: Browser): Promise<void> {
  const { entry, turns } = await readDm(browser);
  const at = `/api/conversations/${entry.id}`;
  const turn = turns[0]?.id ?? '';
  const changes: [method: string, path: string, json?: unknown][] = [
    ['PATCH', at, { title: 'mine' }],
    ['DELETE', at],
    ['POST', `${at}/share`, {}],
    ['POST', `${at}/attachments?name=a.txt`, {}],
    ['DELETE', `${at}/turns/${turn}`],
    ['POST', `${at}/turns/${turn}/retry`, {}],
    ['POST', `${at}/turns/${turn}/continue`, {}],
  ];
  for (const [method, path, json] of changes) {
    const response = await browser.fetch(path, { method, ...(json !== undefined && { json }) });
    expect([method, path, response.status]).toEqual([method, path, 409]);
  }
  expect((await readDm(browser)).turns).toEqual(turns);
  expect((await browser.fetch(`/c/${entry.id}`)).status).toBe(200);
  const exported = await browser.get<{ turns: { text: string }[] }>(`${at}/export?as=json`);
  expect(exported.turns.map(({ text }) => text)).toEqual(turns.map(({ text }) => text));
}

export async function expectOthersAreNotFound(own: Browser, other: Browser): Promise<void> {
  const { entry, turns } = await readDm(own);
  const message = { id: randomUUID(), text: 'hello', attachments: [] };
  const at = `/api/conversations/${entry.id}`;
  const turn = turns[0]?.id ?? '';
  const gone = await own.fetch(`/api/conversations/dm-${'a'.repeat(43)}`);
  expect(gone.status).toBe(404);
  const sentence = await gone.text();
  for (const path of [
    at,
    `${at}/turns/${turn}/events`,
    `${at}/turns/${turn}/thoughts`,
    `${at}/attachments/${randomUUID()}`,
    `${at}/export?as=json`,
  ]) {
    const response = await other.fetch(path);
    expect([path, response.status]).toEqual([path, 404]);
    expect(await response.text()).toBe(sentence);
  }
  for (const method of ['PATCH', 'DELETE'])
    expect((await other.fetch(at, { method, json: { title: 'x' } })).status).toBe(404);
  for (const [path, json] of [
    [`${at}/messages`, message],
    [`${at}/turns/${turn}/stop`, {}],
  ] as const)
    expect((await other.fetch(path, { method: 'POST', json })).status).toBe(404);
  expect((await readDm(own)).turns).toEqual(turns);
  expect((await other.fetch(`/c/${entry.id}`)).status).toBe(404);
}
