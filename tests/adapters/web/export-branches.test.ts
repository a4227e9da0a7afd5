/** Exports of a conversation with branches. */
import Keyv from 'keyv';
import { expect, it } from 'vitest';
import type { ExportedConversation } from '../../../src/adapters/web/api/export.ts';
import { readConversation } from '../../../src/adapters/web/page/import/formats/read-conversation.ts';
import { asJson, asMarkdown } from '../../../src/adapters/web/server/export/conversation-files.ts';
import { branchOf } from '../../../src/core/turn/past/branches.ts';
import { createKeyvStore } from '../../../src/store/keyv-store.ts';
import { createTranscripts } from '../../../src/store/tables/transcripts.ts';
import { turnOf } from '../../fixtures.ts';

const ID = '00000000-0000-4000-8000-000000000000';
const TRUNK = `web:person:${ID}`;
const uuid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
const A = branchOf(TRUNK, uuid('a'));
const B = branchOf(TRUNK, uuid('b'));
const ENTRY = { id: ID, title: 'Branches', at: 1_700_000_000_000 };

/** A trunk of 0 to 39, a branch of it before 35, and a branch of that one. */
async function branched() {
  const transcripts = createTranscripts(createKeyvStore(new Keyv()));
  for (let at = 0; at < 40; at++) await transcripts.append(TRUNK, turnOf(`${at}`));
  await transcripts.fork(A, { conversation: TRUNK, seq: 35 });
  for (const id of ['a35', 'a36']) await transcripts.append(A, turnOf(id));
  await transcripts.fork(B, { conversation: A, seq: 36 });
  await transcripts.append(B, turnOf('b36'));
  return transcripts;
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

async function exported(conversation: string): Promise<ExportedConversation> {
  return JSON.parse(await whole(asJson(await branched(), conversation, ENTRY)));
}

it.each([
  ['the trunk', TRUNK, '39'],
  ['a branch', A, 'a36'],
  ['a branch of a branch', B, 'b36'],
])('have every turn once, after its parent, and name %s as shown', async (_, conversation, last) => {
  const { turns, shown } = await exported(conversation);
  expect(shown).toBe(last);
  const parents = Object.fromEntries(turns.map(({ id, parent }) => [id, parent]));
  expect(Object.keys(parents).length).toBe(turns.length);
  expect(turns).toHaveLength(43);
  expect(parents).toMatchObject({ 0: null, 1: '0', 35: '34', 39: '38', a35: '34', a36: 'a35', b36: 'a35' });
  const seen = new Set<string | null>([null]);
  for (const { id, parent } of turns) {
    expect(seen.has(parent)).toBe(true);
    seen.add(id);
  }
});

it('are taken back as the branch that was shown', async () => {
  const steps = readConversation(await exported(B));
  let step = steps.next();
  while (!step.done) step = steps.next();
  if (typeof step.value === 'string') throw new Error(step.value);
  expect(step.value.turns.map(({ key }) => key).slice(-3)).toEqual(['34', 'a35', 'b36']);
});

it('as Markdown have the branch that is shown, and no other', async () => {
  const text = await whole(asMarkdown(await branched(), A, ENTRY));
  expect([...text.matchAll(/text (\w+)/g)].map(([, id]) => id).slice(-3)).toEqual(['34', 'a35', 'a36']);
});
