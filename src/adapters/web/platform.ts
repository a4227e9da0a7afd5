/** The page as a platform. */

import type { AdapterState } from '../../core/platform.ts';
import { trimEndOf } from '../../core/text/trim-end.ts';
import type { TenantId } from '../../core/types.ts';
import type { Platform } from '../platform.ts';
import { adviceOn } from './advice.ts';
import { kindOfDoor, type WebConfig, webProblems } from './config.ts';
import { createPageDoor } from './door/page-door.ts';
import { fromServer } from './sentences/en.ts';
import { forgetLinks } from './server/share/share-links.ts';
import { createPeople, keysOfPerson } from './server/sign-in/people.ts';
import { signInProviders } from './server/sign-in/providers.ts';
import { addressOfService } from './server/sign-in/settings.ts';
import { PLATFORM, wantedPerson } from './sessions/session.ts';
import { createSessionLists } from './sessions/session-lists.ts';
import { PAGE_WORDS } from './vocabulary.ts';

export const web: Platform<WebConfig> = {
  name: PLATFORM,
  label: fromServer.operator.NAME,
  isOn: ({ WEB }) => WEB === 'on',
  isForOthers: (config) => config.WEB === 'on' && kindOfDoor(config) !== 'loopback',
  problems: webProblems,
  // A browser's session is one person, and a tenant of its own.
  personOf: (tenant) => tenant,
  partitionOf: (conversation) => conversation,
  wantedPerson,
  async forgetKept(tenant, adapterState) {
    await forgetAccount(tenant, adapterState);
    await forgetLinks(tenant, adapterState);
  },
  vocabulary: PAGE_WORDS,
  advice: adviceOn,
  check: async (...given) => (await import('./doctor.ts')).checkWeb(...given),
  prepare(config, foundation) {
    const pageDoor = createPageDoor(config, foundation);
    const { door, access, isOnMachine, baseUrlPolicy } = pageDoor;
    const people = createPeople({
      ...foundation,
      allowed: config.SIGN_IN_ALLOWED,
      operators: config.OPERATORS,
      addressOf: (service) => addressOfService(config, service),
    });
    const isOperator = (tenant: TenantId) => isOnMachine() || people.isOperator(tenant);
    return {
      isOperator,
      baseUrlPolicy,
      async onDeleted(conversation, first, stored) {
        const { retitle } = await import('./server/titles.ts');
        await retitle(conversation, first, stored);
      },
      async connect(services) {
        if (config.WEB === 'off') return undefined;
        const [{ createWebAdapter }, { bundlePage }, { createClients }, providers] = await Promise.all([
          import('./adapter.ts'),
          import('./server/bundle.ts'),
          import('./door/client-address.ts'),
          signInProviders(config),
        ]);
        const page = bundlePage();
        await pageDoor.begin();
        const { PUBLIC_URL: publicUrl, TRUSTED_PROXIES } = config;
        const signIn = providers.length > 0 ? { providers, people } : undefined;
        if (signIn) await people.begin();
        const { adapterState } = foundation;
        const clients = createClients(TRUSTED_PROXIES);
        const gate = { door, access, signIn, adapterState, publicUrl, clients };
        const reader = (tenant: TenantId) => (isOperator(tenant) ? 'operator' : 'owner');
        const { routes, ...adapter } = createWebAdapter({
          ...foundation,
          ...services,
          gate,
          page,
          reader,
          baseUrlPolicy,
        });
        return { adapter, routes, pageUrl: (base) => pageUrl(publicUrl ?? base, access?.justMade()) };
      },
    };
  },
};

/** Forgets who signed in as that tenant, and ends all their sessions. */
async function forgetAccount(tenant: TenantId, adapterState: AdapterState): Promise<void> {
  await adapterState.remove(...keysOfPerson(tenant));
  await createSessionLists(adapterState).end(tenant);
}

/** The page's address. It carries the token only while that is new; later, the log says where the token is. */
function pageUrl(base: string, token: string | undefined): string {
  const url = trimEndOf(base, /\//);
  return token === undefined ? url : `${url}/access?token=${token}`;
}
