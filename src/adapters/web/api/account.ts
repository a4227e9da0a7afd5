/** The JSON about the account of a person who signed in. */

export interface AccountView {
  name: string;
  email: string | null;
  /** The service at which the person signed in. */
  service: string;
  isOperator: boolean;
  /** Conversations that this browser had before the person signed in; null: none, or the person has decided. */
  before: number | null;
}

/** Signed out of Parley, and not yet of the service at which the person signed in. */
export interface SignedOut {
  /** The address of the service at which they sign out there, too. */
  address: string;
}

export interface AccountSessions {
  sessions: SessionView[];
}

export interface SessionView {
  id: string;
  /** In words, such as `Firefox on Linux`. */
  browser: string;
  /** The hour in which it was last used, milliseconds since 1970. */
  seenAt: number;
  /** Whether it is the one that asks. */
  isThis: boolean;
}

/** Counts of what was deleted with an account. */
export interface AccountReceipt {
  /** Milliseconds since 1970. */
  at: number;
  conversations: number;
  messages: number;
  files: number;
  sessions: number;
  /** Whether there were settings or keys. */
  hadSettings: boolean;
}

/** The person’s answer about the conversations from before the sign-in. */
export interface BeforeChoice {
  take: boolean;
}

/** A service to sign in at. */
export interface OfferedService {
  /** The last part of the path `/sign-in/ID`. */
  id: string;
  name: string;
}
