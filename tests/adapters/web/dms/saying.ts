/** Expectations of messages that a person writes at the page in their direct messages, the same for every platform. */
import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import { expect } from 'vitest';
import type { ModelServer } from '../../../../lab/counterparts/model-server.ts';
import {
  after,
  answers,
  done,
  fails,
  finish,
  streams,
  text,
} from '../../../../lab/counterparts/model-server.ts';
import type { Accepted } from '../../../../src/adapters/web/api.ts';
import { gate } from '../../../harness/gate.ts';
import type { Browser } from '../../../harness/web.ts';
import { readDm } from './reading.ts';

export interface SayingOn {
  browser: Browser;
  model: ModelServer;
  /** The texts of Parley's messages in the direct messages, oldest first. */
  said(): string[];
}

/** Sends a message as the page does. */
export async function say(browser: Browser, dm: string, words: string, id = randomUUID()) {
  const json = { id, text: words, attachments: [] };
  const response = await browser.fetch(`/api/conversations/${dm}/messages`, { method: 'POST', json });
  return { id, status: response.status, body: (await response.json()) as Accepted & { error?: unknown } };
}

export async function expectAnsweredInBothPlaces({ browser, model, said }: SayingOn): Promise<void> {
  const { entry, turns } = await readDm(browser);
  const more = gate();
  model.respond(streams(text('Half'), after(more.opened), text(' and whole.'), finish(), done));
  const { id, status, body } = await say(browser, entry.id, 'A *question* from\nthe page');
  expect([status, body]).toMatchObject([
    202,
    { turn: { id, text: 'A *question* from\nthe page', live: true } },
  ]);
  await browser.sees(entry.id, id, 'Half');
  await expect.poll(() => said().at(-1)).toContain('You wrote on the page:');
  expect(said().at(-1)).toContain('the page');
  more.open();
  expect((await browser.follow(entry.id, id)).text).toBe('Half and whole.');
  await expect.poll(() => said().at(-1)).toContain('Half and whole.');
  expect((await readDm(browser)).turns).toMatchObject([
    ...turns.map(({ id: before }) => ({ id: before })),
    { id, text: 'A *question* from\nthe page', answer: 'Half and whole.', end: 'stop' },
  ]);
  // The model reads the conversation that came before, and the question without its quote.
  const asked = JSON.stringify(model.requests.at(-1)?.body);
  expect(asked).toContain(turns[0]?.text);
  expect(asked).not.toContain('You wrote on the page');
}

/** The page sends a message again where the answer to its request was lost. */
export async function expectTakenOnce({ browser, said }: SayingOn): Promise<void> {
  const { entry } = await readDm(browser);
  const words = `once ${randomUUID()}`;
  const { id } = await say(browser, entry.id, words);
  const again = await Promise.all([say(browser, entry.id, words, id), say(browser, entry.id, words, id)]);
  for (const { status, body } of again) expect([status < 203, body.turn?.id]).toEqual([true, id]);
  await browser.follow(entry.id, id);
  const { turns } = await readDm(browser);
  expect(turns.filter((turn) => turn.text === words)).toHaveLength(1);
  await expect.poll(() => said().filter((one) => one.includes(words)).length).toBe(1);
}

/** The question stands there also where nothing but a notice follows, and stays when it is answered again. */
export async function expectQuestionStays({ browser, model, said }: SayingOn): Promise<void> {
  const { entry } = await readDm(browser);
  model.respond(fails(400));
  const { id } = await say(browser, entry.id, 'Does this fail?');
  const { notice, end } = await browser.follow(entry.id, id);
  expect([end, notice]).toEqual(['error', expect.any(String)]);
  await expect.poll(() => said().at(-1)).toContain('Does this fail?');
  expect(said().at(-1)).not.toContain('Thinking');
  expect(said().filter((one) => one.includes('Does this fail?'))).toHaveLength(1);
  model.respond(answers('Hello.'));
}

/** The file with everything of a person has their direct messages, and nobody else's. */
export async function expectInExport(browser: Browser): Promise<void> {
  const { entry, turns } = await readDm(browser);
  const response = await browser.fetch('/api/account/export', { method: 'POST', json: {} });
  const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
  const saved = JSON.parse(strFromU8(files['conversations.json'] ?? new Uint8Array()));
  expect(saved).toMatchObject([
    { id: entry.id, turns: turns.map(({ id, text: said }) => ({ id, text: said })) },
  ]);
  expect(Object.keys(files).filter((name) => name.startsWith('markdown/'))).toHaveLength(1);
}
