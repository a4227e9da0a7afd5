/** The sessions of browsers. Their secrets are random and issued here; the store keeps a hash of each. */
import { createHash, randomBytes } from 'node:crypto';
import { StoreError } from '../../../core/errors.ts';
import type { AdapterState } from '../../../core/platform.ts';
import type { TenantId } from '../../../core/types.ts';
import { DAY_MS, HOUR_MS, type KeptSession, lifeOf, UNUSED_MS } from './kept-session.ts';
import { PLATFORM } from './session.ts';
import { createSessionLists, type ListedSession } from './session-lists.ts';

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
  /** Begins its life anew, once a day or an hour; undefined if that is not due, or could not be kept now. */
  see(session: KeptSession): Promise<KeptSession | undefined>;
  end(session: Pick<KeptSession, 'secret'>): Promise<void>;
  /** The sessions of a person who signed in, the latest first. */
  listOf(person: TenantId): Promise<ListedSession[]>;
  /** Whether the id is that of this session. */
  isOf(id: string, session: Pick<KeptSession, 'secret'>): boolean;
  /** Ends sessions of a person: the one of that id, or all. False: there is none. */
  endOf(person: TenantId, id?: string): Promise<boolean>;
  /** Ends those sessions of a person that were issued before a time (ms since 1970). */
  endBefore(person: TenantId, time: number): Promise<void>;
  /** Forgets what the browser had before, once the person has said what becomes of it. */
  settle(session: KeptSession): Promise<void>;
}

type Row = Omit<KeptSession, 'secret'>;

const key = (secret: string) => `session|${hash(secret)}`;

function createRows(adapterState: AdapterState, lists: ReturnType<typeof createSessionLists>) {
  async function put(session: KeptSession): Promise<KeptSession> {
    const { secret, ...row } = session;
    // The list comes first, so that no session lives that its person cannot see and end.
    if (session.isPerson) await lists.add(session.tenant, hash(secret), lifeOf(session));
    await adapterState.write(key(secret), { v: 1, ...row }, lifeOf(session));
    return session;
  }

  /** Keeps what changed in a session. Undefined: it was ended meanwhile, and stays so. */
  async function renew(session: KeptSession): Promise<KeptSession | undefined> {
    const { secret, ...row } = session;
    const id = hash(secret);
    if (session.isPerson) await lists.add(session.tenant, id, lifeOf(session));
    const kept = await adapterState.change<Row>(
      key(secret),
      (old) => old && { v: 1, ...row },
      lifeOf(session),
    );
    if (kept) return session;
    if (session.isPerson) await lists.end(session.tenant, id);
    return undefined;
  }

  async function read(secret: string): Promise<KeptSession | undefined> {
    const row = await adapterState.read<Row>(key(secret));
    return row && { ...row, secret };
  }

  return { put, renew, read };
}

export function createSessions({ adapterState, hasLeft }: SessionsOptions): Sessions {
  const lists = createSessionLists(adapterState);
  const { put, renew, read } = createRows(adapterState, lists);

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
    async use(session) {
      const used = { ...session, isUsed: true, seenAt: Date.now() };
      return (await renew(used)) ?? session;
    },
    async see(session) {
      // People who signed in read in their list when each session was last seen.
      const every = session.isPerson ? HOUR_MS : DAY_MS;
      const isDue = lifeOf(session) > UNUSED_MS && Date.now() - session.seenAt > every;
      if (!isDue) return undefined;
      try {
        return await renew({ ...session, seenAt: Date.now() });
      } catch (error) {
        if (error instanceof StoreError) return undefined;
        throw error;
      }
    },
    async end({ secret }) {
      const row = await adapterState.read<Row>(key(secret));
      if (row?.isPerson) await lists.end(row.tenant, hash(secret));
      await adapterState.change(key(secret), () => undefined);
    },
    listOf: lists.of,
    isOf: (id, { secret }) => id === hash(secret),
    endOf: lists.end,
    endBefore: lists.endBefore,
    async settle({ before: _, ...session }) {
      await renew(session);
    },
  };
}

/** 256 bits. */
const random = () => randomBytes(32).toString('base64url');

export function hash(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
