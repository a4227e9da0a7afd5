/** The session that a request belongs to, by the cookies of its browser. */
import type { Context } from 'hono';
import type { TenantId } from '../../../core/types.ts';
import type { ClientAddresses } from '../door/client-address.ts';
import type { Door } from '../door/door.ts';
import { createRates } from '../door/rates.ts';
import { protocolOf, signOf } from '../door/signs.ts';
import { fromServer } from '../sentences/en.ts';
import type { GateEnv } from '../server/route-tools.ts';
import type { SignedInPeople } from '../server/sign-in/people.ts';
import { browserName } from './browser-name.ts';
import type { KeptSession } from './kept-session.ts';
import { beginSession } from './session.ts';
import {
  dropCookies,
  dropEarlierCookie,
  givenCookies,
  makeRoom,
  setSessionCookie,
} from './session-cookies.ts';
import type { Sessions } from './sessions.ts';

export interface BrowserSessionsOptions {
  door: Door;
  publicUrl: string | undefined;
  clients: ClientAddresses;
  /** The hash of the current access token; undefined where there is none. */
  entry(): string | undefined;
  /** Undefined: nobody can sign in, so sessions of people are no way in. */
  people: Pick<SignedInPeople, 'mayEnter'> | undefined;
}

/** The reason why the door opens: the access token as its hash, or a person who signed in. */
export type WayIn = { entry: string } | { person: TenantId };

export interface BrowserSessions {
  /** Whether the browser speaks TLS. */
  isTls(c: Context<GateEnv>): boolean;
  /** The request's session, if the door lets it in. */
  find(c: Context<GateEnv>): Promise<KeptSession | undefined>;
  /** Whether Parley knows the request's session, even if the door does not let it in. */
  isKnown(c: Context<GateEnv>): Promise<boolean>;
  /** Lets the request go on in that session, or in a new one. @param writes whether it writes something */
  admit(c: Context<GateEnv>, known: KeptSession | undefined, writes: boolean): Promise<void>;
  /**
   * Opens a session, and ends those that the browser had. With the access token, it goes on with what the browser had
   * before; a person who signed in is asked about that later. Returns its tenant.
   */
  open(c: Context<GateEnv>, way: WayIn): Promise<TenantId>;
  /** Ends the browser's sessions. */
  leave(c: Context<GateEnv>): Promise<void>;
}

/** New sessions a minute, where the page asks for no token. */
const NEWCOMERS = { address: 120, all: 6_000 };

export function createBrowserSessions(
  { door, publicUrl, clients, entry, people }: BrowserSessionsOptions,
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

  /** The first session that the door lets in. An open door lets in nobody as a person who may not sign in today. */
  async function firstLetIn(found: KeptSession[]): Promise<KeptSession | undefined> {
    const isOpen = door.isOpen();
    const now = isOpen ? undefined : entry();
    for (const session of found) {
      const isIn = session.isPerson
        ? await people?.mayEnter(session.tenant)
        : isOpen || (now !== undefined && session.entry === now);
      if (isIn) return session;
    }
    return undefined;
  }

  return {
    isTls,
    async find(c) {
      const { secrets, earlier } = givenCookies(c, isTls(c));
      const found = await sessions.find(secrets);
      const known = await firstLetIn(found);
      if (known || earlier === undefined || !door.isOpen()) return known;
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
      const kept = renewed ?? session;
      setSessionCookie(c, kept, isTls(c));
      const { tenant, isPerson = false } = session;
      beginSession(c, { tenant, isNew: known === undefined, address, kept, isPerson });
    },
    open: createOpening(sessions, isTls),
    async leave(c) {
      const { secrets } = givenCookies(c, isTls(c));
      const found = await sessions.find(secrets);
      for (const session of found) await sessions.end(session);
      dropCookies(c, found);
    },
  };
}

function createOpening(sessions: Sessions, isTls: BrowserSessions['isTls']): BrowserSessions['open'] {
  /** A browser's sessions from before it signs in. On this machine they may be from before PUBLIC_URL was set to https. */
  async function before(c: Context<GateEnv>): Promise<KeptSession[]> {
    const { secrets, plain, earlier } = givenCookies(c, isTls(c));
    const found = await sessions.find(signOf(c.env.incoming) ? secrets : [...secrets, ...plain]);
    if (found.length > 0 || earlier === undefined) return found;
    const taken = await sessions.takeUp(earlier);
    return taken ? [taken] : [];
  }

  return async (c, way) => {
    const found = await before(c);
    // The token does not open what belongs to a person who signed in.
    const known = found.find(({ isPerson }) => !isPerson);
    const session = await sessions.issue(
      'entry' in way
        ? { entry: way.entry, ...(known && { tenant: known.tenant, isUsed: known.isUsed }) }
        : ofPerson(c, way.person, found),
    );
    // A secret that was known before somebody signed in opens nothing afterwards.
    if (found.length > 0) dropCookies(c, found);
    else makeRoom(c);
    for (const earlier of found) await sessions.end(earlier);
    setSessionCookie(c, session, isTls(c));
    return session.tenant;
  };
}

/** A session of a person who signed in. It remembers what the browser had, and did not belong to anybody else. */
function ofPerson(c: Context<GateEnv>, tenant: TenantId, found: KeptSession[]): Partial<KeptSession> {
  const own = found.find((session) => session.isPerson && session.tenant === tenant);
  const before = found.find(({ isPerson, isUsed }) => !isPerson && isUsed)?.tenant ?? own?.before;
  return {
    tenant,
    isPerson: true,
    isUsed: true,
    browser: browserName(c.req.header('user-agent')),
    ...(before !== undefined && { before }),
  };
}
