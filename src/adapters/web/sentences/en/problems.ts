/** English sentences of the page about requests that failed, where the server gave no sentence of its own. */
export const UNREACHABLE = 'Parley cannot be reached. Check that it is running, then try again.';
export const FILE_GONE = 'This file is not here any more.';
export const BUG = 'Something went wrong in this page. Reload it, then try again.';
/** @param status of HTTP */
export const failed = (status: number) => `Parley answered with an error (${status}). Try again in a moment.`;
