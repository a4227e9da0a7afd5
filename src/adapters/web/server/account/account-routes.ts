/** The API for the account of a person who signed in: their sessions, an export of everything, and deletion. */
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { TenantId } from '../../../../core/types.ts';
import type { Changes } from '../../answer/changes.ts';
import type { StreamPlaces } from '../../answer/stream-places.ts';
import type { AccountReceipt, AccountSessions, AccountView, OfferedService } from '../../api/account.ts';
import { fromServer } from '../../sentences/en.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { readJson } from '../input.ts';
import { Refusal } from '../refusal.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import type { SignIn } from '../sign-in/sign-in.ts';
import { createAccountDeletion, type DeletionOptions } from './delete-account.ts';
import { type ExportAllOptions, everythingOf } from './export-everything.ts';
import { createMove, type MoveOptions } from './take-along.ts';

export interface AccountRoutesOptions extends DeletionOptions, ExportAllOptions, MoveOptions {
  sessions: Sessions;
  /** Undefined: people cannot sign in. */
  signIn: SignIn | undefined;
  places: StreamPlaces;
  changes: Changes;
  audit: Audit;
  /** Ends the session of a request. */
  leave(c: Context): Promise<void>;
}

const { account: said } = fromServer;
const beforeChoice = z.object({ take: z.boolean() }, fromServer.refusals.body.wrongForm);

export function mountAccount(app: Hono<Env>, options: AccountRoutesOptions, tools: RouteTools) {
  const { sessions, signIn, places, changes, audit, conversations } = options;
  const { session } = tools;

  /** The person of a request. @throws Refusal 404 */
  function personOf(c: Context): TenantId {
    const { tenant, isPerson } = session(c);
    if (!isPerson) throw new Refusal(404, 'no-account', said.NONE);
    return tenant;
  }

  async function view(c: Context): Promise<AccountView | null> {
    const { tenant, isPerson, kept } = session(c);
    const person = isPerson ? await signIn?.people.find(tenant) : undefined;
    if (!person) return null;
    const service = signIn?.providers.find(({ id }) => id === person.provider)?.name ?? person.provider;
    const before = kept.before === undefined ? 0 : await conversations.count(kept.before);
    return {
      name: person.name,
      email: person.email ?? null,
      service,
      isOperator: signIn?.people.isOperator(tenant) ?? false,
      before: before || null,
    };
  }

  /** Ends sessions of a person, and what their windows follow. */
  async function end(c: Context, person: TenantId, id?: string): Promise<void> {
    if (!(await sessions.endOf(person, id))) throw new Refusal(404, 'no-session', said.NO_SESSION);
    // The windows are the person's, also where an operator ends their sessions. Those at other processes read again.
    changes.tell(person, { conversation: null, window: null });
    places.end(person);
    audit('signed out', { tenant: person, person: session(c).tenant, what: 'session' });
  }

  app.get('/api/account/sessions', async (c) => {
    const { kept } = session(c);
    const found = await sessions.listOf(personOf(c));
    return c.json<AccountSessions>({
      sessions: found.map(({ id, browser = fromServer.signIn.browser(undefined, undefined), seenAt }) => ({
        id,
        browser,
        seenAt,
        isThis: sessions.isOf(id, kept),
      })),
    });
  });

  app.delete('/api/account/sessions/:id', async (c) => {
    await end(c, personOf(c), c.req.param('id'));
    return c.body(null, 204);
  });

  // For operators, who signed in as such. Others learn nothing of it.
  app.delete('/api/people/:person/sessions', async (c) => {
    if (!signIn?.people.isOperator(personOf(c))) throw new Refusal(404, 'no-account', said.NONE);
    await end(c, c.req.param('person'));
    return c.body(null, 204);
  });

  mountLeaving(app, options, tools, { personOf, view });

  return {
    view,
    servicesFor: (c: Context): OfferedService[] =>
      session(c).isPerson ? [] : (signIn?.providers.map(({ id, name }) => ({ id, name })) ?? []),
  };
}

interface AccountParts {
  personOf(c: Context): TenantId;
  view(c: Context): Promise<AccountView | null>;
}

/** The export of everything, the deletion of the account, and the answer about what the browser had before. */
function mountLeaving(
  app: Hono<Env>,
  options: AccountRoutesOptions,
  tools: RouteTools,
  { personOf, view }: AccountParts,
): void {
  const { sessions, signIn, places, audit } = options;
  const { session, changed, jsonLimit } = tools;

  app.post('/api/account/export', (c) => {
    const person = personOf(c);
    audit('exported', { tenant: person, person, what: 'everything' });
    return c.body(everythingOf(options, person), 200, {
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename="${said.EXPORT_NAME}"`,
      'content-security-policy': "default-src 'none'; sandbox",
    });
  });

  const remove = createAccountDeletion(options, tools);
  app.delete('/api/account', async (c) => {
    const person = personOf(c);
    const { kept } = session(c);
    // A process may be held up over this while the person deletes the account elsewhere, and signs in anew.
    const startedAt = Date.now();
    const others = await sessions.listOf(person);
    // No other window may write meanwhile.
    for (const { id } of others) if (!sessions.isOf(id, kept)) await sessions.endOf(person, id);
    const receipt = await remove(person, kept.before);
    await signIn?.people.forget(person, startedAt);
    await sessions.endBefore(person, startedAt);
    await options.leave(c);
    changed(c, null);
    places.end(person);
    audit('forgotten', { tenant: person, person, what: 'account', count: receipt.messages });
    c.header('clear-site-data', '"cache", "storage"');
    return c.json<AccountReceipt>({ ...receipt, sessions: others.length });
  });

  const move = createMove(options);
  app.post('/api/account/before', jsonLimit, async (c) => {
    const person = personOf(c);
    const { kept } = session(c);
    const { take } = await readJson(c, beforeChoice);
    if (kept.before === undefined) throw new Refusal(404, 'nothing-before', said.NOTHING_BEFORE);
    if (take) await move(kept.before, person);
    else await remove(kept.before, undefined);
    await sessions.settle(kept);
    changed(c, null);
    return c.json<AccountView | null>(await view(c));
  });
}
