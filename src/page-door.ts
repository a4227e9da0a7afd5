/** The door of the page as it is configured: who comes in, and with which base URLs. */
import { join } from 'node:path';
import type { Logger } from 'pino';
import { createAccessToken } from './access-token.ts';
import { createDoor, type Door } from './adapters/web/door/door.ts';
import { isLoopback } from './adapters/web/door/open-page.ts';
import { type Config, kindOfDoor } from './config.ts';
import type { BaseUrlPolicy } from './core/models/base-url.ts';
import { folderOf } from './store/open.ts';
import type { Store } from './store/store.ts';
import { createNotebook } from './store/tables/adapter-state.ts';
import { isOnServer } from './store/url.ts';

export interface PageDoor {
  door: Door;
  access: ReturnType<typeof createAccessToken>;
  /** Whether the page is open since only people on this machine reach it. */
  isOnMachine(): boolean;
  /** Which base URLs of their own people of the page may set now. */
  baseUrlPolicy(): BaseUrlPolicy;
  /** Tells the log how the page is open. @throws ConfigError, StoreError where there is no access token and one is needed */
  begin(): Promise<void>;
}

export function createPageDoor(config: Config, store: Store, log: Logger): PageDoor {
  const { STORE_URL, PUBLIC_URL, WEB_TOKEN, TENANT_BASE_URLS } = config;
  const access = createAccessToken(
    WEB_TOKEN,
    isOnServer(STORE_URL) ? undefined : join(folderOf(STORE_URL), 'web.token'),
  );
  const kind = kindOfDoor(config);
  const isPublic = PUBLIC_URL !== undefined && !isLoopback(new URL(PUBLIC_URL).hostname);
  const door = createDoor({
    kind,
    isReset: kind === 'open' || isPublic,
    notebook: createNotebook(store, 'web'),
    isShared: store.isShared,
    topics: store,
    tokenIs: access.where,
    log,
  });
  const isOnMachine = () => kind === 'loopback' && door.isOpen();
  return {
    door,
    access,
    isOnMachine,
    baseUrlPolicy() {
      if (isOnMachine()) return 'any';
      return kind === 'open' ? 'off' : TENANT_BASE_URLS;
    },
    async begin() {
      await door.begin();
      if (!door.isOpen()) access.read();
      if (isOnMachine() && WEB_TOKEN !== undefined)
        log.info(
          'The page is open to people on this machine. It asks for WEB_TOKEN once it is reached from elsewhere',
        );
      if (kind === 'open') log.warn('The page is open to everyone who reaches it, since WEB_OPEN is on');
      if (kind === 'token') log.info(`The page asks for the access token, which is ${access.where}`);
    },
  };
}
