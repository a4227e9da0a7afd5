/** A deletion of an account that is held up, while its person deletes it elsewhere and signs in anew. */
import { expect, it } from 'vitest';
import { createPeople } from '../../../../src/adapters/web/server/sign-in/people.ts';
import { createSessions } from '../../../../src/adapters/web/sessions/sessions.ts';
import type { AdapterState } from '../../../../src/core/platform.ts';

function inMemory(): AdapterState {
  const rows = new Map<string, unknown>();
  return {
    read: async <T>(key: string) => rows.get(key) as T | undefined,
    write: async (key, value) => void rows.set(key, value),
    remove: async (...keys) => keys.forEach((key) => void rows.delete(key)),
    keys: async (prefix) => [...rows.keys()].filter((key) => key.startsWith(prefix)),
  };
}

const ADA = {
  provider: 'oidc',
  issuer: 'https://issuer.example',
  subject: 'ada',
  name: 'Ada',
  email: 'ada@example.com',
  isVerified: true,
  groups: [],
} as const;

it('forgets the person and the sessions from before it began, and not those since', async () => {
  const adapterState = inMemory();
  const sessions = createSessions({ adapterState, hasLeft: async () => false });
  const people = createPeople({
    adapterState,
    topics: { tell() {}, onTold: () => () => {} },
    allowed: [{ kind: 'domain', value: 'example.com' }],
    operators: [],
    addressOf: () => 'https://issuer.example',
  });
  const signIn = async () => {
    const tenant = (await people.welcome({ ...ADA, groups: [] })) ?? '';
    return { tenant, session: await sessions.issue({ tenant, isPerson: true, isUsed: true }) };
  };
  const { tenant, session: before } = await signIn();
  const begun = before.issuedAt + 1;
  await expect.poll(() => Date.now()).toBeGreaterThan(begun);
  const { session: since } = await signIn();
  await people.forget(tenant, begun);
  await sessions.endBefore(tenant, begun);
  expect(await people.mayEnter(tenant)).toBe(true);
  expect(await sessions.find([before.secret, since.secret])).toMatchObject([{ secret: since.secret }]);
  await people.forget(tenant, since.issuedAt + 1);
  expect(await people.mayEnter(tenant)).toBe(false);
});
