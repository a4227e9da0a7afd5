import type { AccountReceipt, AccountSessions, AccountView } from '../../api/account.ts';
import { call } from '../connection/server.ts';

/** The requests about the account of the person who signed in. Every one throws `ServerError`. */
export const accountServer = {
  sessions: () => call<AccountSessions>('GET', 'account/sessions'),
  endSession: (id: string) => call<void>('DELETE', `account/sessions/${encodeURIComponent(id)}`),
  remove: () => call<AccountReceipt>('DELETE', 'account'),
  before: (take: boolean) => call<AccountView | null>('POST', 'account/before', { take }),
};

/** A form that is sent here gets a file: the browser saves it while it arrives. */
export const EXPORT_ADDRESS = '/api/account/export';
