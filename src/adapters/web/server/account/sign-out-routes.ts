/** Signing out. Of a browser's own session, nothing stays; a person who signed in keeps everything. */
import type { Context, Hono } from 'hono';
import type { Forgetting } from '../../../../core/forgetting/forget.ts';
import type { Audit } from '../../../../core/reports/audit.ts';
import type { ConversationLists } from '../../../../core/storage.ts';
import type { Changes } from '../../answer/changes.ts';
import type { StreamPlaces } from '../../answer/stream-places.ts';
import type { SignedOut } from '../../api/account.ts';
import type { Env, RouteTools } from '../route-tools.ts';
import type { ShareLinks } from '../share/share-links.ts';
import type { ServiceIdentity } from '../sign-in/provider.ts';
import type { SignIn } from '../sign-in/sign-in.ts';

export interface SignOutOptions {
  conversations: ConversationLists;
  forgetting: Forgetting;
  places: StreamPlaces;
  changes: Changes;
  audit: Audit;
}

/** Time for the service to say where people sign out there, ms. */
const SERVICE_MS = 3_000;

interface SignOutParts {
  shareLinks: ShareLinks;
  /** Undefined: people cannot sign in. */
  signIn: SignIn | undefined;
  publicUrl: string | undefined;
  /** Ends the session of a request. */
  leave(c: Context): Promise<void>;
}

export function mountSignOut(
  app: Hono<Env>,
  { conversations, forgetting, places, changes, audit }: SignOutOptions,
  { session }: RouteTools,
  { leave, shareLinks, signIn, publicUrl }: SignOutParts,
): void {
  /** The address at which a person signs out of the service, too. */
  async function leaveService(person: ServiceIdentity | undefined): Promise<string | undefined> {
    const service = signIn?.providers.find(({ id }) => id === person?.provider);
    if (!service?.leave || publicUrl === undefined) return undefined;
    const back = `${new URL(publicUrl).origin}/`;
    // A service that is away keeps nobody from signing out here.
    const address = await service.leave(back, AbortSignal.timeout(SERVICE_MS)).catch(() => undefined);
    return address?.href;
  }

  app.delete('/api/session', async (c) => {
    const { tenant, conversation, isPerson } = session(c);
    const person = isPerson ? await signIn?.people.find(tenant) : undefined;
    if (!isPerson) {
      await shareLinks.endAll(tenant);
      // Nobody can come back to the session, so nothing of it stays.
      for (const { id } of await conversations.list(tenant)) {
        await forgetting.conversation(conversation(id));
        await conversations.remove(tenant, id);
      }
      await forgetting.tenant(tenant);
    }
    await leave(c);
    // Other windows of the session read again, and are refused. Those of a person's other devices go on.
    changes.tell(tenant, { conversation: null, window: null });
    places.end(tenant);
    audit('signed out', { tenant, person: tenant });
    // The browser itself keeps drafts, and files that were shown.
    c.header('clear-site-data', '"cache", "storage"');
    const address = await leaveService(person);
    return address === undefined ? c.body(null, 204) : c.json<SignedOut>({ address });
  });
}
