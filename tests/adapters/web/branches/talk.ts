/** People who talk on the page, edit what they said, and read the versions. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Behaviour } from '../../../../lab/counterparts/model-script.ts';
import { answers, sentMessages } from '../../../../lab/counterparts/model-server.ts';
import type { TurnView } from '../../../../src/adapters/web/api.ts';
import type { Browser } from '../../../harness/web.ts';

interface Read {
  conversation: { shown: string; title: string };
  turns: TurnView[];
}

/** A conversation of one person. */
export interface Talk {
  browser: Browser;
  id: string;
}

/** A model that answers with the question in capitals. */
export const loud: Behaviour = (exchange) => {
  const messages = sentMessages(exchange.request) as { content?: unknown }[];
  return answers(String(messages.at(-1)?.content).toUpperCase())(exchange);
};

export const post = ({ browser, id }: Talk, path: string, json: unknown, method = 'POST') =>
  browser.fetch(`/api/conversations/${id}${path}`, { method, json });

export const read = ({ browser, id }: Talk, branch?: string) =>
  browser.get<Read>(`/api/conversations/${id}${branch === undefined ? '' : `?branch=${branch}`}`);

export const textsOf = async (talk: Talk, branch?: string) =>
  (await read(talk, branch)).turns.map(({ text }) => text);

/** The texts of all branches that the versions lead to, from the one that is shown. */
export async function reachable(talk: Talk): Promise<string[]> {
  const { conversation, turns } = await read(talk);
  const lines = new Map([[conversation.shown, turns]]);
  for (const found of lines.values())
    for (const line of found.flatMap(({ versions }) => versions?.of ?? []))
      if (!lines.has(line)) lines.set(line, (await read(talk, line)).turns);
  return [...lines.values()].map((found) => found.map(({ text }) => text).join(' ')).toSorted();
}

export async function say(talk: Talk, text: string, branch?: string): Promise<string> {
  const id = randomUUID();
  const query = branch === undefined ? '' : `?branch=${branch}`;
  expect((await post(talk, `/messages${query}`, { id, text })).ok).toBe(true);
  await ended(talk, id, branch);
  return id;
}

export async function edit(
  talk: Talk,
  turn: string,
  { text, branch }: { text: string; branch?: string },
): Promise<string> {
  const id = randomUUID();
  const query = branch === undefined ? '' : `?branch=${branch}`;
  expect((await post(talk, `/turns/${turn}/edit${query}`, { id, text })).status).toBe(202);
  await ended(talk, id, id);
  return id;
}

export async function remove(talk: Talk, turn: string, branch?: string): Promise<void> {
  const query = branch === undefined ? '' : `?branch=${branch}`;
  expect((await post(talk, `/turns/${turn}${query}`, {}, 'DELETE')).status).toBe(204);
}

export async function ended({ browser, id }: Talk, turn: string, branch?: string): Promise<void> {
  const query = branch === undefined ? '' : `?branch=${branch}`;
  await (await browser.fetch(`/api/conversations/${id}/turns/${turn}/events${query}`)).text();
}
