/** The session that a request belongs to, by the cookies of its browser. */
import type { Context } from 'hono';
import type { TenantId } from '../../../core/types.ts';
import type { ClientAddresses } from '../door/client-address.ts';
import type { Door } from '../door/door.ts';
import { createRates } from '../door/rates.ts';
import { protocolOf, signOf } from '../door/signs.ts';
import { fromServer } from '../sentences/en.ts';
import type { GateEnv } from '../server/route-tools.ts';
import { beginSession } from './session.ts';
import {
  dropCookies,
  dropEarlierCookie,
  givenCookies,
  makeRoom,
  setSessionCookie,
} from './session-cookies.ts';
import type { KeptSession, Sessions } from './sessions.ts';

export interface BrowserSessionsOptions {
  door: Door;
  publicUrl: string | undefined;
  clients: ClientAddresses;
  /** The hash of the current access token; undefined where there is none. */
  entry(): string | undefined;
}

export interface BrowserSessions {
  /** Whether the browser speaks TLS. */
  isTls(c: Context<GateEnv>): boolean;
  /** The request's session, if the door lets it in. */
  find(c: Context<GateEnv>): Promise<KeptSession | undefined>;
  /** Whether Parley knows the request's session, even if the door does not let it in. */
  isKnown(c: Context<GateEnv>): Promise<boolean>;
  /** Lets the request go on in that session, or in a new one. @param writes whether it writes something */
  admit(c: Context<GateEnv>, known: KeptSession | undefined, writes: boolean): Promise<void>;
  /** Opens a session for a browser that gave the access token, with all it had before. Returns its tenant. */
  open(c: Context<GateEnv>, entry: string): Promise<TenantId>;
  /** Ends the browser's sessions. */
  leave(c: Context<GateEnv>): Promise<void>;
}

/** New sessions a minute, where the page asks for no token. */
const NEWCOMERS = { address: 120, all: 6_000 };

export function createBrowserSessions(
  { door, publicUrl, clients, entry }: BrowserSessionsOptions,
  sessions: Sessions,
): BrowserSessions {
  const isPublicTls = publicUrl?.startsWith('https:') ?? false;
  const newcomers = createRates({
    ...NEWCOMERS,
    seconds: 60,
    session: NEWCOMERS.all,
    sentence: fromServer.refusals.TOO_MANY_BROWSERS,
  });

  function isTls(c: Context<GateEnv>): boolean {
    const { incoming } = c.env;
    return isPublicTls || (clients.isProxied(incoming) && protocolOf(incoming.headers) === 'https');
  }

  return {
    isTls,
    async find(c) {
      const { secrets, earlier } = givenCookies(c, isTls(c));
      const found = await sessions.find(secrets);
      if (!door.isOpen()) {
        const now = entry();
        return now === undefined ? undefined : found.find((session) => session.entry === now);
      }
      if (found[0] || earlier === undefined) return found[0];
      const session = await sessions.takeUp(earlier);
      if (session) dropEarlierCookie(c);
      return session;
    },
    isKnown: async (c) => (await sessions.find(givenCookies(c, isTls(c)).secrets)).length > 0,
    async admit(c, known, writes) {
      // On the open page of one machine, all requests have the same address.
      const address = door.isWatched() ? undefined : clients.addressOf(c.env.incoming);
      if (!known) await newcomers.take({ session: 'each', address });
      if (!known) makeRoom(c);
      const session = known ?? (await sessions.issue({}));
      const renewed = writes && !session.isUsed ? await sessions.use(session) : await sessions.see(session);
      setSessionCookie(c, renewed ?? session, isTls(c));
      beginSession(c, { tenant: session.tenant, isNew: known === undefined, address });
    },
    open: createSignIn(sessions, isTls),
    async leave(c) {
      const { secrets } = givenCookies(c, isTls(c));
      const found = await sessions.find(secrets);
      for (const session of found) await sessions.end(session);
      dropCookies(c, found);
    },
  };
}

/** Opens a session for a browser that gave the access token, and ends the sessions it had before. */
function createSignIn(sessions: Sessions, isTls: BrowserSessions['isTls']): BrowserSessions['open'] {
  /** A browser's sessions from before it signs in. On this machine they may be from before PUBLIC_URL was set to https. */
  async function before(c: Context<GateEnv>): Promise<KeptSession[]> {
    const { secrets, plain, earlier } = givenCookies(c, isTls(c));
    const found = await sessions.find(signOf(c.env.incoming) ? secrets : [...secrets, ...plain]);
    if (found.length > 0 || earlier === undefined) return found;
    const taken = await sessions.takeUp(earlier);
    return taken ? [taken] : [];
  }

  return async (c: Context<GateEnv>, entry: string): Promise<TenantId> => {
    const found = await before(c);
    const [known] = found;
    const session = await sessions.issue({
      entry,
      ...(known && { tenant: known.tenant, isUsed: known.isUsed }),
    });
    // A secret that was known before somebody signed in opens nothing afterwards.
    if (found.length > 0) dropCookies(c, found);
    else makeRoom(c);
    for (const earlier of found) await sessions.end(earlier);
    setSessionCookie(c, session, isTls(c));
    return session.tenant;
  };
}
