/** The Bolt app of the connection. The adapter adds listeners to it, and receivers hand it events. */
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

/** Its `processEvent` throws a listener's error, so that the receiver can tell Slack. */
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

/** The error that Bolt has wrapped in its own. */
function causeOf(error: Error): unknown {
  if (error instanceof AuthorizationError) return causeOf(error.original);
  if (error instanceof MultipleListenerError) return error.originals[0] ?? error;
  return error;
}
