/** The Bolt app behind the connection: listeners are added to it, receivers hand events to it. */
import { App, AuthorizationError, MultipleListenerError, type Receiver } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Clients } from '../api/clients.ts';
import { createLibraryLog } from '../api/library-log.ts';
import { NotInstalled, type WorkspaceSource } from '../workspaces/workspaces.ts';

export interface BoltAppOptions {
  receiver: Receiver;
  authorize: WorkspaceSource['authorize'];
  clients: Clients;
  log: Logger;
}

/** `processEvent` throws a listener's error, for the receiver to tell Slack. */
export function createBoltApp({ receiver, authorize, clients, log }: BoltAppOptions): App {
  const app = new App({
    receiver,
    authorize,
    ignoreSelf: true,
    convoStore: false,
    logger: createLibraryLog(log),
    clientOptions: { ...clients.options },
  });
  app.error(async (error) => {
    const cause = causeOf(error);
    if (cause instanceof NotInstalled) log.info('slack event of a workspace that Parley is not installed in');
    else throw cause;
  });
  return app;
}

/** The error inside one that Bolt wraps around it. */
function causeOf(error: Error): unknown {
  if (error instanceof AuthorizationError) return causeOf(error.original);
  if (error instanceof MultipleListenerError) return error.originals[0] ?? error;
  return error;
}
