/** The message that a call posted whose reply was lost, among the others of a thread. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { findLost } from '../../../src/adapters/slack/answer/messages/find-lost.ts';
import type { Workspace } from '../../../src/adapters/slack/workspaces/workspaces.ts';

const log = pino({ level: 'silent' });
const PICTURE = { ts: '1796083467.400000', user: 'UBOT', files: [{ id: 'F1' }] };
const STREAM = { ts: '1796083467.500000', user: 'UBOT' };

const find = (...messages: object[]) =>
  findLost(
    {
      ...{ channel: 'C1', thread: '1796083467.279000', turn: 'T1-C1-1796083467.300000' },
      ...{ index: 0, posted: new Set(), log },
    },
    {
      botUserId: 'UBOT',
      edits: { conversations: { replies: async () => ({ messages }) } },
    } as unknown as Workspace,
  );

it('a picture of the answer before is no open stream of this one', async () => {
  expect(await find(PICTURE)).toBeUndefined();
  expect(await find(PICTURE, STREAM)).toBe(STREAM.ts);
});
