/** English sentences about the account of a person who signed in: said by the server. */

export const NONE = 'You have not signed in here, so you have no account.';
export const NO_SESSION = 'That session has ended already.';
export const NOTHING_BEFORE = 'There is nothing to take along.';
export const STILL_ANSWERING =
  'An answer is still being written there. Wait until it is done, then take them along.';
/** The name of the file with everything. */
export const EXPORT_NAME = 'parley.zip';
