/** Two processes find the same token expired: one refreshes it, and the other uses the new token. */
import pino from 'pino';
import { expect, it } from 'vitest';
import { startSlack } from '../../../lab/counterparts/slack/start.ts';
import { createClients } from '../../../src/adapters/slack/api/clients.ts';
import type { RotatedTokens } from '../../../src/adapters/slack/workspaces/token-refresh.ts';
import { createTokenRotation } from '../../../src/adapters/slack/workspaces/token-rotation.ts';
import type { Leases } from '../../../src/core/platform.ts';

/** Leases that one process at a time holds. */
function sharedLeases(): () => Leases {
  let holder: object | undefined;
  return () => {
    const lease = { lost: new AbortController().signal, isHeld: async () => true };
    return {
      async acquire() {
        if (holder !== undefined && holder !== lease) return undefined;
        holder = lease;
        return lease;
      },
      async release() {
        holder = undefined;
      },
      unheld: async (names) => names,
    };
  };
}

async function twoProcesses() {
  const slack = await startSlack({ settings: { tokenLifetime: 1_000 } });
  const workspace = [...slack.world.workspaces.values()][0];
  if (!workspace) throw new Error('no workspace');
  slack.world.refreshTokens.set('xoxe-1-first', { of: workspace, isUsed: false });
  let stored: RotatedTokens = { token: 'xoxe.xoxb-first', refreshToken: 'xoxe-1-first', expiresAt: 1 };
  const store = { fails: 0, writes: 0 };
  const leases = sharedLeases();
  const log = pino({ level: 'silent' });
  const process = () =>
    createTokenRotation({
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      client: createClients(slack.url, log).once(undefined),
      leases: leases(),
      read: async () => stored,
      async write(_, tokens) {
        if (store.fails-- > 0) throw new Error('the store is away');
        store.writes++;
        stored = tokens;
      },
      log,
    });
  const refreshes = () => slack.requests.filter(({ method }) => method === 'oauth.v2.access');
  return { slack, store, current: () => stored, processes: [process(), process()] as const, refreshes };
}

it('is refreshed by one of them alone, and both go on with the new one', async () => {
  const { slack, processes, current, refreshes } = await twoProcesses();
  await using _ = slack;
  const first = current();
  const got = await Promise.all(processes.map((one) => one.fresh('T1', first)));
  expect(refreshes()).toHaveLength(1);
  expect(got.map(({ token }) => token)).toEqual([current().token, current().token]);
  expect(got[0]?.token).not.toBe(first.token);
  expect(processes.map((one) => one.newest(first.token))).toEqual([current().token, current().token]);
});

it('that could not be stored is not lost: it is stored before it is used', async () => {
  const { slack, store, processes, current, refreshes } = await twoProcesses();
  await using _ = slack;
  const [one] = processes;
  const first = current();
  store.fails = 1;
  expect(await one.fresh('T1', first)).toBe(first);
  expect(await one.replace(first.token)).not.toBe(first.token);
  expect(store.writes).toBe(1);
  expect(refreshes()).toHaveLength(1);
});
