/** The sessions of browsers. Their secrets are random and issued here; the store keeps a hash of each. */
import { createHash, randomBytes } from 'node:crypto';
import { StoreError } from '../../../core/errors.ts';
import type { AdapterState } from '../../../core/platform.ts';
import type { TenantId } from '../../../core/types.ts';
import { PLATFORM } from './session.ts';

/** A session that the store has, with the secret that its browser has. */
export interface KeptSession {
  secret: string;
  tenant: TenantId;
  /** Milliseconds since 1970. */
  issuedAt: number;
  /** The last time its life began anew, milliseconds since 1970. */
  seenAt: number;
  /** Whether anything was written in it. */
  isUsed: boolean;
  /** The hash of the access token that opened it. */
  entry?: string;
  /** The tenant is a person who signed in. */
  isPerson?: true;
  /** The browser, in words such as `Firefox on Linux`. */
  browser?: string;
  /** The tenant of this browser from before the person signed in, until they say what becomes of it. */
  before?: TenantId;
}

export interface SessionsOptions {
  adapterState: AdapterState;
  /** Whether anything is stored for this tenant. */
  hasLeft(tenant: TenantId): Promise<boolean>;
}

export interface Sessions {
  /**
   * The sessions among these secrets. The first is the browser's: if two windows were issued one each at once, all
   * windows take the one in which something was written, else the older one.
   */
  find(secrets: string[]): Promise<KeptSession[]>;
  /** Takes up a browser's session of Parley 0.1.0 once, if anything is stored for it. */
  takeUp(secret: string): Promise<KeptSession | undefined>;
  issue(session: Partial<Omit<KeptSession, 'secret' | 'issuedAt' | 'seenAt'>>): Promise<KeptSession>;
  /** Marks a session as used. Called before something is written in it. */
  use(session: KeptSession): Promise<KeptSession>;
  /** Begins its life anew, once a day; undefined if that is not due, or could not be kept now. */
  see(session: KeptSession): Promise<KeptSession | undefined>;
  end(session: KeptSession): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 30 * DAY_MS;
/** Life of a session in which nothing was written. Each visit without a cookie makes one, such as a monitor's each minute. */
const UNUSED_MS = DAY_MS;

/** A session's life from now on, ms. */
export function lifeOf({ isUsed, entry, isPerson }: KeptSession): number {
  return isUsed || isPerson || entry !== undefined ? KEPT_MS : UNUSED_MS;
}

export function createSessions({ adapterState, hasLeft }: SessionsOptions): Sessions {
  type Row = Omit<KeptSession, 'secret'>;
  const key = (secret: string) => `session|${hash(secret)}`;

  async function put(session: KeptSession): Promise<KeptSession> {
    const { secret, ...row } = session;
    await adapterState.write(key(secret), { v: 1, ...row }, lifeOf(session));
    return session;
  }

  async function read(secret: string): Promise<KeptSession | undefined> {
    const row = await adapterState.read<Row>(key(secret));
    return row && { ...row, secret };
  }

  return {
    async find(secrets) {
      const found = (await Promise.all(secrets.map(read))).filter((session) => session !== undefined);
      return found.sort((a, b) => Number(b.isUsed) - Number(a.isUsed) || a.issuedAt - b.issuedAt);
    },
    async takeUp(secret) {
      const marker = `taken-up|${hash(secret)}`;
      // Another request of this browser may just have done it.
      if (await adapterState.read(marker)) return read(secret);
      const tenant = `${PLATFORM}:${hash(secret)}`;
      if (!(await hasLeft(tenant))) return undefined;
      const at = Date.now();
      const session = await put({ secret, tenant, issuedAt: at, seenAt: at, isUsed: true });
      await adapterState.write(marker, 1);
      return session;
    },
    issue({ tenant = `${PLATFORM}:${random()}`, isUsed = false, ...rest }) {
      const at = Date.now();
      return put({ ...rest, secret: random(), tenant, issuedAt: at, seenAt: at, isUsed });
    },
    use: (session) => put({ ...session, isUsed: true, seenAt: Date.now() }),
    async see(session) {
      const isDue = lifeOf(session) > UNUSED_MS && Date.now() - session.seenAt > DAY_MS;
      if (!isDue) return undefined;
      try {
        return await put({ ...session, seenAt: Date.now() });
      } catch (error) {
        if (error instanceof StoreError) return undefined;
        throw error;
      }
    },
    end: ({ secret }) => adapterState.remove(key(secret)),
  };
}

/** 256 bits. */
const random = () => randomBytes(32).toString('base64url');

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
