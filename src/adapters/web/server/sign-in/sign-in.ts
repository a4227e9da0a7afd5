/** Signing in at a service: the browser goes there, comes back, and gets a session of that person. */
import type { Context } from 'hono';
import type { Logger } from 'pino';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { StoreError } from '../../../../core/errors.ts';
import type { AdapterState } from '../../../../core/platform.ts';
import type { Audit } from '../../../../core/reports/audit.ts';
import { whereFrom } from '../../../../core/reports/where-from.ts';
import type { TenantId } from '../../../../core/types.ts';
import type { ClientAddresses } from '../../door/client-address.ts';
import { fromServer } from '../../sentences/en.ts';
import type { GateEnv } from '../route-tools.ts';
import { createLogins } from './logins.ts';
import type { SignedInPeople } from './people.ts';
import { SignInFailure, type SignInProvider, tenantOfPerson } from './provider.ts';
import { returnTo } from './return-to.ts';
import { callbackOf } from './settings.ts';

/** The services that people can sign in at, and the people who did. */
export interface SignIn {
  providers: SignInProvider[];
  people: SignedInPeople;
}

export interface SignInRoutesOptions extends SignIn {
  adapterState: AdapterState;
  publicUrl: string;
  clients: ClientAddresses;
  audit: Audit;
  log: Logger;
  isTls(c: Context<GateEnv>): boolean;
  /** The page with the ways in, with a sentence about what went wrong. */
  form(c: Context<GateEnv>, problem: string, status: 400 | 403 | 429 | 502 | 503): Response;
  /** Opens a session of that person for the browser. */
  open(c: Context<GateEnv>, person: TenantId): Promise<void>;
  /** Ends those sessions of a person that were opened before a time (ms since 1970). */
  endBefore(person: TenantId, time: number): Promise<void>;
}

export interface SignInRoutes {
  isFor(path: string): boolean;
  answer(c: Context<GateEnv>): Promise<Response>;
}

/** Tries of one address in a minute: of going to the service, and of coming back. */
const TRIES_PER_MINUTE = 60;
/** Time for all calls of the service in one request, ms. */
const SERVICE_MS = 20_000;
const PATH = /^\/sign-in\/([a-z]+)(\/callback)?$/;

const says = fromServer.signIn;

const STATUS = { away: 502, declined: 403, refused: 400 } as const;

export function createSignInRoutes(options: SignInRoutesOptions): SignInRoutes {
  const { providers, people, audit, clients, log, form } = options;
  const logins = createLogins({ ...options, callbackOf: (id) => callbackOf(options.publicUrl, id) });
  const tries = () => new RateLimiterMemory({ points: TRIES_PER_MINUTE, duration: 60 });
  const limits = { begun: tries(), finished: tries() };

  async function begin(c: Context<GateEnv>, provider: SignInProvider): Promise<Response> {
    const login = await logins.begin(c, provider.id, returnTo(c.req.query('return')));
    const address = await provider.begin(login, AbortSignal.timeout(SERVICE_MS));
    return c.redirect(address.href, 303);
  }

  async function finish(c: Context<GateEnv>, provider: SignInProvider): Promise<Response> {
    const login = await logins.take(c, provider.id);
    const returned = new URL(login.redirectUri);
    returned.search = new URL(c.req.url).search;
    const identity = await provider.finish(returned, login, AbortSignal.timeout(SERVICE_MS));
    const what = provider.id;
    const from = clients.addressOf(c.env.incoming);
    // A crash may have left sessions of an account that was deleted. They do not open the next one.
    const now = Date.now();
    const expected = tenantOfPerson(identity);
    if (!(await people.find(expected))) await options.endBefore(expected, now);
    const tenant = await people.welcome(identity);
    if (tenant === undefined) {
      audit('sign-in refused', { what, reason: 'not-allowed', from });
      return form(c, says.notAllowed(identity.email ?? identity.name, identity.isVerified), 403);
    }
    await options.open(c, tenant);
    audit('signed in', { tenant, person: tenant, what, from });
    return c.redirect(login.returnTo, 303);
  }

  function fail(c: Context<GateEnv>, { id, name }: SignInProvider, error: unknown): Response {
    if (error instanceof StoreError) return form(c, fromServer.signIn.STORE_AWAY, 503);
    const failure = error instanceof SignInFailure ? error : new SignInFailure('refused', 'bug');
    if (failure !== error) log.error({ provider: id, error: whereFrom(error) }, 'sign-in failed');
    if (failure.kind === 'away') log.warn({ provider: id, reason: failure.reason }, 'sign-in service away');
    audit('sign-in refused', { what: id, reason: failure.reason, from: clients.addressOf(c.env.incoming) });
    return form(c, says[failure.kind](name), STATUS[failure.kind]);
  }

  return {
    isFor: (path) => PATH.test(path),
    async answer(c) {
      c.header('cache-control', 'no-store');
      const [, id, isCallback] = PATH.exec(c.req.path) ?? [];
      const provider = providers.find((each) => each.id === id);
      if (!provider || c.req.method !== 'GET') return c.redirect('/', 303);
      try {
        await limits[isCallback ? 'finished' : 'begun'].consume(clients.addressOf(c.env.incoming));
      } catch {
        c.header('retry-after', '60');
        return form(c, says.TOO_MANY, 429);
      }
      try {
        return await (isCallback ? finish : begin)(c, provider);
      } catch (error) {
        return fail(c, provider, error);
      }
    },
  };
}
