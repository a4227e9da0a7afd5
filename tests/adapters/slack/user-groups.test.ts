import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { expect, it, onTestFinished } from 'vitest';
import { createUserGroups } from '../../../src/adapters/slack/reading/user-groups.ts';

const GROUPS = [
  { id: 'S1', handle: 'design', name: 'Design', date_delete: 0, users: ['U1', 'U2'] },
  { id: 'S2', handle: 'sales', name: 'Sales', date_delete: 0, users: ['U2'] },
  { id: 'S3', handle: 'gone', name: 'Gone', date_delete: 1_700_000_000, users: ['U1'] },
];

/** A workspace whose Slack answers so, one call after another; the last answer stays. */
async function userGroups(...answers: object[]) {
  let asked = 0;
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers[Math.min(asked++, answers.length - 1)]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const slackApiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  const client = new WebClient('xoxb-1', { slackApiUrl, retryConfig: { retries: 0 } });
  const groups = createUserGroups({
    of: async (team) =>
      team === 'T1'
        ? {
            team,
            botUserId: 'U',
            botId: 'B',
            client,
            edits: client,
            lookUps: client,
            token: async () => 'xoxb-1',
          }
        : undefined,
    doubt: () => {},
    all: async () => [],
  });
  return { groups, asked: () => asked };
}

it('tells a workspace’s user groups and who is in them, without those that are gone, asking once', async () => {
  const { groups, asked } = await userGroups({ ok: true, usergroups: GROUPS });
  const [list, one, both] = await Promise.all([
    groups.list('T1'),
    groups.of('T1', 'U1'),
    groups.of('T1', 'U2'),
  ]);
  expect(list.map(({ handle }) => handle)).toEqual(['design', 'sales']);
  expect([one, both]).toEqual([['S1'], ['S1', 'S2']]);
  expect(asked()).toBe(1);
});

it('has none where Slack refuses or Parley is not installed, and asks again afterwards', async () => {
  const { groups } = await userGroups(
    { ok: false, error: 'missing_scope' },
    { ok: true, usergroups: GROUPS },
  );
  expect(await groups.of('T1', 'U1')).toEqual([]);
  expect(await groups.of('T1', 'U1')).toEqual(['S1']);
  expect(await groups.list('T2')).toEqual([]);
});
