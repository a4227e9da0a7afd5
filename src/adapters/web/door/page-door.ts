/** The door that the settings ask for: the people it lets in, and the base URLs they may set. */
import type { BaseUrlPolicy } from '../../../core/models/base-url.ts';
import { isLoopback } from '../../../loopback.ts';
import type { Foundation } from '../../platform.ts';
import { kindOfDoor, takesToken, type WebConfig } from '../config.ts';
import { fromServer } from '../sentences/en.ts';
import { serviceNames } from '../server/sign-in/settings.ts';
import { createAccessToken } from './access-token.ts';
import { createDoor, type Door } from './door.ts';

export interface PageDoor {
  door: Door;
  /** Undefined: nobody comes in with a token. */
  access: ReturnType<typeof createAccessToken> | undefined;
  /** Whether the page is open because only people on this machine reach it. */
  isOnMachine(): boolean;
  /** The base URLs of their own that people may set on the page now. */
  baseUrlPolicy(): BaseUrlPolicy;
  /** Begins the door, and logs how the page is open. @throws ConfigError, StoreError where a needed access token is missing */
  begin(): Promise<void>;
}

export function createPageDoor(
  config: WebConfig,
  { adapterState, isShared, topics, secretFile, log }: Foundation,
): PageDoor {
  const { PUBLIC_URL, WEB_TOKEN, TENANT_BASE_URLS } = config;
  const token = createAccessToken(WEB_TOKEN, secretFile('web.token'));
  const access = takesToken(config) ? token : undefined;
  const kind = kindOfDoor(config);
  const isPublic = PUBLIC_URL !== undefined && !isLoopback(new URL(PUBLIC_URL).hostname);
  const door = createDoor({
    kind,
    isReset: kind === 'open' || isPublic,
    adapterState,
    isShared,
    topics,
    tokenIs: token.where,
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
      if (!door.isOpen()) access?.read();
      const lines = fromServer.operator.door;
      if (isOnMachine() && WEB_TOKEN !== undefined) log.info(lines.loopback);
      if (kind === 'open') log.warn(lines.open);
      if (kind !== 'token') return;
      const services = serviceNames(config);
      if (services.length > 0) log.info(lines.signIn(services));
      if (access) log.info(lines.token(access.where));
    },
  };
}
