/** Ends that come while what began before goes on: of an account that is deleted twice, of a session in use. */
import Keyv from 'keyv';
import { expect, it, vi } from 'vitest';
import { createPeople } from '../../../../src/adapters/web/server/sign-in/people.ts';
import { createSessions } from '../../../../src/adapters/web/sessions/sessions.ts';
import { createKeyvStore } from '../../../../src/store/keyv-store.ts';
import { createAdapterState } from '../../../../src/store/tables/adapter-state.ts';

const inMemory = () => createAdapterState(createKeyvStore(new Keyv()), 'web');

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

it('does not bring back a session that ends while a request in it goes on', async () => {
  const state = inMemory();
  const sessions = createSessions({ adapterState: state, hasLeft: async () => false });
  const hour = 3_600_000;
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    for (const go of ['see', 'use', 'settle'] as const) {
      const session = await sessions.issue({ tenant: 'web:ada', isPerson: true });
      vi.setSystemTime(Date.now() + 2 * hour);
      await sessions.endOf('web:ada');
      await sessions[go](session);
      expect(await sessions.find([session.secret])).toEqual([]);
      expect(await sessions.listOf('web:ada')).toEqual([]);
    }
  } finally {
    vi.useRealTimers();
  }
});
